// tests/task/trigger_bigrams.cpp: the world's bigrams and a sequence's own, and who knows the first and weighs the
// second.
#define BOOST_TEST_MODULE task_trigger_bigrams
#include <array>
#include <krait/task/trigger_bigrams.hpp>
#include <set>

#include "moments.hpp"
using namespace krait;
using namespace krait::testing;

namespace {
using task_type = task::trigger_bigrams<task::trigger_bigrams_config{.vocabulary = 6, .length = 40}>;
constexpr int V = task_type::vocabulary;
}  // namespace

BOOST_AUTO_TEST_CASE(the_world_is_the_seeds) {
  const task_type::world one(7), again(7), other(8);
  bool differs = false;
  for (int a = 0; a < V; ++a) {
    double sum = 0;
    std::multiset<double> row;
    for (int b = 0; b < V; ++b) {
      BOOST_TEST(one.p[a][b] == again.p[a][b]);
      differs = differs || one.p[a][b] != other.p[a][b];
      sum += one.p[a][b], row.insert(one.p[a][b]);
    }
    BOOST_TEST(std::abs(sum - 1) < 1e-12);
    double falls = 0;  // 1 + 2^-1.5 + .. + 6^-1.5
    for (int r = 1; r <= V; ++r) falls += std::pow(r, -1.5);
    BOOST_TEST(std::abs(*row.rbegin() - 1 / falls) < 1e-12);
    BOOST_TEST(std::abs(*row.begin() - std::pow(V, -1.5) / falls) < 1e-12);
    BOOST_TEST(one.p[a][one.likeliest[a]] == *row.rbegin());
  }
  BOOST_TEST(differs);
}

BOOST_AUTO_TEST_CASE(sequences_follow_their_triggers_and_the_world) {
  const task_type::world known(of_tests.seed);
  moments trigger, output;
  double own = 0, after_triggers = 0, expected_own = 0, variance = 0, likeliest = 0, others = 0;
  for (std::uint64_t k = 0; k < 1500; ++k) {
    const spelt<task_type> text(k);
    const task_type::triggers has(of_tests, k);
    for (int a = 0; a < V; ++a) trigger.add(has.is[a]), output.add(has.output[a]);
    for (std::size_t t = 0; t < 40; ++t) {
      const int a = text.id[t], b = text.target[t];
      BOOST_REQUIRE((a >= 0 && a < V && b >= 0 && b < V));
      if (t < 39) BOOST_TEST(b == text.id[t + 1]);
      BOOST_TEST(text.weight[t] == 1);
      if (has.is[a]) {
        const double p = .9 + .1 * known.p[a][has.output[a]];
        ++after_triggers, own += b == has.output[a], expected_own += p, variance += p * (1 - p);
      } else {
        ++others, likeliest += b == known.likeliest[a];
      }
    }
  }
  mean_is(trigger, .5, "a trigger");
  mean_is(output, (V - 1) / 2., "its output");
  BOOST_TEST(std::abs(own - expected_own) < 5 * std::sqrt(variance));
  share_is(likeliest, others, known.p[0][known.likeliest[0]], "the world's likeliest");
  BOOST_TEST(others > 1000);
}

// A shorter sequence is the beginning of a longer one, and one of another stream has the same world.
BOOST_AUTO_TEST_CASE(lengths_and_streams) {
  const spelt<task_type> whole(3), again(3), elsewhere(3, {7, stream("elsewhere"), 0});
  BOOST_TEST((whole.id == again.id && whole.target == again.target));
  BOOST_TEST((whole.id != elsewhere.id));
  std::vector<std::int32_t> id(12, -1), target(12, -1);
  std::vector<float> weight(12);
  task_type::write(of_tests, 3, {11, 1}, id.data(), target.data(), weight.data());
  for (std::size_t t = 0; t < 11; ++t) BOOST_TEST((id[t] == whole.id[t] && target[t] == whole.target[t]));
  BOOST_TEST(id[11] == -1);
}

// By Bayes' rule over all 1 + V hypotheses of a token, spelt out.
BOOST_AUTO_TEST_CASE(bayes_by_enumeration) {
  const task_type::world known(of_tests.seed);
  for (std::uint64_t k = 0; k < 20; ++k) {
    const spelt<task_type> text(k);
    task_type::bayes weighs(known);
    for (std::size_t t = 0; t < 40; ++t) {
      weighs.see(text.id[t]);
      const int a = text.id[t];
      std::array<double, V + 1> posterior{};  // the last: no trigger
      double sum = 0;
      for (int h = 0; h <= V; ++h) {
        double likelihood = h == V ? .5 : .5 / V;
        for (std::size_t s = 0; s < t; ++s)
          if (text.id[s] == a)
            likelihood *=
                h == V ? known.p[a][text.target[s]] : .9 * (text.target[s] == h) + .1 * known.p[a][text.target[s]];
        sum += posterior[static_cast<std::size_t>(h)] = likelihood;
      }
      double p[V], total = 0;
      weighs.predict(p);
      for (int b = 0; b < V; ++b) {
        double expected = 0;
        for (int h = 0; h <= V; ++h)
          expected += posterior[static_cast<std::size_t>(h)] / sum *
                      (h == V ? known.p[a][b] : .9 * (b == h) + .1 * known.p[a][b]);
        BOOST_TEST(std::abs(p[b] - expected) < 1e-12);
        total += p[b];
      }
      BOOST_TEST(std::abs(total - 1) < 1e-12);
    }
  }
}

// In the mean nobody who knows no triggers has a lower loss: not who looks at no context, nor who is more certain.
BOOST_AUTO_TEST_CASE(bayes_is_best) {
  const task_type::world known(of_tests.seed);
  moments blind, bolder;
  for (std::uint64_t k = 0; k < 800; ++k) {
    const spelt<task_type> text(k);
    task_type::bayes weighs(known);
    double of_blind = 0, of_bolder = 0;
    for (std::size_t t = 0; t < 40; ++t) {
      double p[V], q[V], sum = 0;
      weighs.see(text.id[t]);
      weighs.predict(p);
      task_type::without_context(known, text.id[t], q);
      const auto next = text.target[t];
      of_blind += std::log(p[next] / q[next]);
      for (const double one : p) sum += std::pow(one, 1.3);
      of_bolder += std::log(p[next] / (std::pow(p[next], 1.3) / sum));
    }
    blind.add(of_blind / 40), bolder.add(of_bolder / 40);
  }
  BOOST_TEST(blind.mean() > 5 * blind.error_of_mean());
  BOOST_TEST(bolder.mean() > 3 * bolder.error_of_mean());
}
