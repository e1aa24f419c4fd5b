// tests/task/markov.cpp: Markov chains, and what is known of who predicts them.
#define BOOST_TEST_MODULE task_markov
#include <krait/task/markov.hpp>
#include <numeric>

#include "moments.hpp"
using namespace krait;
using namespace krait::testing;
using task::markov_config;

namespace {

/// Mean over the positions of KL(P, add-one), in closed form at each, over `chains` sequences.
template <class Task> moments redundancy(int chains) {
  moments m;
  for (int k = 0; k < chains; ++k) {
    const auto number = static_cast<std::uint64_t>(k);
    const spelt<Task> text(number);
    typename Task::oracle known(of_tests, number);
    typename Task::add_beta counted;
    double sum = 0, p[Task::vocabulary], q[Task::vocabulary];
    for (int t = 0; t < Task::tokens; ++t) {
      const int symbol = text.id[static_cast<std::size_t>(t)];
      known.see(symbol), counted.see(symbol);
      known.predict(p), counted.predict(q);
      for (int s = 0; s < Task::vocabulary; ++s) sum += p[s] * std::log(p[s] / q[s]);
    }
    m.add(sum / Task::tokens);
  }
  return m;
}
/// Against 20,000 other chains, printed to four digits.
template <markov_config C> void has_floor(double published, int chains = 1500) {
  const moments m = redundancy<task::markov<C>>(chains);
  const double error = m.error_of_mean() * std::sqrt(1 + chains / 20'000.);
  BOOST_TEST(std::abs(m.mean() - published) < 4 * error + 5e-5,
             "order " << C.order << ", " << C.symbols << " symbols, " << C.length << " tokens: " << m.mean() << " +- "
                      << error << ", published " << published);
}

}  // namespace

BOOST_AUTO_TEST_CASE(redundancy_of_add_one) {
  has_floor<markov_config{1}>(.0088);
  has_floor<markov_config{2}>(.0146);
  has_floor<markov_config{3}>(.0239);
  has_floor<markov_config{4}>(.0378);
  has_floor<markov_config{1, 2, 256}>(.0151);
  has_floor<markov_config{4, 2, 256}>(.0574);
  has_floor<markov_config{1, 4}>(.0375);
  has_floor<markov_config{1, 6}>(.0726);
  has_floor<markov_config{1, 8}>(.1082);
}

BOOST_AUTO_TEST_CASE(symbols_follow_the_chain) {
  using task_type = task::markov<markov_config{2, 3, 40}>;
  moments first, probability, square;
  double observed = 0, expected = 0, variance = 0;  // how often the oracle's likeliest symbol comes
  for (std::uint64_t k = 0; k < 2000; ++k) {
    const spelt<task_type> text(k);
    task_type::oracle known(of_tests, k);
    first.add(text.id[0]), first.add(text.id[1]);
    for (int t = 0; t < 40; ++t) {
      const auto at = static_cast<std::size_t>(t);
      BOOST_REQUIRE(text.id[at] >= 0);
      BOOST_REQUIRE(text.id[at] < 3);
      BOOST_TEST(text.weight[at] == 1);
      if (t < 39) BOOST_TEST(text.target[at] == text.id[at + 1]);
      known.see(text.id[at]);
      double p[3];
      known.predict(p);
      BOOST_TEST(std::abs(p[0] + p[1] + p[2] - 1) < 1e-12);
      if (t == 0) BOOST_TEST(p[0] == 1. / 3);
      if (t == 1) probability.add(p[0]), square.add(p[0] * p[0]);
      const auto best = std::max_element(p, p + 3) - p;
      observed += text.target[at] == best, expected += p[best], variance += p[best] * (1 - p[best]);
    }
  }
  mean_is(first, 1, "a first symbol");
  mean_is(probability, 1. / 3, "a probability");  // Dirichlet(1, 1, 1)
  mean_is(square, 1. / 6, "its square");
  BOOST_TEST(std::abs(observed - expected) < 5 * std::sqrt(variance));
}

BOOST_AUTO_TEST_CASE(released_sequences_end_in_zeros) {
  using described = task::markov<markov_config{3, 2, 30}>;
  using released = task::markov<markov_config{3, 2, 30, 0, variant::as_released}>;
  for (std::uint64_t k = 0; k < 20; ++k) {
    const spelt<described> a(k);
    const spelt<released> b(k);
    for (std::size_t t = 0; t < 30; ++t) BOOST_TEST(b.target[t] == (t < 27 ? a.target[t] : 0));
  }
}

BOOST_AUTO_TEST_CASE(switches) {
  using task_type = task::markov<markov_config{.switch_probability = .1}>;
  double count = 0;
  const int sequences = 100;
  for (std::uint64_t k = 0; k < sequences; ++k) {
    const spelt<task_type> text(k);
    task_type::add_beta counted;
    bool fresh = true;
    for (const int symbol : text.id) {
      double p[3];
      counted.see(symbol);
      counted.predict(p);
      BOOST_TEST(std::abs(p[0] + p[1] + p[2] - 1) < 1e-12);
      fresh = symbol == 2;
      count += fresh;
      if (fresh) BOOST_TEST(p[0] == .45);
    }
  }
  share_is(count, sequences * 512., .1, "switches");
  // What is learnt is lost again: the estimator pays more, and the oracle is the better one in any case.
  const moments quiet = redundancy<task::markov<>>(200), restless = redundancy<task_type>(200);
  BOOST_TEST(restless.mean() > 3 * quiet.mean());
}
