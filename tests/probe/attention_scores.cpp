// tests/probe/attention_scores.cpp: scores times values are what the layers put out, whatever their kind.
#define BOOST_TEST_MODULE probe_attention_scores
#include <krait/probe/attention_scores.hpp>
#include <krait/probe/hidden_attention.hpp>

#include "../layer/layers.hpp"
using namespace krait;
using namespace krait::testing;

namespace {

/// y of the query as the sum of weighted scores times values(token): before any projection of the output.
template <class L, class Output, class Value> void scores_times_values_are_the_output(Output&& output, Value&& value) {
  for (const form f : forms) {
    trial<double, L> p(2, 9, f);
    p.template forward<backend::cpu>();
    for (int s = 0; s < 2; ++s)
      for (int query = 0; query < 9; ++query)
        for (int head = 0; head < L::heads; ++head) {
          const auto found = probe::scores_of<L>::at(*p.w, p.saved->it, p.x.in(), s, query, head);
          BOOST_REQUIRE(found.weighted.size() == static_cast<std::size_t>(query + 1));
          const int width = L::in / L::heads;
          for (int i = 0; i < width; ++i) {
            double sum = 0;
            for (int t = 0; t <= query; ++t)
              sum += found.weighted[static_cast<std::size_t>(t)] * value(p, s * 9 + t, head * width + i);
            BOOST_TEST(std::abs(sum - output(p, s * 9 + query, head * width + i)) < 1e-10);
          }
        }
  }
}

template <attention_config C> struct with_heads : attention<C> { static constexpr int heads = C.heads; };

}  // namespace
template <attention_config C> struct krait::probe::scores_of<with_heads<C>> : krait::probe::scores_of<attention<C>> {};

BOOST_AUTO_TEST_CASE(linear_attention_) {
  using plain = linear_attention<linear_attention_config{.d_model = 8, .heads = 2}>;
  using gated = linear_attention<linear_attention_config{
      .d_model = 6, .heads = 3, .key_width = 5, .gate = forget_gate::sigmoid, .first_gate = 1}>;
  const auto y = [](auto& p, int t, int i) { return std::as_const(p.saved->it).y.of(p.of)[t][i]; };
  const auto v = [](auto& p, int t, int i) { return std::as_const(p.saved->it).v.of(p.of)[t][i]; };
  scores_times_values_are_the_output<plain>(y, v);
  scores_times_values_are_the_output<gated>(y, v);
}

BOOST_AUTO_TEST_CASE(softmax_attention) {
  using layer = with_heads<attention_config{8, 4, 2}>;
  const auto y = [](auto& p, int t, int i) { return std::as_const(p.saved->it).y.of(p.of)[t][i]; };
  const auto v = [](auto& p, int t, int i) {
    return std::as_const(p.saved->it).qkv.of(p.of)[t][8 + 4 + i / 4 * 2 + i % 2];  // heads 0 and 1 share a value head
  };
  scores_times_values_are_the_output<layer>(y, v);
  // Probabilities: they sum to 1 where nothing is masked.
  trial<double, layer> p(1, 9);
  p.forward<backend::cpu>();
  const auto found = probe::scores_of<layer>::at(*p.w, p.saved->it, p.x.in(), 0, 8, 3);
  double sum = 0;
  for (const double w : found.weighted) {
    BOOST_TEST((w > 0 && w < 1));
    sum += w;
  }
  BOOST_TEST(std::abs(sum - 1) < 1e-12);
}

// Of a scan: the hidden attention's rows, and B . C before the gates.
BOOST_AUTO_TEST_CASE(scans) {
  using layer = selective_ssm<selective_ssm_config{.d_model = 7}>;
  trial<double, layer> p(1, 9);
  p.forward<backend::cpu>();
  const auto trace = probe::scan_of<layer>::trace(*p.w, p.saved->it, p.x.in(), 0);
  const auto M = probe::hidden_attention(trace, 6);
  for (const int query : {0, 4, 8}) {
    const auto found = probe::scores_of<layer>::at(*p.w, p.saved->it, p.x.in(), 0, query, 6);
    for (int t = 0; t <= query; ++t) {
      double raw = 0;
      for (int n = 0; n < 7; ++n) {
        double B = 0, C = 0;
        for (int i = 0; i < 7; ++i)
          B += p.w->W_B[n * 7 + i] * p.x.in()[t][i], C += p.w->W_C[n * 7 + i] * p.x.in()[query][i];
        raw += B * C;
      }
      BOOST_TEST(std::abs(found.raw[static_cast<std::size_t>(t)] - raw) < 1e-10);
      BOOST_TEST(std::abs(found.weighted[static_cast<std::size_t>(t)] - M[static_cast<std::size_t>(query * 9 + t)]) <
                 1e-12);
    }
  }
}

BOOST_AUTO_TEST_CASE(sums_by_class_) {
  const double scores[] = {1, 2, 4, 8, 16};
  const int classes[] = {0, 2, 0, -1, 2};
  const auto sums = probe::sums_by_class(scores, classes, 3);
  BOOST_TEST(sums == (std::vector<double>{5, 0, 18}), boost::test_tools::per_element());
}
