// tests/train/precision.cpp: fp32, bf16, and bf16 with fp32 master weights, each as it should differ.
#define BOOST_TEST_MODULE train_precision
#include <bit>
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

// Of all 65,536 draws as many round up as x stands above the lower neighbour: right on average, to the bit.
BOOST_AUTO_TEST_CASE(rounding_by_chance) {
  for (const float x : {1.001f, -3.14159f, 2.5e-7f, 0.f, 1.5f, 1e-40f}) {
    const float low = [&] {
      bfloat16 cut{0.f};
      cut.bits = static_cast<std::uint16_t>(std::bit_cast<std::uint32_t>(x) >> 16);
      return static_cast<float>(cut);
    }();
    double sum = 0;
    for (std::uint32_t random = 0; random < 65536; ++random) {
      const float rounded = rounded_by_chance(x, random);
      BOOST_REQUIRE(std::abs(rounded) >= std::abs(low));
      sum += rounded;
    }
    BOOST_TEST(std::abs(sum / 65536 - x) <= 1e-9 * std::abs(x));
  }
  for (const float x : {INFINITY, -INFINITY}) BOOST_TEST(static_cast<float>(rounded_by_chance(x, 0xFFFF)) == x);
  BOOST_TEST(std::isnan(static_cast<float>(rounded_by_chance(NAN, 0xFFFF))));
}

// At a rate at which rounding to nearest loses all, chance keeps the way that fp32 goes, with any number of threads.
BOOST_AUTO_TEST_CASE(small_updates_count_on_average) {
  kind<optim::fp32> fp32(1, 1);
  kind<optim::bf16> nearest(1, 1);
  kind<optim::bf16_stochastic> chance(1, 1), other(1, 2);
  const auto first = std::vector<float>(flat<float>(chance.current()).begin(), flat<float>(chance.current()).end());
  const auto exact = std::vector<float>(flat<float>(fp32.current()).begin(), flat<float>(fp32.current()).end());
  for (long step = 0; step < 40; ++step) {
    take_steps(fp32, texts, step, step + 1, 2e-6), take_steps(nearest, texts, step, step + 1, 2e-6);
    take_steps(chance, texts, step, step + 1, 2e-6), take_steps(other, texts, step, step + 1, 2e-6);
  }
  BOOST_TEST(bits_of(chance.current()) == bits_of(other.current()));
  BOOST_TEST(are_bf16(chance.current()));
  // How far each has gone along the way of fp32, of weights that are not next to 0.
  const auto gone = [&](const auto& trainer) {
    const auto now = flat<float>(trainer.current()), goal = flat<float>(fp32.current());
    double along = 0, whole = 0;
    for (std::size_t i = 0; i < now.size(); ++i) {
      if (std::abs(first[i]) < 1e-2f) continue;
      const double way = static_cast<double>(goal[i]) - exact[i];
      along += way * (static_cast<double>(now[i]) - first[i]), whole += way * way;
    }
    return along / whole;
  };
  BOOST_TEST(gone(nearest) < .05);
  BOOST_TEST(std::abs(gone(chance) - 1) < .3);
}
