// krait/kernel/global_norm/reference.hpp: one sum from the first to the last.
#pragma once
#include <cmath>
#include <krait/backend/reference.hpp>
#include <krait/kernel/global_norm/global_norm.hpp>
#include <span>

namespace krait::kernel {

template <> struct global_norm<backend::reference> {
  template <class T> static double square_sum(backend::reference&, std::span<const T> values) {
    double sum = 0;
    for (const T x : values) sum += double(x) * double(x);
    return sum;
  }
  template <class T> static double norm(backend::reference& on, std::span<const T> values) {
    return std::sqrt(square_sum(on, values));
  }
};

}  // namespace krait::kernel
