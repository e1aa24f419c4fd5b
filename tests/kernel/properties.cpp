// tests/kernel/properties.cpp: what must hold of any numbers: linearity, and that sequences of a batch do not know of
// each other. (Causality is a test of every layer: tests/layer/layers.hpp.)
#define BOOST_TEST_MODULE kernel_properties
#include <boost/test/unit_test.hpp>
#include <krait/kernel/cpu.hpp>

#include "attention.hpp"
#include "selective_scan.hpp"
using namespace krait;
using namespace krait::testing;

namespace {

/// to = a one + b other.
template <int Width, int Stride>
void combine(double a, const table<double, Width, Stride>& one, double b, const table<double, Width, Stride>& other,
             table<double, Width, Stride>& to) {
  for (int t = 0; t < to.of.tokens(); ++t)
    for (int i = 0; i < Width; ++i) to.out()[t][i] = a * one.in()[t][i] + b * other.in()[t][i];
}
/// The sequences of a batch in another order: number s comes from `order[s]`.
template <class T, int Width, int Stride>
table<T, Width, Stride> reordered(const table<T, Width, Stride>& from, const std::vector<int>& order) {
  table<T, Width, Stride> to(from.of);
  for (int s = 0; s < from.of.count; ++s)
    for (int i = 0; i < from.of.length; ++i)
      std::copy_n(from.in()[order[static_cast<std::size_t>(s)] * from.of.length + i], Width,
                  to.out()[s * from.of.length + i]);
  return to;
}

using scan_type = scan_problem<double, kernel::scan_config{9, 5, 2}>;
using attention_type = problem<double, 4, 2, 8>;

}  // namespace

// h and y are linear in x when delta, B and C are given, and so is the gate's product.
BOOST_AUTO_TEST_CASE(scan_is_linear_in_its_input) {
  for (const scan_form f : scan_forms) {
    if (f.state) continue;  // that would be another input
    scan_type one(2, 110, f), other(2, 110, f), both(2, 110, f);
    other.x = {other.of, "another x"};
    combine(2, one.x, -0.5, other.x, both.x);
    for (scan_type* p : {&one, &other, &both}) p->forward<backend::cpu>();
    auto expected = both.gated;
    combine(2, one.gated, -0.5, other.gated, expected);
    BOOST_TEST(worst(both.gated, expected) <= tolerance<double>);
    for (std::size_t i = 0; i < both.h_last.size(); ++i)
      BOOST_TEST(std::abs(both.h_last[i] - (2 * one.h_last[i] - 0.5 * other.h_last[i])) <= 1e-12);
  }
}

BOOST_AUTO_TEST_CASE(attention_is_linear_in_its_values) {
  attention_type one(2, 40, {true, true}), other(2, 40, {true, true}), both(2, 40, {true, true});
  const auto value = [](attention_type& p, int t, int i) -> double& {
    return p.qkv.out()[t][attention_type::width + attention_type::kv_width + i];
  };
  for (int t = 0; t < 80; ++t)
    for (int i = 0; i < attention_type::kv_width; ++i) {
      value(other, t, i) = number("another v", static_cast<std::uint64_t>(t * 16 + i));
      value(both, t, i) = 3 * value(one, t, i) + 0.25 * value(other, t, i);
    }
  for (attention_type* p : {&one, &other, &both}) p->forward<backend::cpu>();
  auto expected = both.y;
  combine(3, one.y, 0.25, other.y, expected);
  BOOST_TEST(worst(both.y, expected) <= tolerance<double>);
}

BOOST_AUTO_TEST_CASE(product_is_linear) {
  const sequences of{1, 13};
  table<double, 27> one(of, "x"), other(of, "another x"), both(of);
  table<double, 33> y_one(of), y_other(of), y_both(of), expected(of);
  combine(-1.5, one, 4, other, both);
  const auto weight = make_shared<tensor<double, 33, 27>>();
  fill(weight->values(), "weight");
  const tensor<double, 0> none{};
  const auto multiply = [&](const auto& x, auto& y) {
    kernel::linear<backend::cpu, 27, 33>::forward(on<backend::cpu>(), *weight, none, x.in(), y.out());
  };
  multiply(one, y_one), multiply(other, y_other), multiply(both, y_both);
  combine(-1.5, y_one, 4, y_other, expected);
  BOOST_TEST(worst(y_both, expected) <= tolerance<double>);
}

BOOST_AUTO_TEST_CASE(sequences_in_another_order_give_the_same_in_that_order) {
  const std::vector<int> order{3, 0, 4, 1, 2};
  scan_type scan(5, 20, {false, false, false}), moved(5, 20, {false, false, false});
  moved.x = reordered(scan.x, order);
  moved.z = reordered(scan.z, order);
  moved.row = reordered(scan.row, order);
  moved.dgated = reordered(scan.dgated, order);
  for (scan_type* p : {&scan, &moved}) p->forward<backend::cpu>(), p->backward<backend::cpu>();
  BOOST_TEST(worst(moved.gated, reordered(scan.gated, order)) == 0);
  BOOST_TEST(worst(moved.dx, reordered(scan.dx, order)) == 0);
  BOOST_TEST(worst(moved.drow, reordered(scan.drow, order)) == 0);
  attention_type seen(5, 20, {false, false}), later(5, 20, {false, false});
  later.qkv = reordered(seen.qkv, order);
  later.dy = reordered(seen.dy, order);
  for (attention_type* p : {&seen, &later}) p->forward<backend::cpu>(), p->backward<backend::cpu>();
  BOOST_TEST(worst(later.y, reordered(seen.y, order)) == 0);
  BOOST_TEST(worst(later.dqkv, reordered(seen.dqkv, order)) == 0);
}
