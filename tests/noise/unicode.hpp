// tests/noise/unicode.hpp: random Unicode text of all planes, and what every noise must do with it.
#pragma once
#include <unicode/utf8.h>

#include <array>
#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <krait/core/random.hpp>
#include <krait/noise/noise.hpp>
#include <krait/noise/restored.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace testing {

inline void append(std::string& text, UChar32 c) {
  char bytes[U8_MAX_LENGTH];
  std::int32_t size = 0;
  U8_APPEND_UNSAFE(bytes, size, c);
  text.append(bytes, static_cast<std::size_t>(size));
}

/// Up to 12 pieces: any code point but surrogates, of any plane; letters, spaces and punctuation of ASCII; combining
/// marks; emoji sequences, flags and halves of them; Hangul, Devanagari and prepended marks, which grow together; line
/// ends.
inline std::string random_unicode(std::uint64_t number) {
  static constexpr std::array<std::string_view, 30> pieces{"a",
                                                           "Z",
                                                           "7",
                                                           " ",
                                                           "  ",
                                                           ".",
                                                           "(",
                                                           "!",
                                                           "\r\n",
                                                           "\n",
                                                           "\r",
                                                           "\u0301",
                                                           "\u0323\u0302",
                                                           "\U0001F468\u200D\U0001F469\u200D\U0001F467",
                                                           "\U0001F44D\U0001F3FD",
                                                           "\U0001F3FD",
                                                           "\u200D",
                                                           "\uFE0F",
                                                           "\U0001F1E9\U0001F1EA",
                                                           "\U0001F1E9",
                                                           "\u1112\u1161\u11AB",
                                                           "\u1161",
                                                           "\uAC00",
                                                           "\u0915\u094D\u0937\u093F",
                                                           "\u094D",
                                                           "\u0600",
                                                           "\u0E33",
                                                           "\u00a0",
                                                           "\u2003",
                                                           std::string_view("\0", 1)};
  const krait::draw at{7, krait::stream("random_unicode"), number};
  std::string text;
  const std::uint64_t length = krait::integer(at, 13);
  for (std::uint64_t i = 0; i < length; ++i) {
    const krait::draw own = at.within(i);
    switch (krait::integer(own.within(0), 4)) {
      case 0:
        append(text, static_cast<UChar32>(krait::integer(own.within(1), 0xD800)));  // the first plane
        break;
      case 1:
        append(text, static_cast<UChar32>(0xE000 + krait::integer(own.within(1), 0x110000 - 0xE000)));  // all others
        break;
      default:
        text += pieces[krait::integer(own.within(1), pieces.size())];
    }
  }
  return text;
}

/// Well-formed, as Unicode's table 3-7 has it.
inline bool is_utf8(std::string_view text) {
  const auto size = static_cast<std::int32_t>(text.size());
  for (std::int32_t at = 0; at < size;) {
    UChar32 c = 0;
    U8_NEXT(text.data(), at, size, c);
    if (c < 0) return false;
  }
  return true;
}

enum class comes_back { exactly, in_letters, somehow };

/// A text noise on 10,000 such texts, and on some with bytes of Latin-1 in them: the text given stays, what comes out
/// is UTF-8 and the same for the same draw; an inverse restores what it promises.
template <class Noise> void survives_unicode(comes_back promised = comes_back::somehow) {
  long modified = 0, torn = 0, changed = 0, drifting = 0, lost = 0, lost_bytes = 0;
  for (std::uint64_t i = 0; i < 10000; ++i) {
    const std::string text = random_unicode(i);
    const std::string before(text.begin(), text.end());
    const krait::draw at{3, krait::stream(Noise::name), i};
    const std::string noised = Noise::apply(text, at);
    modified += text != before;
    torn += !is_utf8(noised);
    changed += noised != text;
    if (i % 8 == 0) drifting += Noise::apply(std::string(text), at) != noised;
    if constexpr (krait::noise::invertible_noise<Noise>) {
      const std::string back = Noise::invert(noised);
      torn += !is_utf8(back);
      if (promised == comes_back::exactly) lost += back != text;
      if (promised == comes_back::in_letters) lost += krait::noise::letters_of(back) != krait::noise::letters_of(text);
    }
    if (i % 8 == 1) {  // two encodings in one text
      const std::string mixed = text.substr(0, text.size() / 2) + "\xE9t\xE9 \xFF" + text.substr(text.size() / 2);
      const std::string twice = Noise::apply(mixed, at);
      drifting += Noise::apply(std::string(mixed), at) != twice;
      if constexpr (krait::noise::invertible_noise<Noise>)
        lost_bytes += promised == comes_back::exactly && Noise::invert(twice) != mixed;
    }
  }
  BOOST_TEST_CONTEXT(Noise::name) {
    BOOST_TEST(modified == 0);
    BOOST_TEST(torn == 0);
    BOOST_TEST(drifting == 0);
    BOOST_TEST(lost == 0);
    BOOST_TEST(lost_bytes == 0);
    BOOST_TEST_MESSAGE(Noise::name << " changes " << changed);
    BOOST_TEST((changed > 900) == (Noise::name != "none"));
  }
}

}  // namespace testing
