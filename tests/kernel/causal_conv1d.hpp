// tests/kernel/causal_conv1d.hpp: one convolution with all its inputs, outputs and gradients.
#pragma once
#include <boost/test/unit_test.hpp>
#include <krait/kernel/causal_conv1d/reference.hpp>

#include "../testing.hpp"

namespace krait::testing {

/// Which tokens are masked, where texts begin, and whether there are states before and gradients after.
struct form {
  bool packed, masked, state;
};
inline constexpr form forms[] = {{false, false, false}, {true, false, true}, {false, true, true}, {true, true, false}};

/// x and y are columns of wider rows. backward adds to gradients that are not zero.
template <class T, int Channels, int Width> struct problem {
  using W = sum_type<T>;
  template <class Backend> using op = kernel::causal_conv1d<Backend, Channels, Width>;
  array<std::uint8_t> starts, keep;
  sequences of;
  bool state;
  table<T, Channels, row_stride(Channels) + 16> x{of, "x"}, dx{of, "dx"};
  table<T, Channels, row_stride(Channels) + 32> y{of, "y"}, dy{of, "dy"};
  tensor<W, Channels, Width> weight{}, dweight{};
  tensor<W, Channels> bias{}, dbias{};
  array<T> before, after, dbefore, dafter;

  problem(int count, int length, form f)
      : starts(flags("starts", static_cast<std::size_t>(count * length), 0.15)),
        keep(flags("keep", static_cast<std::size_t>(count * length), 0.8)),
        of{count, length, f.packed ? starts.data() : nullptr, f.masked ? keep.data() : nullptr},
        state(f.state) {
    const auto states = static_cast<std::size_t>(count * Channels * (Width - 1));
    before = numbers<T>("before", states);
    dafter = numbers<T>("dafter", states);
    after = dbefore = array<T>(states);
    fill(weight.values(), "weight");
    fill(bias.values(), "bias");
    fill(dweight.values(), "dweight");
    fill(dbias.values(), "dbias");
  }
  problem(const problem&) = delete;

  template <class Backend> void forward() {
    op<Backend>::forward(on<Backend>(), weight, bias, x.in(), y.out(), {state ? before.data() : nullptr, after.data()});
    settle<Backend>();
  }
  template <class Backend> void backward() {
    op<Backend>::backward(on<Backend>(), weight, bias, x.in(), dy.in(), dx.out(), dweight, dbias,
                          {state ? before.data() : nullptr, nullptr},
                          {state ? dafter.data() : nullptr, dbefore.data()});
    settle<Backend>();
  }
  double loss() const {
    double sum = inner(y, dy);
    for (std::size_t i = 0; i < after.size() && state; ++i) sum += after[i] * dafter[i];
    return sum;
  }
};

template <class Backend, class T, int Channels, int Width> void agrees_with_reference(int count, int length) {
  const numbers_of<T> scope;
  for (const form f : forms) {
    const auto made = testing::make_shared<problem<T, Channels, Width>>(count, length, f);
    auto& p = *made;
    problem<double, Channels, Width> exact(count, length, f);
    p.template forward<Backend>();
    p.template backward<Backend>();
    exact.template forward<backend::reference>();
    exact.template backward<backend::reference>();
    BOOST_TEST_CONTEXT(Channels << " channels, width " << Width << ", packed " << f.packed << ", masked " << f.masked
                                << ", state " << f.state) {
      BOOST_TEST(worst(p.y, exact.y) <= tolerance<T>);
      BOOST_TEST(worst(p.after, exact.after) <= tolerance<T>);
      BOOST_TEST(worst(p.dx, exact.dx) <= tolerance<T>);
      BOOST_TEST(worst(p.dbefore, exact.dbefore) <= tolerance<T>);
      BOOST_TEST(worst(p.dweight.values(), exact.dweight.values()) <= tolerance<T>);
      BOOST_TEST(worst(p.dbias.values(), exact.dbias.values()) <= tolerance<T>);
    }
  }
}

}  // namespace krait::testing
