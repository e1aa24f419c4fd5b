// expect: char_drop: Rate is the share of characters that are left out, 0 to 1
// expect: char_substitution: Rate is the share of letters that are replaced, 0 to 1
// expect: char_swap: Rate is the share of places at which characters are swapped, 0 to 1
// expect: with_probability: Probability is 0 to 1
// expect: charflip: share is the part of the texts that is noised, 0 to 1
// expect: wordflip: share is the part of the texts that is noised, 0 to 1
// expect: word_shuffle: share is the part of the texts that is noised, 0 to 1
// expect: rates.cpp:19:
#include <krait/noise/char_drop.hpp>
#include <krait/noise/char_substitution.hpp>
#include <krait/noise/char_swap.hpp>
#include <krait/noise/charflip.hpp>
#include <krait/noise/with_probability.hpp>
#include <krait/noise/word_shuffle.hpp>
#include <krait/noise/wordflip.hpp>
using namespace krait::noise;
template <class... Noises> int names() { return static_cast<int>((Noises::name.size() + ...)); }
int main() {
  return names<char_drop<1.5>>() + names<char_substitution<2.>>() + names<char_swap<-.1>>() +
         names<with_probability<1.01, charflip<>>>() + names<charflip<charflip_config{.share = 1.2}>>() +
         names<wordflip<wordflip_config{.share = -1}>>() + names<word_shuffle<word_shuffle_config{.share = 7}>>();
}
