// krait/tokenizer/unicode.hpp: what tokenizers ask of Unicode, from ICU: classes of characters as one flat table,
// normal forms, lower case. Letters and numbers for which ICU is too old (72 knows Unicode 15.0, tokenizers 0.23 knows
// 16) are added.
#pragma once
#include <cstdint>
#include <krait/core/config.hpp>
#include <string>
#include <string_view>

namespace krait::tokenizer::detail {

/// Bits of a character: letter (L), number (N) and space (White_Space) exclude each other; word is Rust's \w.
enum character_bits : std::uint8_t { letter = 1, number = 2, space = 4, word = 8, punctuation = 16 };
constexpr std::uint8_t kind_bits = letter | number | space;

/// 0x110000 bytes, made once.
const std::uint8_t* character_table();

enum class normal_form { nfc, nfd, nfkc, nfkd };

/// text in a normal form; UTF-8 in and out.
std::string normalised(std::string_view text, normal_form form);

/// Whether normalised() would change nothing; cheap for what is mostly ASCII.
bool is_normalised(std::string_view text, normal_form form);

/// Lower case, each character on its own (so that a sigma at the end of a word is as any other).
std::string lower_each(std::string_view text);

}  // namespace krait::tokenizer::detail

#ifndef KRAIT_COMPILED
#include <krait/tokenizer/unicode_impl.hpp>
#endif
