// krait/kernel/rotary/reference.hpp: the rotation, one pair at a time.
#pragma once
#include <cmath>
#include <krait/backend/reference.hpp>
#include <krait/core/rows.hpp>
#include <krait/kernel/rotary/rotary.hpp>

namespace krait::kernel {

template <int Heads, int HeadWidth, rotary_config C> struct rotary<backend::reference, Heads, HeadWidth, C> {
  template <class T, int S>
  static void forward(backend::reference&, rows<T, Heads * HeadWidth, S> x, position_states states = {}) {
    turn(x, states, 1);
  }
  template <class T, int S>
  static void backward(backend::reference&, rows<T, Heads * HeadWidth, S> dx, position_states states = {}) {
    turn(dx, states, -1);
  }

 private:
  template <class Rows> static void turn(Rows x, position_states states, int direction) {
    using T = typename Rows::value_type;
    detail::each_turn(x.of, states, [&](int t, int p) {
      for (int head = 0; head < Heads; ++head)
        for (int i = 0; i < C.dims / 2; ++i) {
          const double angle = direction * p * std::pow(C.base, -2. * i / C.dims);
          T &a = x[t][head * HeadWidth + i], &b = x[t][head * HeadWidth + i + C.dims / 2];
          const T first = a, second = b, c = static_cast<T>(std::cos(angle)), s = static_cast<T>(std::sin(angle));
          a = first * c - second * s;
          b = second * c + first * s;
        }
    });
  }
};

}  // namespace krait::kernel
