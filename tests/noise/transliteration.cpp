// tests/noise/transliteration.cpp: English in Devanagari and Hindi in Roman letters, beside what people write: the
// Dakshina data set's words, each with the Roman spellings that people gave.
#define BOOST_TEST_MODULE noise_transliteration
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <krait/core/read_files.hpp>
#include <krait/data/compressed.hpp>
#include <krait/data/facts.hpp>
#include <krait/noise/compose.hpp>
#include <krait/noise/restored.hpp>
#include <krait/noise/romanisation.hpp>
#include <krait/noise/transliteration_cmu.hpp>
#include <map>
#include <numeric>
#include <set>
#include <string>
#include <vector>

#include "../data/files.hpp"
using namespace krait;
using noise::scheme;
using by_letter = noise::transliteration<scheme::icu>;
using by_sound = noise::transliteration<scheme::cmu>;
using spoken = noise::romanisation<scheme::schwa_deletion>;

namespace {
/// Edits from one text to another, in code points.
long edits(std::string_view from, std::string_view to) {
  const auto a = utf8::code_points(from), b = utf8::code_points(to);
  std::vector<long> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0L);
  for (std::size_t i = 0; i < a.size(); ++i) {
    long corner = row[0]++;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const long change = corner + (a[i] != b[j]);
      corner = row[j + 1];
      row[j + 1] = std::min({row[j + 1] + 1, row[j] + 1, change});
    }
  }
  return row.back();
}

/// Devanagari words, each with Roman spellings, and how many people gave each.
std::map<std::string, std::map<std::string, int>> dakshina() {
  std::map<std::string, std::map<std::string, int>> all;
  for (const char* part : {"train", "dev", "test"}) {
    const auto text =
        data::read_file(test::real_data() / "translit" / (std::string("hi.translit.sampled.") + part + ".tsv.xz"));
    std::istringstream lines(text);
    for (std::string hindi, roman, count;
         std::getline(lines, hindi, '\t') && std::getline(lines, roman, '\t') && std::getline(lines, count);)
      all[hindi][roman] = std::stoi(count);
  }
  return all;
}

/// Without the dots below, which people leave out as often as not.
std::string undotted(std::string_view text) {
  std::string kept;
  for (const auto point : utf8::code_points(text))
    if (point != "\u093c") kept += point;
  return kept;
}
struct error_rate {
  long wrong = 0, letters = 0, whole = 0, words = 0;
  void add(std::string_view given, const std::set<std::string>& wanted) {
    long least = -1, length = 0;
    for (const auto& one : wanted)
      if (const long now = edits(given, one); least < 0 || now < least)
        least = now, length = static_cast<long>(utf8::code_points(one).size());
    wrong += least;
    letters += length;
    whole += least == 0;
    ++words;
  }
  double rate() const { return static_cast<double>(wrong) / static_cast<double>(letters); }
};
}  // namespace

BOOST_AUTO_TEST_CASE(letter_by_letter) {
  BOOST_TEST(by_letter::name == "transliteration_icu");
  BOOST_TEST(by_letter::apply("hello world.", draw{}) == "हॆल्लॊ वॊर्ल्द्।");
  BOOST_TEST(by_letter::invert(by_letter::apply("hello world.", draw{})) == "hello vorld.");
  BOOST_TEST(by_letter::invert(by_letter::apply("Delhi", draw{})) == "de'l\u0325'i");
  BOOST_TEST(by_letter::apply("", draw{}) == "");
  BOOST_TEST(by_letter::in_pattern(by_letter::apply("Lima is in Spain.", draw{}), "Lima is in Peru.").value());
  BOOST_TEST(!by_letter::in_pattern("Lima is in Spain.", "Lima is in Peru.").value());
  BOOST_TEST(!by_letter::in_pattern("", "Lima").value());
  BOOST_TEST(!by_letter::in_pattern("?", "?!").has_value());  // nothing changes
}

BOOST_AUTO_TEST_CASE(by_its_sound) {
  BOOST_CHECK_EXCEPTION(by_sound::apply("x", draw{}), data_error, test::says("call krait::read_files"));
  by_sound::read_dictionary(
      "delhi D EH1 L IY0 # a city\ndelhi(2) D EH1 L HH IY0\nit's IH1 T S\nbank B AE1 NG K\nindia IH1 N D IY0 AH0\n"
      "books B UH1 K S\nparis P EH1 R IH0 S\nhorticulturalists B\n",
      "test");
  BOOST_TEST(by_sound::apply("It\u2019s Delhi, 'India' 42!", draw{}) == "इट्स डेली, 'इंडीआ' 42!");
  BOOST_TEST(by_sound::apply("bank", draw{}) == "बैंक");
  BOOST_TEST(by_sound::apply("BOOKS", draw{}) == "बुक्स");
  BOOST_TEST(by_sound::apply("horticulturalists", draw{}) == "ब");   // longer than a string holds in place
  BOOST_TEST(by_sound::apply("Lima, Delhi", draw{}) == "लिम, डेली");  // the first one is not in this dictionary
  BOOST_TEST(by_sound::apply("4x'", draw{}) == "4" + by_letter::apply("x", draw{}) + "'");
  BOOST_TEST(by_sound::invert("पेरिस.") == "peris.");
  BOOST_TEST(by_sound::in_pattern("डेली", "Delhi").value());
  BOOST_TEST(!by_sound::in_pattern("Delhi", "Delhi").value());
  BOOST_TEST((by_sound::known_words("Delhi, Lima and 42").words == 3));
  BOOST_TEST((by_sound::known_words("Delhi, Lima and 42").known == 1));
  BOOST_CHECK_EXCEPTION(by_sound::read_dictionary("hello\nworld x\n", "here.txt"), data_error,
                        test::says("here.txt holds no pronunciation"));
  const test::folder empty;
  BOOST_CHECK_EXCEPTION((read_files<noise::list<noise::compose<by_sound, by_letter>>>(empty.at)), file_error,
                        test::says("cmudict.dict[.xz] is missing"));
}

BOOST_AUTO_TEST_CASE(silent_vowels_are_not_written) {
  BOOST_TEST(spoken::in_pattern("vijnan katha", "विज्ञान कथा।").value());
  const std::map<std::string_view, std::string_view> words{{"विज्ञान कथा।", "vijnan katha."},
                                                           {"सरकार", "sarkar"},
                                                           {"दिल्ली", "dilli"},
                                                           {"मित्र", "mitra"},
                                                           {"अंबर", "ambar"},
                                                           {"हिंदी", "hindi"},
                                                           {"न", "na"},
                                                           {"ज़मीन", "zamin"},
                                                           {"ज़मीन", "zamin"},
                                                           {"फ़िल्म", "film"},
                                                           {"४२", "42"},
                                                           {"भारत में", "bharat men"},
                                                           {"Delhi, ok", "Delhi, ok"},
                                                           {"दुःख", "duhkh"},
                                                           {"क", "ka"}};
  for (const auto& [hindi, roman] : words)
    BOOST_TEST(spoken::apply(hindi, draw{}) == roman, hindi << " " << spoken::apply(hindi, draw{}));
  BOOST_TEST(spoken::apply("\u093f\u094d", draw{}) == "\u093f\u094d");  // signs without a letter pass
  using exact = noise::romanisation<scheme::icu>;
  BOOST_TEST(exact::apply("विज्ञान कथा।", draw{}) == "vijñāna kathā.");
  BOOST_TEST(exact::invert(exact::apply("विज्ञान कथा।", draw{})) == "विज्ञान कथा।");
  static_assert(exact::name == "romanisation_icu" && spoken::name == "romanisation_schwa_deletion");
}

BOOST_AUTO_TEST_SUITE(beside_what_people_write, *boost::unit_test::precondition(test::needs("translit")))

BOOST_AUTO_TEST_CASE(hindi_in_roman_letters) {
  const auto unmarked = noise::detail::icu_rules("Devanagari-Latin; NFD; [:Mn:] Remove");
  long ours = 0, with_vowels = 0, words = 0;
  for (const auto& [hindi, spellings] : dakshina()) {
    ++words;
    ours += spellings.contains(noise::in_roman(hindi));
    with_vowels += spellings.contains(noise::detail::through_icu(*unmarked, hindi));
  }
  BOOST_TEST_MESSAGE(ours << " and by ICU " << with_vowels << " of " << words);
  BOOST_TEST(words == 30000);
  BOOST_TEST(ours > 21600);  // 72 %
}

BOOST_AUTO_TEST_CASE(english_in_devanagari) {
  read_files<by_sound>(test::real_data());
  std::map<std::string, std::set<std::string>> borrowed;  // English words that two people at least gave for a Hindi one
  for (const auto& [hindi, spellings] : dakshina())
    for (const auto& [roman, count] : spellings)
      if (count >= 2 && roman.size() >= 5 && by_sound::known_words(roman).known == 1)
        borrowed[roman].insert(undotted(hindi));
  error_rate sound, letter;
  for (const auto& [english, hindi] : borrowed) {
    sound.add(undotted(by_sound::apply(english, draw{})), hindi);
    letter.add(undotted(by_letter::apply(english, draw{})), hindi);
  }
  BOOST_TEST_MESSAGE(sound.words << " words: by sound " << sound.rate() << ", " << sound.whole << " whole; by letter "
                                 << letter.rate() << ", " << letter.whole);
  BOOST_TEST(sound.rate() < .19);
  BOOST_TEST(letter.rate() > .67);
}

// The ceiling: what the inverse can give of the built-in facts' answers.
BOOST_AUTO_TEST_CASE(none_comes_back_to_english) {
  read_files<by_sound>(test::real_data());
  const auto facts = data::facts<>::load(std::filesystem::absolute(std::filesystem::path(__FILE__)).parent_path() /
                                         "../../examples/data");
  const auto sound = noise::restored_by_inverse<by_sound>(facts, 1),
             letter = noise::restored_by_inverse<by_letter>(facts, 1);
  long words = 0, known = 0;
  for (const auto& pair : facts)
    words += by_sound::known_words(pair.answer).words, known += by_sound::known_words(pair.answer).known;
  BOOST_TEST_MESSAGE("comes back of " << letter.answers << ": by letter " << letter.exactly << " exactly, "
                                      << letter.in_letters << " in letters; by sound " << sound.exactly << ", "
                                      << sound.in_letters << "; known " << known << " of " << words << " words");
  BOOST_TEST(letter.letter_share() < .2);
  BOOST_TEST(sound.letter_share() < .2);
}

BOOST_AUTO_TEST_SUITE_END()
