// tests/train/precision.cpp: fp32, bf16, and bf16 with fp32 master weights, each as it should differ.
#define BOOST_TEST_MODULE train_precision
#include <boost/test/unit_test.hpp>
#include <cmath>

#include "tiny.hpp"
using namespace krait;
using namespace krait::train;
using namespace krait::testing;

namespace {

const text_set texts(some_pairs(24), tiny_length);
template <class Precision> using kind = text_trainer<tiny_transformer, brisk, Precision>;

/// Whether every weight that the model computes with is a bf16 number.
template <class Weights> bool are_bf16(const Weights& w) {
  return std::ranges::all_of(flat<float>(w), [](float x) { return static_cast<float>(bfloat16(x)) == x; });
}
/// Weights that differ between two structs of the same model.
template <class A, class B> long differing(const A& a, const B& b) {
  const std::span<const float> x = flat<float>(a), y = flat<float>(b);
  long count = 0;
  for (std::size_t i = 0; i < x.size(); ++i) count += x[i] != y[i];
  return count;
}

}  // namespace

BOOST_AUTO_TEST_CASE(weights_are_rounded_to_what_is_computed_with) {
  kind<optim::fp32> fp32(1, 2);
  kind<optim::bf16> bf16(1, 2);
  kind<optim::bf16_master> master(1, 2);
  for (int i = 0; i < 3; ++i) {
    BOOST_TEST(are_bf16(bf16.current()));
    BOOST_TEST(are_bf16(master.current()));
    const std::span<const float> kept = flat<float>(master.master()), used = flat<float>(master.current());
    for (std::size_t k = 0; k < kept.size(); ++k) BOOST_REQUIRE(static_cast<float>(bfloat16(kept[k])) == used[k]);
    take_steps(fp32, texts, i, i + 1, 0.01);
    take_steps(bf16, texts, i, i + 1, 0.01);
    take_steps(master, texts, i, i + 1, 0.01);
  }
  BOOST_TEST(!are_bf16(fp32.current()));
  BOOST_TEST(!are_bf16(master.master()));
  BOOST_TEST(sizeof(bf16.master()) * 2 == sizeof(fp32.master()));
}

// The first weights are the same, rounded; the losses begin within the rounding.
BOOST_AUTO_TEST_CASE(they_begin_alike) {
  kind<optim::fp32> fp32(1, 1);
  kind<optim::bf16> bf16(1, 1);
  kind<optim::bf16_master> master(1, 1);
  BOOST_TEST(differing(fp32.current(), master.master()) == 0);
  BOOST_TEST(differing(bf16.current(), master.current()) == 0);
  const std::vector<int> some{0, 1, 2, 3};
  const text_batch batch(texts, some, 4);
  BOOST_TEST(bf16.loss(batch) == master.loss(batch));
  BOOST_TEST(bf16.loss(batch) != fp32.loss(batch));
  BOOST_TEST(std::abs(bf16.loss(batch) / fp32.loss(batch) - 1) < 1e-3);
}

// Steps far below the last digit of a bf16 weight: alone it stands still, a master moves on and then shows it.
BOOST_AUTO_TEST_CASE(small_steps_are_lost_without_a_master) {
  using still = text_trainer<tiny_transformer, optim::adamw<optim::adamw_config{.weight_decay = 0}>, optim::bf16>;
  using moving =
      text_trainer<tiny_transformer, optim::adamw<optim::adamw_config{.weight_decay = 0}>, optim::bf16_master>;
  still alone(1, 2);
  moving with_master(1, 2);
  // Norm weights are 1, where neighbours of bf16 are 2^-8 and 2^-7 apart: 40 steps of 1e-4 at most are half of that.
  const auto norm = [](const auto& w) {
    return std::vector<float>(w.norm_f.weight.values().begin(), w.norm_f.weight.values().end());
  };
  const auto first = norm(alone.current());
  BOOST_TEST((first == std::vector<float>(tiny_width, 1.f)));
  take_steps(alone, texts, 0, 40, 1e-4);
  take_steps(with_master, texts, 0, 40, 1e-4);
  BOOST_TEST((norm(alone.current()) == first));
  int moved = 0;
  for (const float x : norm(with_master.master())) moved += std::abs(x - 1) > 1e-3f;
  BOOST_TEST(moved > tiny_width / 2);
  int shown = 0;
  for (const float x : norm(with_master.current())) shown += x != 1;
  BOOST_TEST(shown > 0);
}

BOOST_AUTO_TEST_CASE(all_of_them_learn_and_threads_do_not_matter) {
  const auto check = [](auto one, auto two) {
    using trainer_type = typename decltype(two)::type;
    trainer_type a(1, 1), b(1, 2);
    const auto losses = take_steps(a, texts, 0, 60, 0.01);
    take_steps(b, texts, 0, 60, 0.01);
    BOOST_TEST(losses.back() < 0.6 * losses.front(), one);
    BOOST_TEST((state_of_training(a) == state_of_training(b)), one);
  };
  check("fp32", std::type_identity<kind<optim::fp32>>{});
  check("bf16", std::type_identity<kind<optim::bf16>>{});
  check("bf16 with fp32 master", std::type_identity<kind<optim::bf16_master>>{});
}
