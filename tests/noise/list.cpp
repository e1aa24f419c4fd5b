#define BOOST_TEST_MODULE noise_list
#include <boost/test/unit_test.hpp>
#include <krait/data/question_answer.hpp>
#include <krait/noise/charflip.hpp>
#include <krait/noise/noise.hpp>
#include <krait/noise/none.hpp>
#include <krait/noise/wordflip.hpp>
#include <vector>

using namespace krait;

namespace {
struct shout {  // a noise of the user's own: a name and apply are enough
  static constexpr std::string_view name = "shout";
  static std::string apply(std::string_view text, draw) { return std::string{text} + "!"; }
};
}  // namespace

BOOST_AUTO_TEST_CASE(holds_names_and_visits_in_order) {
  using noises = noise::list<noise::charflip<>, noise::wordflip<>, noise::none, shout>;
  static_assert(noises::size == 4 && noises::names[1] == "wordflip");
  std::vector<std::string> seen;
  noises::for_each([&](auto type) { seen.push_back(decltype(type)::type::apply("go on.", draw{})); });
  BOOST_TEST(seen == (std::vector<std::string>{".no og", ". on go", "go on.", "go on.!"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(may_be_empty) {
  static_assert(noise::list<>::size == 0);
  noise::list<>::for_each([](auto) { BOOST_ERROR("an empty list has no member"); });
}

BOOST_AUTO_TEST_CASE(noises_a_text_or_the_answer_of_a_pair) {
  BOOST_TEST(noise::noised<noise::charflip<>>("ab", draw{}) == "ba");
  BOOST_TEST(noise::noised<noise::charflip<>>(std::string{"ab"}, draw{}) == "ba");
  const auto noised = noise::noised<noise::charflip<>>(data::question_answer{"Who?", "Me."}, draw{});
  BOOST_TEST(noised.question == "Who?");
  BOOST_TEST(noised.answer == ".eM");
}

BOOST_AUTO_TEST_CASE(the_control_changes_nothing_and_has_no_pattern) {
  BOOST_TEST(noise::none::apply("As it is. ", draw{}) == "As it is. ");
  BOOST_TEST(!noise::none::in_pattern("a", "b").has_value());
}
