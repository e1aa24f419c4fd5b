#define BOOST_TEST_MODULE kernel_linear_attention
#include "linear_attention.hpp"

#include <boost/test/unit_test.hpp>
#include <krait/kernel/linear_attention/cpu.hpp>
using namespace krait;
using namespace krait::testing;
using kernel::linear_attention_config;

namespace {

template <linear_attention_config C> void backward_is_the_slope() {
  for (const form f : forms) {
    problem<double, C> p(2, 6, f);
    const auto loss = [&] {
      p.template forward<backend::reference>();
      return p.loss();
    };
    p.template both<backend::reference>();
    BOOST_TEST_CONTEXT("packed " << f.packed << ", masked " << f.masked << ", state " << f.state << ", gated "
                                 << f.gated) {
      BOOST_TEST(worst(p.dq.values(), slopes(p.q, loss)) <= slope_tolerance);
      BOOST_TEST(worst(p.dk.values(), slopes(p.k, loss)) <= slope_tolerance);
      BOOST_TEST(worst(p.dv.values(), slopes(p.v, loss)) <= slope_tolerance);
      if (f.gated) BOOST_TEST(worst(p.dg.values(), slopes(p.g, loss)) <= slope_tolerance);
      if (f.state) BOOST_TEST(worst(p.dfirst, slopes(std::span(p.first), loss)) <= slope_tolerance);
    }
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(reference_backward_is_the_slope) {
  backward_is_the_slope<linear_attention_config{1, 3, 2}>();
  backward_is_the_slope<linear_attention_config{2, 2, 3}>();
  backward_is_the_slope<linear_attention_config{3, 1, 1}>();
}

// y_t = sum over s <= t of (g_{s+1} ... g_t) (q_t . k_s) v_s, written out.
BOOST_AUTO_TEST_CASE(the_recurrence_is_the_sum_over_pairs) {
  problem<double, linear_attention_config{2, 3, 4}> p(1, 9, {false, false, false, true});
  p.forward<backend::reference>();
  table<double, 8, row_stride(8) + 48> y(p.of);
  for (int h = 0; h < 2; ++h)
    for (int t = 0; t < 9; ++t) {
      double gates = 1;
      for (int s = t; s >= 0; gates *= p.g.in()[s--][h]) {
        double score = 0;
        for (int i = 0; i < 3; ++i) score += p.q.in()[t][h * 3 + i] * p.k.in()[s][h * 3 + i];
        for (int j = 0; j < 4; ++j) y.out()[t][h * 4 + j] += gates * score * p.v.in()[s][h * 4 + j];
      }
    }
  BOOST_TEST(worst(p.y, y) <= tolerance<double>);
}

// Lengths about the chunk, widths about a vector.
BOOST_AUTO_TEST_CASE(chunks) {
  static_assert(kernel::linear_attention_tuning<linear_attention_config{1, 31, 31}>::chunk == 64);
  agrees_with_reference<backend::cpu, float, linear_attention_config{1, 31, 31}>(2, {0, 1, 2, 21, 63, 64, 65, 150});
  static_assert(kernel::linear_attention_tuning<linear_attention_config{1, 64, 64}>::chunk == 16);
  agrees_with_reference<backend::cpu, float, linear_attention_config{1, 64, 64}>(2, {15, 16, 17, 50});
  agrees_with_reference<backend::cpu, float, linear_attention_config{2, 16, 16}>(0, {5});
}
BOOST_AUTO_TEST_CASE(heads_and_widths) {
  agrees_with_reference<backend::cpu, float, linear_attention_config{1, 1, 1}>(3, {1, 13});
  agrees_with_reference<backend::cpu, float, linear_attention_config{3, 5, 15}>(2, {1, 13});
  agrees_with_reference<backend::cpu, float, linear_attention_config{2, 17, 16}>(2, {13});
  agrees_with_reference<backend::cpu, float, linear_attention_config{4, 8, 17}>(2, {13, 33});
}
BOOST_AUTO_TEST_CASE(double_precision) {
  agrees_with_reference<backend::cpu, double, linear_attention_config{2, 7, 9}>(2, {1, 13, 82});
  agrees_with_reference<backend::cpu, double, linear_attention_config{1, 31, 31}>(1, {65});
}

BOOST_AUTO_TEST_CASE(state_is_handed_on) {
  for (const int border : {1, 4, 12}) {
    pieces_are_the_whole<backend::reference, double>(13, border);
    pieces_are_the_whole<backend::cpu, float>(13, border);
  }
  pieces_are_the_whole<backend::cpu, float>(150, 64);
  pieces_are_the_whole<backend::cpu, double>(150, 81);
}

BOOST_AUTO_TEST_CASE(state_in_place) {
  state_is_updated_in_place<backend::reference>();
  state_is_updated_in_place<backend::cpu>();
}
BOOST_AUTO_TEST_CASE(gate_of_zero) { a_gate_of_zero_forgets<backend::cpu>(); }
BOOST_AUTO_TEST_CASE(no_gate) { plain_form_leaves_gate_rows_alone<backend::cpu>(); }
