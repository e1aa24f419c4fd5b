// tests/metric/rouge.cpp: against rouge-score and NLTK (tests/oracles/rouge.py), and what the switches do.
#define BOOST_TEST_MODULE metric_rouge
#include <algorithm>
#include <array>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <fstream>
#include <iostream>
#include <krait/core/digest.hpp>
#include <krait/core/unicode.hpp>
#include <krait/metric/porter.hpp>
#include <krait/metric/rouge.hpp>
#include <krait/statistics/bootstrap.hpp>
#include <nlohmann/json.hpp>

using namespace krait;
using metric::rouge, metric::rouge_config, metric::rouge_l, metric::rouge_lsum, metric::rouge_of, metric::rouge_part;

namespace {
const nlohmann::json& stored() {
  static const auto all = nlohmann::json::parse(std::ifstream(KRAIT_ORACLES_DIR "/rouge.json"));
  return all;
}
constexpr std::array overlaps{1, 2, 3, metric::rouge_lcs, metric::rouge_lcs_by_line};
}  // namespace

BOOST_AUTO_TEST_CASE(equals_rouge_score) {
  double worst = 0;
  for (const auto& one : stored()["cases"])
    for (std::size_t stem = 0; stem < 2; ++stem)
      for (std::size_t k = 0; k < overlaps.size(); ++k) {
        const auto found = rouge_of(overlaps[k], one["answer"].get<std::string>(), one["truth"].get<std::string>(),
                                    {.stem = stem == 1});
        const auto& wanted = one["scores"][stem][k];
        for (const auto& [value, place] : {std::pair{found.precision, 0}, {found.recall, 1}, {found.f1, 2}}) {
          const double difference = std::abs(value - wanted[place].get<double>());
          worst = std::max(worst, difference);
          if (difference > 1e-9)
            BOOST_ERROR(one["answer"] << " against " << one["truth"] << ", overlap " << overlaps[k] << ", stem "
                                      << stem);
        }
      }
  BOOST_TEST(stored()["cases"].size() == 133u);
  BOOST_TEST(worst < 1e-12);
}

BOOST_AUTO_TEST_CASE(known_values) {
  const auto of = [](int overlap) { return rouge_of(overlap, "e f g\na b c d", "a b c d\ne f g").f1; };
  BOOST_TEST(of(1) == 1.);
  BOOST_TEST(of(2) == 5. / 6, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(of(metric::rouge_lcs) == 4. / 7, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(of(metric::rouge_lcs_by_line) == 1.);
  const auto once = rouge_of(1, "a", "a a a");
  BOOST_TEST(once.precision == 1.);
  BOOST_TEST(once.recall == 1. / 3, boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(stems_equal_nltk) {
  for (const auto& [word, stem] : stored()["stems"].items())
    BOOST_TEST(metric::porter_stem(word) == stem.get<std::string>(), word);
  BOOST_TEST(stored()["stems"].size() > 300u);
}

// Every word of the list of Debian 12; another list has other stems.
BOOST_AUTO_TEST_CASE(stems_of_a_whole_list) {
  std::ifstream file("/usr/share/dict/american-english");
  digest words, stems;
  std::size_t count = 0;
  for (std::string word; std::getline(file, word);) {
    const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    if (word.empty() || !std::ranges::all_of(word, letter)) continue;
    word = utf8::lower(word);
    words.add(word);
    stems.add(metric::porter_stem(word));
    ++count;
  }
  if (words.text() != stored()["words_digest"]) {
    std::cout << "skipped: /usr/share/dict/american-english is not that of wamerican 2020.12.07" << std::endl;
    return;
  }
  BOOST_TEST(count == stored()["words"].get<std::size_t>());
  BOOST_TEST(stems.text() == stored()["stems_digest"].get<std::string>());
}

// rouge-score loses every letter that is not a-z: its tokens are for English.
BOOST_AUTO_TEST_CASE(other_scripts_need_unicode_tokens) {
  constexpr const char* text = "भारत एक देश है।";
  constexpr rouge_config unicode{.tokens = metric::rouge_tokens::unicode};
  BOOST_TEST(rouge_of(1, text, text).f1 == 0.);
  BOOST_TEST(rouge_of(1, text, text, unicode).f1 == 1.);
  BOOST_TEST(metric::rouge_words(text, unicode).size() == 4u);
  BOOST_TEST(rouge_of(1, "भारत देश", text, unicode).recall == .5);
  // An accent cuts a word for rouge-score, which then finds "caf" in "café".
  BOOST_TEST(rouge_of(1, "caf", "CAFÉ").f1 == 1.);
  BOOST_TEST(rouge_of(1, "caf", "CAFÉ", unicode).f1 == 0.);
  BOOST_TEST(rouge_of(1, "café", "CAFÉ", unicode).f1 == 1.);
  BOOST_TEST((metric::rouge_words("Don't pay 3.14, (e-mail)!", unicode) ==
              std::vector<std::string>{"don't", "pay", "3.14", "e", "mail"}));
}

BOOST_AUTO_TEST_CASE(names_hold_the_setting) {
  static_assert(rouge<1>::name == "rouge1" && rouge_l<>::name == "rougeL" && rouge_lsum<>::name == "rougeLsum");
  static_assert(rouge<2, rouge_config{.part = rouge_part::recall, .stem = true}>::name == "rouge2_recall_stemmed");
  static_assert(rouge_l<rouge_config{.tokens = metric::rouge_tokens::unicode,
                                     .reading = metric::rouge_reading::low_bound}>::name == "rougeL_unicode_low");
}

BOOST_AUTO_TEST_CASE(in_a_list_with_several_truths) {
  metric::list<rouge<1>, rouge<1, rouge_config{.part = rouge_part::precision}>, rouge_l<>> all, more;
  const std::vector<std::string> others{"the cat", "a dog barked"};
  all.add("", "a dog", metric::truths(std::string_view("cats"), others));  // the third counts: 2 of 2, 2 of 3
  more.add("", "none of it", "cats");
  all.merge(more);
  BOOST_TEST(all.values()[0].value == .8 / 2, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(all.values()[1].value == .5);
  BOOST_TEST(decltype(all){}.values()[2].value == 0.);
}

// The 2.5 % quantile of the means of 1,000 resamples: for many values near mean - 1.96 s / sqrt(n).
BOOST_AUTO_TEST_CASE(the_papers_low_bound) {
  using low = rouge<1, rouge_config{.reading = metric::rouge_reading::low_bound}>;
  low forward, backward;
  rouge<1> mean;
  const auto answer = [](int i) { return i % 4 ? "a b" : "b"; };  // F1 of 1 and 2/3
  for (int i = 0; i < 400; ++i)
    forward.add(answer(i), "a b"), backward.add(answer(399 - i), "a b"), mean.add(answer(i), "a b");
  BOOST_TEST(forward.value() == backward.value());
  const double deviation = std::sqrt(3. / 16) / 3;
  BOOST_TEST(mean.value() == 11. / 12, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(std::abs(11. / 12 - 1.96 * deviation / 20 - forward.value()) < .15 * deviation / 20);
  BOOST_TEST(forward.value() == statistics::bootstrap_mean(
                                    [&] {
                                      auto sorted = forward.values;
                                      std::ranges::sort(sorted);
                                      return sorted;
                                    }(),
                                    {0, stream("rouge"), 0}, {.resamples = 1000, .share = .95})
                                    .low);
  BOOST_TEST(low{}.value() == 0.);
  low equal;
  for (int i = 0; i < 7; ++i) equal.add("b", "a b");
  BOOST_TEST(equal.value() == 2. / 3);
}
