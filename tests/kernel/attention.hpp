// tests/kernel/attention.hpp: one attention with all its inputs, outputs and gradients.
#pragma once
#include <boost/test/unit_test.hpp>
#include <krait/kernel/attention/reference.hpp>

#include "../testing.hpp"

namespace krait::testing {

/// Which tokens are masked, and where texts begin.
struct form {
  bool packed, masked;
};
inline constexpr form forms[] = {{false, false}, {true, false}, {false, true}, {true, true}};

/// q, k and v are columns of one row, as a projection puts them out.
template <class T, int Heads, int KvHeads, int HeadWidth> struct problem {
  static constexpr int width = Heads * HeadWidth, kv_width = KvHeads * HeadWidth, all = width + 2 * kv_width;
  template <class Backend> using op = kernel::attention<Backend, Heads, KvHeads, HeadWidth>;
  array<std::uint8_t> starts, keep;
  sequences of;
  table<T, all> qkv{of, "qkv", 1.5}, dqkv{of};
  table<T, width> y{of}, dy{of, "dy"};
  array<sum_type<T>> lse = array<sum_type<T>>(static_cast<std::size_t>(of.tokens() * Heads));

  problem(int count, int length, form f)
      : starts(flags("starts", static_cast<std::size_t>(count * length), 0.15)),
        keep(flags("keep", static_cast<std::size_t>(count * length), 0.8)),
        of{count, length, f.packed ? starts.data() : nullptr, f.masked ? keep.data() : nullptr} {}
  problem(const problem&) = delete;

  auto q() const { return qkv.in().template columns<0, width>(); }
  auto k() const { return qkv.in().template columns<width, kv_width>(); }
  auto v() const { return qkv.in().template columns<width + kv_width, kv_width>(); }
  template <class Backend> void forward() {
    op<Backend>::forward(on<Backend>(), q(), k(), v(), y.out(), lse.data());
    settle<Backend>();
  }
  template <class Backend> void backward() {
    op<Backend>::backward(on<Backend>(), q(), k(), v(), y.in(), lse.data(), dy.in(),
                          dqkv.out().template columns<0, width>(), dqkv.out().template columns<width, kv_width>(),
                          dqkv.out().template columns<width + kv_width, kv_width>());
    settle<Backend>();
  }
};

template <class Backend, class T, int Heads, int KvHeads, int HeadWidth>
void agrees_with_reference(int count, int length) {
  const numbers_of<T> scope;
  for (const form f : forms) {
    const auto made = testing::make_shared<problem<T, Heads, KvHeads, HeadWidth>>(count, length, f);
    auto& p = *made;
    problem<double, Heads, KvHeads, HeadWidth> exact(count, length, f);
    p.template forward<Backend>();
    p.template backward<Backend>();
    exact.template forward<backend::reference>();
    exact.template backward<backend::reference>();
    BOOST_TEST_CONTEXT(Heads << "/" << KvHeads << " heads of " << HeadWidth << ", packed " << f.packed << ", masked "
                             << f.masked) {
      BOOST_TEST(worst(p.y, exact.y) <= tolerance<T>);
      BOOST_TEST(worst(p.lse, exact.lse) <= tolerance<T>);
      BOOST_TEST(worst(p.dqkv, exact.dqkv) <= tolerance<T>);
    }
  }
}

}  // namespace krait::testing
