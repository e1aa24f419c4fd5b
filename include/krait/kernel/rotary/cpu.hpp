// krait/kernel/rotary/cpu.hpp: the angles of a token once for all heads; the halves of a head lie side by side, so that
// the compiler turns them a vector at a time.
#pragma once
#include <array>
#include <cmath>
#include <krait/backend/cpu.hpp>
#include <krait/core/rows.hpp>
#include <krait/kernel/rotary/rotary.hpp>

namespace krait::kernel {

template <int Heads, int HeadWidth, rotary_config C> struct rotary<backend::cpu, Heads, HeadWidth, C> {
  template <class T, int S>
  static void forward(backend::cpu&, rows<T, Heads * HeadWidth, S> x, position_states states = {}) {
    turn(x, states, T(1));
  }
  template <class T, int S>
  static void backward(backend::cpu&, rows<T, Heads * HeadWidth, S> dx, position_states states = {}) {
    turn(dx, states, T(-1));
  }

 private:
  static constexpr int half = C.dims / 2;

  template <class Rows, class T> static void turn(Rows x, position_states states, T direction) {
    static const std::array<double, half> frequencies = [] {
      std::array<double, half> all{};
      for (int i = 0; i < half; ++i) all[static_cast<std::size_t>(i)] = std::pow(C.base, -2. * i / C.dims);
      return all;
    }();
    T c[half], s[half];
    int known = -1;  // the position of these angles: a batch's sequences often stand at the same
    detail::each_turn(x.of, states, [&](int t, int p) {
      if (p != known) {
        for (int i = 0; i < half; ++i) {
          const double angle = p * frequencies[static_cast<std::size_t>(i)];
          c[i] = static_cast<T>(std::cos(angle));
          s[i] = direction * static_cast<T>(std::sin(angle));
        }
        known = p;
      }
      for (int head = 0; head < Heads; ++head) {
        T* a = x[t] + head * HeadWidth;
        T* b = a + half;
        for (int i = 0; i < half; ++i) {
          const T first = a[i], second = b[i];
          a[i] = first * c[i] - second * s[i];
          b[i] = second * c[i] + first * s[i];
        }
      }
    });
  }
};

}  // namespace krait::kernel
