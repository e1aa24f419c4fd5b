// krait/kernel/recurrence/reference.hpp: one number at a time.
#pragma once
#include <cmath>
#include <krait/backend/reference.hpp>
#include <krait/kernel/linear/reference.hpp>
#include <krait/kernel/recurrence/host.hpp>

namespace krait::kernel {
namespace detail {
struct single_numbers {
  template <class T> using value = T;
  template <class T, int Width, class F> static void each(F&& f) {
    for (int j = 0; j < Width; ++j) f(j, 1);
  }
  template <class T> static T load(const T* p, int) { return *p; }
  template <class T> static void store(T* p, T v, int) { *p = v; }
  template <class T> static T sigmoid(T x) { return T(1) / (T(1) + std::exp(-x)); }
  template <class T> static T tanh(T x) { return std::tanh(x); }
};
}  // namespace detail

template <class Cell, int Width>
struct recurrence<backend::reference, Cell, Width>
    : detail::recurrence_on_host<backend::reference, detail::single_numbers, Cell, Width> {};

}  // namespace krait::kernel
