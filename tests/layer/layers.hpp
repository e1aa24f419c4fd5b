// tests/layer/layers.hpp: what holds for every layer, as functions of the layer's type.
#pragma once
#include <algorithm>
#include <array>
#include <boost/test/unit_test.hpp>
#include <krait/core/aligned.hpp>
#include <krait/core/layer.hpp>
#include <krait/kernel/cpu.hpp>
#include <krait/kernel/reference.hpp>
#include <string>
#include <utility>
#include <vector>

#include "../testing.hpp"

namespace krait::testing {

/// Dozens of operations in a row.
template <class T> inline constexpr double layer_tolerance = 8 * tolerance<T>;
inline constexpr double layer_slope_tolerance = 10 * slope_tolerance;

/// Which tokens are masked, and where texts begin.
struct form {
  bool packed, masked;
};
inline constexpr form forms[] = {{false, false}, {true, false}, {false, true}, {true, true}};

/// Weights of a size that lets every part of a layer matter: the same for every scalar.
template <class Weights> void fill_weights(Weights& w) {
  for_each_tensor(w, [](const std::string& name, auto& t) {
    const auto ends = [&](const char* ending) { return name.ends_with(ending); };
    using T = typename std::remove_cvref_t<decltype(t)>::value_type;
    constexpr int columns = std::remove_cvref_t<decltype(t)>::extents[std::remove_cvref_t<decltype(t)>::rank - 1];
    if (ends("A_log"))
      for (int i = 0; i < t.size; ++i)
        t[i] = static_cast<T>(
            static_cast<float>(std::log(1.0 + i % columns) + 0.1 * number(name, static_cast<std::uint64_t>(i))));
    else if (ends("dt_proj.bias"))
      fill(t.values(), name, 0.3, -1);
    else if (std::remove_cvref_t<decltype(t)>::rank == 1)
      fill(t.values(), name, 0.3, ends("bias") ? 0 : 1);
    else
      fill(t.values(), name, 1 / std::sqrt(columns));
  });
}
template <class T, class Weights> std::vector<T> values(const Weights& w) {
  std::vector<T> all;
  for_each_value(w, [&](const auto& t) { all.insert(all.end(), t.values().begin(), t.values().end()); });
  return all;
}

/// A layer with its weights, a batch and all that forward and backward make of it.
template <class T, class L, capacity Cap = capacity{4, 48}> struct trial {
  using layer = L;
  using weights = typename L::template weights<T>;
  array<std::uint8_t> starts, keep;
  sequences of;
  table<T, L::in> x{of, "x"}, dx{of, "dx"};
  table<T, L::out> y{of, "y"}, dy{of, "dy"};
  heap<weights> w = make_heap<weights>(), dw = make_heap<weights>();
  struct memory {
    typename L::template saved<T, Cap> it;
  };
  heap<memory> saved = make_heap<memory>();

  trial(int count, int length, form f = {})
      : starts(flags("starts", static_cast<std::size_t>(count * length), 0.2)),
        keep(flags("keep", static_cast<std::size_t>(count * length), 0.75)),
        of{count, length, f.packed ? starts.data() : nullptr, f.masked ? keep.data() : nullptr} {
    fill_weights(*w);
  }
  trial(const trial&) = delete;

  template <class Backend> void forward() { L::forward(on<Backend>(), std::as_const(*w), x.in(), y.out(), saved->it); }
  template <class Backend> void backward() {
    L::backward(on<Backend>(), std::as_const(*w), x.in(), std::as_const(saved->it), dy.in(), dx.out(), *dw);
  }
  template <class Backend> void both() {
    forward<Backend>();
    backward<Backend>();
  }
  /// The seat of tokens [begin, begin + length) of `whole`, without its marks.
  void take(const trial& whole, int begin) {
    for (int t = 0; t < of.tokens(); ++t) {
      std::copy_n(whole.x.in()[begin + t], L::in, x.out()[t]);
      std::copy_n(whole.dy.in()[begin + t], L::out, dy.out()[t]);
    }
  }
};

/// backward in double against central differences.
template <class L> void backward_is_the_slope(int length = 5) {
  for (const form f : forms) {
    trial<double, L> p(2, length, f);
    const auto loss = [&] {
      p.template forward<backend::reference>();
      return inner(p.y, p.dy);
    };
    p.template both<backend::reference>();
    BOOST_TEST_CONTEXT("packed " << f.packed << ", masked " << f.masked) {
      BOOST_TEST(worst(p.dx.values(), slopes(p.x, loss)) <= layer_slope_tolerance);
      std::vector<std::pair<std::string, std::vector<double>>> found;
      for_each_tensor(*p.dw, [&](const std::string& name, auto& t) {
        found.emplace_back(name, std::vector<double>(t.values().begin(), t.values().end()));
      });
      std::size_t place = 0;
      for_each_value(*p.w, [&](auto& t) {
        const auto& [name, gradient] = found[place++];
        BOOST_TEST_CONTEXT(name) { BOOST_TEST(worst(gradient, slopes(t.values(), loss)) <= layer_slope_tolerance); }
      });
    }
  }
}

/// backward adds to the weights' gradients and overwrites the input's.
template <class Backend, class T, class L> void backward_adds() {
  trial<T, L> p(2, 7, {true, true});
  p.template both<Backend>();
  const std::vector<T> once = values<T>(*p.dw), dx = p.dx.values();
  p.template both<Backend>();
  std::vector<T> twice = values<T>(*p.dw);
  for (T& g : twice) g /= 2;
  BOOST_TEST(worst(twice, once) <= tolerance<T>);
  BOOST_TEST(worst(p.dx.values(), dx) == 0);
}

template <class T, class L> void cpu_is_the_reference(std::initializer_list<int> lengths = {0, 1, 5, 33}) {
  for (const int length : lengths)
    for (const form f : forms) {
      trial<T, L> p(2, length, f);
      trial<double, L> exact(2, length, f);
      p.template both<backend::cpu>();
      exact.template both<backend::reference>();
      BOOST_TEST_CONTEXT(length << " tokens, packed " << f.packed << ", masked " << f.masked) {
        BOOST_TEST(worst(p.y, exact.y) <= layer_tolerance<T>);
        BOOST_TEST(worst(p.dx, exact.dx) <= layer_tolerance<T>);
        BOOST_TEST(worst(values<T>(*p.dw), values<double>(*exact.dw)) <= layer_tolerance<T>);
      }
    }
}

inline constexpr capacity step_capacity{4, 48};
/// Token after token through step gives forward's rows.
template <class Backend, class T, class L> void steps_are_forward(int length = 11) {
  const int count = 3;
  trial<T, L> p(count, length);
  p.template forward<Backend>();
  struct memory {
    state_of<L, T, step_capacity> it;
  };
  const auto state = make_heap<memory>();
  table<T, L::out> steps(p.of);
  for (int i = 0; i < length; ++i) {
    table<T, L::in> x({count, 1});
    table<T, L::out> y({count, 1});
    for (int s = 0; s < count; ++s) std::copy_n(p.x.in()[s * length + i], L::in, x.out()[s]);
    step_of<step_capacity, L>(on<Backend>(), std::as_const(*p.w), x.in(), y.out(), state->it);
    for (int s = 0; s < count; ++s) std::copy_n(y.in()[s], L::out, steps.out()[s * length + i]);
  }
  BOOST_TEST(worst(steps, p.y) <= layer_tolerance<T>);
}

/// Changing a token changes no output before it, and its gradient reaches no token after it: to the bit.
template <class Backend, class T, class L> void nothing_looks_ahead() {
  trial<T, L> before(1, 20), after(1, 20);
  for (int i = 0; i < L::in; ++i) after.x.out()[13][i] += 1;
  for (int i = 0; i < L::out; ++i) after.dy.out()[13][i] += 1;
  before.template forward<Backend>();
  after.template forward<Backend>();
  bool same = true, changed = false;
  for (int t = 0; t < 20; ++t)
    for (int i = 0; i < L::out; ++i)
      (t < 13 ? same : changed) = t < 13 ? same && before.y.in()[t][i] == after.y.in()[t][i]
                                         : changed || before.y.in()[t][i] != after.y.in()[t][i];
  BOOST_TEST(same);
  BOOST_TEST(changed);
  after.x = before.x;
  before.template both<Backend>();
  after.template both<Backend>();
  for (int t = 14; t < 20; ++t)
    for (int i = 0; i < L::in; ++i) same = same && before.dx.in()[t][i] == after.dx.in()[t][i];
  BOOST_TEST(same);
}

/// Texts packed into one sequence give what each alone gives, gradients as well.
template <class Backend, class T, class L> void packed_texts_are_apart() {
  const int borders[] = {0, 1, 2, 9, 13, 30};
  trial<T, L> packed(1, 30, {true, false});
  std::fill(packed.starts.begin(), packed.starts.end(), std::uint8_t{0});
  for (const int border : borders)
    if (border < 30) packed.starts[static_cast<std::size_t>(border)] = 1;
  packed.template both<Backend>();
  std::vector<T> y, dx, dw(values<T>(*packed.dw).size());
  for (int i = 0; i + 1 < 6; ++i) {
    trial<T, L> alone(1, borders[i + 1] - borders[i]);
    alone.take(packed, borders[i]);
    alone.template both<Backend>();
    for (const T v : alone.y.values()) y.push_back(v);
    for (const T v : alone.dx.values()) dx.push_back(v);
    const std::vector<T> part = values<T>(*alone.dw);
    for (std::size_t j = 0; j < dw.size(); ++j) dw[j] += part[j];
  }
  BOOST_TEST(worst(packed.y.values(), y) <= layer_tolerance<T>);
  BOOST_TEST(worst(packed.dx.values(), dx) <= layer_tolerance<T>);
  BOOST_TEST(worst(values<T>(*packed.dw), dw) <= layer_tolerance<T>);
}

/// Kept tokens give what they would give if the masked ones were not there; nothing flows from them into masked ones.
template <class Backend, class T, class L> void masked_tokens_are_absent() {
  trial<T, L> masked(1, 30, {false, true});
  std::vector<int> kept;
  for (int t = 0; t < 30; ++t)
    if (masked.keep[static_cast<std::size_t>(t)])
      kept.push_back(t);
    else
      std::fill_n(masked.dy.out()[t], L::out, T(0));
  BOOST_REQUIRE(kept.size() > 15u);
  BOOST_REQUIRE(kept.size() < 28u);
  trial<T, L> without(1, static_cast<int>(kept.size()));
  for (std::size_t i = 0; i < kept.size(); ++i) {
    std::copy_n(masked.x.in()[kept[i]], L::in, without.x.out()[i]);
    std::copy_n(masked.dy.in()[kept[i]], L::out, without.dy.out()[i]);
  }
  masked.template both<Backend>();
  without.template both<Backend>();
  std::vector<T> y, dx;
  for (const int t : kept) {
    y.insert(y.end(), masked.y.in()[t], masked.y.in()[t] + L::out);
    dx.insert(dx.end(), masked.dx.in()[t], masked.dx.in()[t] + L::in);
    for (int i = 0; i < L::in; ++i) masked.dx.out()[t][i] = 0;
  }
  BOOST_TEST(worst(y, without.y.values()) <= layer_tolerance<T>);
  BOOST_TEST(worst(dx, without.dx.values()) <= layer_tolerance<T>);
  BOOST_TEST(worst(values<T>(*masked.dw), values<T>(*without.dw)) <= layer_tolerance<T>);
  BOOST_TEST(worst(masked.dx, table<T, L::in>(masked.of)) == 0);
}

/// All of the above.
template <class L> void is_a_layer() {
  static_assert(layer<L>);
  backward_is_the_slope<L>();
  backward_adds<backend::cpu, float, L>();
  cpu_is_the_reference<float, L>();
  steps_are_forward<backend::reference, double, L>();
  steps_are_forward<backend::cpu, float, L>();
  nothing_looks_ahead<backend::cpu, float, L>();
  packed_texts_are_apart<backend::reference, double, L>();
  packed_texts_are_apart<backend::cpu, float, L>();
  masked_tokens_are_absent<backend::reference, double, L>();
  masked_tokens_are_absent<backend::cpu, float, L>();
}

/// Dotted names with sizes, in the order of memory.
template <class L> std::vector<std::string> names() {
  const auto w = make_heap<typename L::template weights<float>>();
  std::vector<std::string> all;
  for_each_tensor(*w,
                  [&](const std::string& name, const auto& t) { all.push_back(name + " " + std::to_string(t.size)); });
  return all;
}
inline void are(const std::vector<std::string>& names, const std::vector<std::string>& wanted) {
  BOOST_CHECK_EQUAL_COLLECTIONS(names.begin(), names.end(), wanted.begin(), wanted.end());
}

/// Weights of a layer at the start, as initialise makes them behind `depth` branches.
template <class L> auto initialised(std::uint64_t seed, int depth = 1) {
  auto w = make_heap<typename L::template weights<float>>();
  initialiser at(seed);
  at.depth = depth;
  L::initialise(*w, at);
  return w;
}
struct moments {
  double mean = 0, deviation = 0, least = 0, greatest = 0;
  template <class Values> explicit moments(const Values& all) {
    least = greatest = all[0];
    double squares = 0;
    for (const double v : all) {
      mean += v, squares += v * v;
      least = std::min(least, v), greatest = std::max(greatest, v);
    }
    mean /= static_cast<double>(all.size());
    deviation = std::sqrt(squares / static_cast<double>(all.size()) - mean * mean);
  }
};
/// U(-bound, bound): within it, and wide enough for so many draws.
template <class Tensor> void is_uniform(const Tensor& t, double bound) {
  const moments m(t.values());
  BOOST_TEST(m.least >= -bound);
  BOOST_TEST(m.greatest <= bound);
  BOOST_TEST(std::abs(m.mean) < 4 * bound / std::sqrt(3.0 * t.size));
  BOOST_TEST(std::abs(m.deviation / (bound / std::sqrt(3.0)) - 1) < 4 / std::sqrt(2.0 * t.size));
}
/// N(0, deviation), to four standard errors.
template <class Tensor> void is_normal(const Tensor& t, double deviation) {
  const moments m(t.values());
  BOOST_TEST(std::abs(m.mean) < 4 * deviation / std::sqrt(t.size));
  BOOST_TEST(std::abs(m.deviation / deviation - 1) < 4 / std::sqrt(2.0 * t.size));
}
/// The same seed gives the same weights, another seed others, and no two tensors begin alike.
template <class L> void is_deterministic() {
  const auto a = values<float>(*initialised<L>(1)), b = values<float>(*initialised<L>(1)),
             c = values<float>(*initialised<L>(2));
  BOOST_TEST(a == b, boost::test_tools::per_element());
  BOOST_TEST((a != c));
}

}  // namespace krait::testing
