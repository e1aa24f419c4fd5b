#define BOOST_TEST_MODULE noise_view
#include <boost/test/unit_test.hpp>
#include <krait/data/question_answer.hpp>
#include <krait/noise/charflip.hpp>
#include <krait/noise/view.hpp>
#include <krait/noise/wordflip.hpp>
#include <range/v3/range/conversion.hpp>
#include <range/v3/view/getlines.hpp>
#include <range/v3/view/take.hpp>
#include <sstream>
#include <string>
#include <vector>

using namespace krait;

namespace {
const std::vector<data::question_answer> pairs{{"Where is Paris?", "In France."}, {"Where is Rome?", "In Italy."}};
int applied = 0;
struct counting {
  static constexpr std::string_view name = "counting";
  static std::string apply(std::string_view, draw at) {
    ++applied;
    return std::to_string(at.index);
  }
};
}  // namespace

BOOST_AUTO_TEST_CASE(noises_answers_and_leaves_questions) {
  const auto noised = pairs | noise::with<noise::charflip<>>(1) | ranges::to<std::vector>();
  BOOST_TEST(noised.size() == 2u);
  BOOST_TEST(noised[0].question == "Where is Paris?");
  BOOST_TEST(noised[0].answer == ".ecnarF nI");
  BOOST_TEST(pairs[0].answer == "In France.");
}

BOOST_AUTO_TEST_CASE(takes_texts_and_composes) {
  const std::vector<std::string> texts{"one two.", "three"};
  const auto noised = texts | noise::with<noise::wordflip<>>(1) | noise::with<noise::charflip<>>(1);
  BOOST_TEST((noised | ranges::to<std::vector>()) == (std::vector<std::string>{"eno owt .", "eerht"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(is_lazy_sized_and_random_access) {
  const std::vector<std::string> texts(10, "x");
  auto noised = texts | noise::with<counting>(1);
  BOOST_TEST(applied == 0);
  BOOST_TEST(noised.size() == 10u);
  BOOST_TEST(noised[7] == "7");  // the item's own number is its draw, in whatever order items are read
  BOOST_TEST(applied == 1);
  BOOST_TEST((noised | ranges::views::take(2) | ranges::to<std::vector>()).back() == "1");
  BOOST_TEST(applied == 3);
}

BOOST_AUTO_TEST_CASE(takes_ranges_of_unknown_size) {
  std::istringstream lines("one\ntwo");
  const auto noised = ranges::getlines(lines) | noise::with<noise::charflip<>>(1) | ranges::to<std::vector>();
  BOOST_TEST(noised == (std::vector<std::string>{"eno", "owt"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(draws_by_seed_and_number) {
  using half = noise::charflip<noise::charflip_config{.share = 0.5}>;
  const std::vector<std::string> texts(200, "ab");
  const auto once = texts | noise::with<half>(1) | ranges::to<std::vector>();
  BOOST_TEST((texts | noise::with<half>(1) | ranges::to<std::vector>()) == once, boost::test_tools::per_element());
  BOOST_TEST((texts | noise::with<half>(2) | ranges::to<std::vector>()) != once);
}
