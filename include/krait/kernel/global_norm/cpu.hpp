// krait/kernel/global_norm/cpu.hpp: sums in double, eight side by side, folded pairwise at the end: an order that
// depends on nothing but the length.
#pragma once
#include <cmath>
#include <cstddef>
#include <krait/backend/cpu.hpp>
#include <krait/kernel/global_norm/global_norm.hpp>
#include <span>

namespace krait::kernel {

template <> struct global_norm<backend::cpu> {
  template <class T> static double square_sum(backend::cpu&, std::span<const T> values) {
    typedef double eight __attribute__((vector_size(64)));
    typedef T eight_values __attribute__((vector_size(8 * sizeof(T))));
    eight sums[2] = {};
    const std::size_t rest = values.size() % 16, whole = values.size() - rest;
    for (std::size_t i = 0; i < whole; i += 16)
      for (int part = 0; part < 2; ++part) {
        eight_values narrow;
        __builtin_memcpy(&narrow, values.data() + i + 8 * part, sizeof narrow);
        const eight wide = __builtin_convertvector(narrow, eight);
        sums[part] += wide * wide;
      }
    eight sum = sums[0] + sums[1];
    for (std::size_t i = 0; i < rest; ++i) sum[i % 8] += double(values[whole + i]) * double(values[whole + i]);
    return ((sum[0] + sum[4]) + (sum[2] + sum[6])) + ((sum[1] + sum[5]) + (sum[3] + sum[7]));
  }
  template <class T> static double norm(backend::cpu& on, std::span<const T> values) {
    return std::sqrt(square_sum(on, values));
  }
};

}  // namespace krait::kernel
