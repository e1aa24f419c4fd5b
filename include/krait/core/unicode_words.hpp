// krait/core/unicode_words.hpp: the words of UTF-8 text in any script (Unicode Annex 29), by ICU. Link ICU::uc.
#pragma once
#include <string_view>
#include <vector>

namespace krait::utf8 {

/// Words as views into text: runs that Unicode's word breaks leave whole and that hold a letter, a number or an
/// ideograph; white space and punctuation between them are left out. "don't" and "3.14" are one word each. Scripts that
/// write no spaces (Chinese, Thai) are cut by ICU's dictionaries.
std::vector<std::string_view> unicode_words(std::string_view text);

}  // namespace krait::utf8

#ifndef KRAIT_COMPILED
#include <krait/core/unicode_words_impl.hpp>
#endif
