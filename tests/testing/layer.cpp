// tests/testing/layer.cpp: is_a_layer finds what is wrong with a layer, and says it as a sentence.
#define BOOST_TEST_MODULE testing_layer
#include <boost/test/unit_test.hpp>
#include <krait/testing/layer.hpp>

#include "../downstream/leaky_integrator.hpp"
#include "../scratch_folder.hpp"
using namespace krait;
using krait::testing::contains;

namespace {

using leaky = leaky_integrator<3>;  // it has a step alone
static_assert(!carries_state<leaky>);

/// Its step forgets half of what it has.
struct forgets : leaky {
  template <class B, class T, capacity Cap>
  static void step(B& on, const weights<T>& w, rows<const T, 3> x, rows<T, 3> y, state<T, Cap>& s) {
    for (auto& h : s.h) h /= 2;
    leaky::step(on, w, x, y, s);
  }
};

/// Its forward begins from nothing, whatever it is given.
struct begins_anew : leaky {
  using leaky::backward;
  using leaky::forward;
  template <class B, class T, capacity Cap, capacity Of>
  static void forward(B& on, const weights<T>& w, rows<const T, 3> x, rows<T, 3> y, saved<T, Cap>& s,
                      const state<T, Of>*, state<T, Of>*) {
    leaky::forward(on, w, x, y, s);
  }
};
static_assert(carries_state<begins_anew>);

}  // namespace

BOOST_AUTO_TEST_CASE(a_step_that_is_another_is_found) {
  BOOST_TEST(testing::is_a_layer<leaky>().text() == "");
  const std::string said = testing::is_a_layer<forgets>().text();
  BOOST_TEST(contains(said, "steps are forward, token by token"));
  BOOST_TEST(!contains(said, "packed"));
}

BOOST_AUTO_TEST_CASE(a_state_that_is_not_taken_up_is_found) {
  const std::string said = testing::is_a_layer<begins_anew>().text();
  BOOST_TEST(contains(said, "a text in two pieces is the whole text"));
  BOOST_TEST(!contains(said, "steps are forward"));
}

BOOST_AUTO_TEST_CASE(what_holds_or_does_not_is_said_so) {
  testing::findings all;
  all.add("a later token changes no output before it", false);
  all.add("backward overwrites the input's gradient", .5, 0);
  all.add("outputs", .5, .25);
  all.add("all else", true);
  BOOST_TEST(!all.good());
  BOOST_TEST(all.text() ==
             "a later token changes no output before it: does not hold\n"
             "backward overwrites the input's gradient: differs by 0.500000, and must not at all\n"
             "outputs: differs by 0.500000, at most 0.250000 would be rounding\n");
}
