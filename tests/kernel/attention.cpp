#define BOOST_TEST_MODULE kernel_attention
#include "attention.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <krait/kernel/attention/cpu.hpp>
#include <string>

#include "../oracle.hpp"
using namespace krait;
using namespace krait::testing;

namespace {

template <class Backend, class T, int KvHeads> void agrees_with_pytorch(const std::string& name) {
  const oracle o(name);
  problem<T, 4, KvHeads, 5> p(2, 11, {o.has("starts"), o.has("mask")});
  if (o.has("starts")) {
    const auto starts = o["starts"];
    std::copy(starts.begin(), starts.end(), p.starts.begin());
  }
  if (o.has("mask")) {
    const auto mask = o["mask"];
    std::copy(mask.begin(), mask.end(), p.keep.begin());
  }
  constexpr int kv_width = KvHeads * 5;
  const auto q = o["q"], k = o["k"], v = o["v"];
  for (int t = 0; t < 22; ++t) {
    T* row = p.qkv.out()[t];
    std::copy_n(q.begin() + t * 20, 20, row);
    std::copy_n(k.begin() + t * kv_width, kv_width, row + 20);
    std::copy_n(v.begin() + t * kv_width, kv_width, row + 20 + kv_width);
  }
  p.dy = {p.of, o["d.y"]};
  p.template forward<Backend>();
  p.template backward<Backend>();
  std::vector<double> exact;
  const auto dq = o["d.q"], dk = o["d.k"], dv = o["d.v"];
  for (int t = 0; t < 22; ++t) {
    exact.insert(exact.end(), dq.begin() + t * 20, dq.begin() + (t + 1) * 20);
    exact.insert(exact.end(), dk.begin() + t * kv_width, dk.begin() + (t + 1) * kv_width);
    exact.insert(exact.end(), dv.begin() + t * kv_width, dv.begin() + (t + 1) * kv_width);
  }
  BOOST_TEST_CONTEXT(name) {
    BOOST_TEST(worst(p.y.values(), o["y"]) <= tolerance<T>);
    BOOST_TEST(worst(p.dqkv.values(), exact) <= tolerance<T>);
  }
}
template <class Backend, class T> void agrees_with_pytorch() {
  agrees_with_pytorch<Backend, T, 4>("attention");
  agrees_with_pytorch<Backend, T, 1>("attention_one_group");
  for (const char* form : {"", "_mask", "_packed", "_mask_packed"})
    agrees_with_pytorch<Backend, T, 2>(std::string("attention_grouped") + form);
}

template <class Backend, class T, int KvHeads, int HeadWidth> void step_is_the_last_row() {
  constexpr int heads = 4, kv_width = KvHeads * HeadWidth, capacity = 40, count = 3;
  using problem = problem<T, heads, KvHeads, HeadWidth>;
  problem p(count, 33, {false, false});
  p.template forward<Backend>();
  std::vector<T> k(count * capacity * kv_width), v = k;
  for (int s = 0; s < count; ++s)
    for (int t = 0; t < 33; ++t) {
      std::copy_n(p.k()[s * 33 + t], kv_width, k.data() + (s * capacity + t) * kv_width);
      std::copy_n(p.v()[s * 33 + t], kv_width, v.data() + (s * capacity + t) * kv_width);
    }
  const int lengths[count] = {33, 1, 17};
  std::uint8_t keep[count] = {1, 1, 1};
  const sequences news{count, 1, nullptr, keep};
  table<T, problem::width> q(news), y(news);
  std::vector<T> exact;
  for (int s = 0; s < count; ++s) {
    const int t = s * 33 + lengths[s] - 1;
    std::copy_n(p.q()[t], problem::width, q.out()[s]);
    exact.insert(exact.end(), p.y.in()[t], p.y.in()[t] + problem::width);
  }
  using op = typename problem::template op<Backend>;
  op::step(on<Backend>(), q.in(), k.data(), v.data(), capacity, lengths, y.out());
  BOOST_TEST(worst(y.values(), exact) <= tolerance<T>);
  keep[1] = 0;  // a masked token puts out zero
  op::step(on<Backend>(), q.in(), k.data(), v.data(), capacity, lengths, q.out());
  std::fill_n(y.out()[1], problem::width, T(0));
  BOOST_TEST(worst(q, y) == 0);
}

}  // namespace

BOOST_DATA_TEST_CASE(cpu_is_the_reference, boost::unit_test::data::make(lengths), length) {
  agrees_with_reference<backend::cpu, float, 2, 2, 16>(3, length);
  agrees_with_reference<backend::cpu, float, 4, 2, 32>(1, length);
  agrees_with_reference<backend::cpu, float, 3, 1, 5>(2, length);
  agrees_with_reference<backend::cpu, double, 2, 1, 16>(2, length);
}
BOOST_AUTO_TEST_CASE(cpu_is_the_reference_at_other_shapes) {
  agrees_with_reference<backend::cpu, float, 1, 1, 64>(2, 50);
  agrees_with_reference<backend::cpu, float, 2, 1, 40>(2, 50);
  agrees_with_reference<backend::cpu, float, 1, 1, 3>(2, 20);
  agrees_with_reference<backend::cpu, float, 1, 1, 16>(1, 300);
  agrees_with_reference<backend::cpu, double, 2, 2, 5>(2, 50);
  agrees_with_reference<backend::cpu, float, 2, 2, 16>(0, 7);
}

BOOST_AUTO_TEST_CASE(reference_backward_is_the_slope) {
  for (const form f : forms) {
    problem<double, 2, 1, 3> p(2, 6, f);
    p.forward<backend::reference>();
    p.backward<backend::reference>();
    const auto loss = [&] {
      p.forward<backend::reference>();
      return inner(p.y, p.dy);
    };
    BOOST_TEST(worst(p.dqkv.values(), slopes(p.qkv, loss)) <= slope_tolerance);
  }
}

BOOST_AUTO_TEST_CASE(pytorch_agrees) {
  agrees_with_pytorch<backend::reference, double>();
  agrees_with_pytorch<backend::cpu, double>();
  agrees_with_pytorch<backend::cpu, float>();
}

BOOST_AUTO_TEST_CASE(later_and_masked_tokens_change_nothing) {
  using problem = problem<float, 2, 1, 16>;
  problem before(1, 50, {true, true}), after(1, 50, {true, true});
  before.keep[20] = after.keep[20] = 0;
  for (const int changed : {20, 37})
    for (int i = 0; i < problem::all; ++i) after.qkv.out()[changed][i] += 3;
  before.forward<backend::cpu>();
  after.forward<backend::cpu>();
  for (int t = 0; t < 37; ++t)
    for (int i = 0; i < problem::width; ++i) BOOST_TEST(before.y.in()[t][i] == after.y.in()[t][i]);
  after.backward<backend::cpu>();
  for (int i = 0; i < problem::all; ++i) BOOST_TEST(after.dqkv.in()[20][i] == 0);
}

BOOST_AUTO_TEST_CASE(step_agrees_with_forward) {
  step_is_the_last_row<backend::reference, double, 2, 5>();
  step_is_the_last_row<backend::cpu, double, 2, 5>();
  step_is_the_last_row<backend::cpu, float, 4, 16>();
  step_is_the_last_row<backend::cpu, float, 1, 40>();
}

BOOST_AUTO_TEST_CASE(works_in_place) {
  using problem = problem<float, 2, 2, 16>;
  problem p(2, 45, {false, true});
  p.forward<backend::cpu>();
  p.backward<backend::cpu>();
  table<float, 32> q(p.of), dy = p.dy, dk(p.of), dv(p.of);
  for (int t = 0; t < p.of.tokens(); ++t) std::copy_n(p.q()[t], 32, q.out()[t]);
  table<float, 32> y = q;
  using op = problem::op<backend::cpu>;
  op::forward(on<backend::cpu>(), y.in(), p.k(), p.v(), y.out(), p.lse.data());
  BOOST_TEST(worst(y, p.y) == 0);
  op::backward(on<backend::cpu>(), q.in(), p.k(), p.v(), y.in(), p.lse.data(), dy.in(), dy.out(), dk.out(), dv.out());
  for (int t = 0; t < p.of.tokens(); ++t)
    for (int i = 0; i < 32; ++i) BOOST_TEST(dy.in()[t][i] == p.dqkv.in()[t][i]);
}
