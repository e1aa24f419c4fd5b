#define BOOST_TEST_MODULE optim_decay
#include <array>
#include <boost/test/unit_test.hpp>
#include <krait/kernel/adamw/cpu.hpp>
#include <krait/kernel/adamw/reference.hpp>
#include <krait/kernel/sgd/cpu.hpp>
#include <krait/kernel/sgd/reference.hpp>
#include <krait/optim/adamw.hpp>
#include <krait/optim/decay.hpp>
#include <krait/optim/sgd.hpp>
#include <map>

#include "optimizers.hpp"
using namespace krait;
using namespace krait::testing;

namespace {

template <class T> struct inner_weights {
  using matrix = tensor<T, 3, 5>;
  using vector = tensor<T, 3>;
  using none = tensor<T, 0>;
  BOOST_HANA_DEFINE_STRUCT(inner_weights, (matrix, weight), (vector, bias), (none, absent));
};
/// Marked tensors and a marked struct, in arrays and lists.
template <class T> struct some_weights {
  using matrix = tensor<T, 17, 2>;
  using vector = tensor<T, 33>;
  using inner = inner_weights<T>;
  BOOST_HANA_DEFINE_STRUCT(some_weights, (matrix, A_log), (vector, D), (inner, in_proj), (inner, fixed),
                           (matrix, out_proj));
  static constexpr std::array<std::string_view, 2> no_weight_decay{"A_log", "fixed"};
};
template <class T> using nested = weights_list<std::array<some_weights<T>, 2>, tensor<T, 4, 4>, tensor<T, 5>>;

}  // namespace

BOOST_AUTO_TEST_CASE(rank_and_marks) {
  const auto w = make_heap<nested<float>>();
  const auto map = optim::decayed_matrices(*w);
  std::map<std::string, bool> expected;
  for (const std::string part : {"0.0.", "0.1."}) {
    for (const char* name : {"in_proj.weight", "out_proj"}) expected[part + name] = true;
    for (const char* name : {"A_log", "D", "in_proj.bias", "fixed.weight", "fixed.bias"}) expected[part + name] = false;
  }
  expected["1"] = true, expected["2"] = false;
  for_each_tensor(*w, [&](const std::string& name, const auto& t) {
    BOOST_TEST_CONTEXT(name) {
      BOOST_REQUIRE(expected.contains(name));
      const auto at = static_cast<std::size_t>(t.data - flat<float>(*w).data());
      for (int i = 0; i < t.storage; i += kernel::decay_run)
        BOOST_TEST(map->reached[(at + static_cast<std::size_t>(i)) / kernel::decay_run] == expected[name]);
      expected.erase(name);
    }
  });
  BOOST_TEST(expected.empty());
}

BOOST_AUTO_TEST_CASE(who_wants_a_map) {
  using optim::adamw_config, optim::sgd_config;
  static_assert(optim::spares_tensors<optim::adamw<>>);
  static_assert(!optim::spares_tensors<optim::adamw<adamw_config{.decay = optim::decay::all}>>);
  static_assert(!optim::spares_tensors<optim::adamw<adamw_config{.weight_decay = 0}>>);
  static_assert(optim::spares_tensors<optim::sgd<sgd_config{.weight_decay = 0.1}>>);
  static_assert(!optim::spares_tensors<optim::sgd<>>);
  struct of_a_user {};
  static_assert(!optim::spares_tensors<of_a_user>);
}

namespace {

/// Three steps over 64 scalars of which runs 1 and 3 are not decayed: those come out as with no decay at all and the
/// others as with it, to the bit.
template <class With, class Without, class Backend, class T, class Weight> void runs_are_spared() {
  const auto after = [&]<class O>(std::type_identity<O>, kernel::decay_mask reached) {
    auto weights = numbers<Weight>("weights", 64);
    std::vector<T> moments[2] = {std::vector<T>(64), std::vector<T>(64)};
    for (int number = 1; number <= 3; ++number) {
      const auto gradient = numbers<T>("gradient " + std::to_string(number), 64);
      std::span<T> moment[O::moments];
      for (int i = 0; i < O::moments; ++i) moment[i] = moments[i];
      O::step(on<Backend>(), std::span<Weight>(weights), std::span<const T>(gradient), moment, 0.01, number, 0.5,
              reached);
    }
    return weights;
  };
  constexpr std::uint8_t reached[] = {1, 0, 1, 0}, everything[] = {1, 1, 1, 1};
  const auto found = after(std::type_identity<With>{}, reached), with = after(std::type_identity<With>{}, nullptr),
             without = after(std::type_identity<Without>{}, nullptr),
             all = after(std::type_identity<With>{}, everything);
  for (std::size_t i = 0; i < 64; ++i) {
    BOOST_TEST(static_cast<float>(found[i]) == static_cast<float>((i / 16 % 2 ? without : with)[i]));
    BOOST_TEST(static_cast<float>(all[i]) == static_cast<float>(with[i]));
    BOOST_TEST(static_cast<float>(with[i]) != static_cast<float>(without[i]));
  }
}
template <class With, class Without> void on_every_backend() {
  runs_are_spared<With, Without, backend::reference, double, double>();
  runs_are_spared<With, Without, backend::cpu, float, float>();
  runs_are_spared<With, Without, backend::cpu, double, double>();
}

}  // namespace

BOOST_AUTO_TEST_CASE(runs_of_scalars) {
  on_every_backend<optim::adamw<optim::adamw_config{.weight_decay = 3}>,
                   optim::adamw<optim::adamw_config{.weight_decay = 0}>>();
  on_every_backend<optim::sgd<optim::sgd_config{.momentum = 0.9, .weight_decay = 3}>,
                   optim::sgd<optim::sgd_config{.momentum = 0.9}>>();
  runs_are_spared<optim::adamw<optim::adamw_config{.weight_decay = 3}>,
                  optim::adamw<optim::adamw_config{.weight_decay = 0}>, backend::cpu, float, bfloat16>();
}

// torch.optim.AdamW with two groups, of which the second has no decay; one norm clips both.
BOOST_AUTO_TEST_CASE(pytorch_agrees) {
  using as_oracle =
      optim::adamw<optim::adamw_config{.lr = 0.01, .beta1 = 0.9, .beta2 = 0.95, .weight_decay = 0.1, .clip_norm = 1}>;
  static constexpr std::uint8_t reached[] = {1, 0};
  policy_agrees_with_pytorch<as_oracle, backend::reference, double>("adamw_groups", {}, reached);
  policy_agrees_with_pytorch<as_oracle, backend::cpu, double>("adamw_groups", {}, reached);
  policy_agrees_with_pytorch<as_oracle, backend::cpu, float>("adamw_groups", {}, reached);
}
