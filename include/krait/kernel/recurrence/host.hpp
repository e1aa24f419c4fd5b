// krait/kernel/recurrence/host.hpp: the loops of both host backends: at every token one product for all sequences of a
// shard, then the cell, number by number or vector by vector.
#pragma once
#include <algorithm>
#include <krait/core/scratch.hpp>
#include <krait/core/tensor.hpp>
#include <krait/kernel/linear/linear.hpp>
#include <krait/kernel/recurrence/recurrence.hpp>

namespace krait::kernel::detail {

/// M: arithmetic, each(f(column, part)), load and store.
template <class Backend, class M, class Cell, int Width> struct recurrence_on_host {
  static constexpr int G = Cell::gates, H = Width, kept_width = recurrence_kept<Cell> * H,
                       state_width = recurrence_state<Cell> * H;
  using product = linear<Backend, H, G * H>;

  template <class T>
  static void forward(Backend& on, const tensor<T, G * H, H>& weight, const tensor<T, G * H>& bias,
                      rows<const T, G * H> of_x, rows<T, H> y, rows<T, kept_width> kept,
                      recurrence_states<T> states = {}) {
    scratch_frame frame(on);
    const sequences now{of_x.of.count, 1};
    const auto h = frame.template rows<T, H>(now), c = frame.template rows<T, H>(now);
    const auto of_h = frame.template rows<T, G * H>(now);
    take(states.initial, h, c);
    for (int i = 0; i < of_x.of.length; ++i) {
      for (int s = 0; s < now.count; ++s)
        if (starts(of_x.of, s, i)) clear(h, c, s);
      product::forward(on, weight, bias, constant(h), of_h);
      for (int s = 0; s < now.count; ++s) {
        const int t = s * of_x.of.length + i;
        if (masked(of_x.of, t)) {
          std::fill_n(y[t], H, T(0));
          continue;
        }
        M::template each<T, H>([&](int j, auto part) {
          using V = cell_value<M, T>;
          V x[G], share[G], gate[G], one, out = M::load(h[s] + j, part), memory = M::load(c[s] + j, part);
          for (int g = 0; g < G; ++g) {
            x[g] = M::load(of_x[t] + g * H + j, part);
            share[g] = M::load(of_h[s] + g * H + j, part);
          }
          Cell::template forward<M, T>(x, share, out, memory, gate, one);
          for (int g = 0; g < G; ++g) M::store(kept[t] + g * H + j, gate[g], part);
          M::store(kept[t] + G * H + j, one, part);
          for (T* to : {kept[t] + (G + 1) * H, h[s], y[t]}) M::store(to + j, out, part);
          if (Cell::memory) M::store(c[s] + j, memory, part);
        });
      }
    }
    give(states.final, h, c);
  }

  template <class T>
  static void backward(Backend& on, const tensor<T, G * H, H>& weight, rows<const T, kept_width> kept,
                       rows<const T, H> dy, rows<T, G * H> d_of_x, tensor<T, G * H, H>& dweight,
                       tensor<T, G * H>& dbias, recurrence_states<T> states = {},
                       recurrence_state_gradients<T> dstates = {}) {
    scratch_frame frame(on);
    const sequences all = dy.of, now{all.count, 1};
    const auto h = frame.template rows<T, H>(now), c = frame.template rows<T, H>(now);  // initial
    const auto dh = frame.template rows<T, H>(now), dc = frame.template rows<T, H>(now);
    const auto through = frame.template rows<T, H>(now);
    const auto d_now = frame.template rows<T, G * H>(now);
    const auto before = frame.template rows<T, H>({all.count, all.length});  // h before every token
    const auto d_of_h = frame.template rows<T, G * H>({all.count, all.length});
    int* last = frame.template take<int>(static_cast<std::size_t>(std::max(1, all.tokens())));
    take(states.initial, h, c);
    take(dstates.final, dh, dc);
    for (int s = 0; s < all.count; ++s)
      for (int i = 0, from = at_initial; i < all.length; ++i) {
        const int t = s * all.length + i;
        if (starts(all, s, i)) from = at_zero;
        last[t] = from;
        if (from == at_zero)
          std::fill_n(before[t], H, T(0));
        else
          std::copy_n(from == at_initial ? h[s] : kept[from] + (G + 1) * H, H, before[t]);
        if (!masked(all, t)) from = t;
      }
    for (int i = all.length - 1; i >= 0; --i) {
      for (int s = 0; s < all.count; ++s) {
        const int t = s * all.length + i;
        if (masked(all, t)) {
          for (T* to : {d_of_x[t], d_of_h[t], d_now[s]}) std::fill_n(to, G * H, T(0));
          continue;
        }
        const T* c_before = last[t] == at_zero ? nullptr : last[t] == at_initial ? c[s] : kept[last[t]] + G * H;
        M::template each<T, H>([&](int j, auto part) {
          using V = cell_value<M, T>;
          V gate[G], x[G], share[G], dout = M::load(dh[s] + j, part) + M::load(dy[t] + j, part),
                                     dmemory = M::load(dc[s] + j, part), memory{};
          if (Cell::memory && c_before) memory = M::load(c_before + j, part);
          for (int g = 0; g < G; ++g) gate[g] = M::load(kept[t] + g * H + j, part);
          Cell::template backward<M, T>(gate, M::load(kept[t] + G * H + j, part), M::load(before[t] + j, part), memory,
                                        dout, dmemory, x, share);
          for (int g = 0; g < G; ++g) {
            M::store(d_of_x[t] + g * H + j, x[g], part);
            M::store(d_of_h[t] + g * H + j, share[g], part);
            M::store(d_now[s] + g * H + j, share[g], part);
          }
          M::store(dh[s] + j, dout, part);
          M::store(dc[s] + j, dmemory, part);
        });
      }
      product::backward_data(on, weight, constant(d_now), through);
      for (int s = 0; s < all.count; ++s) {
        for (int j = 0; j < H; ++j) dh[s][j] += through[s][j];
        if (starts(all, s, i)) clear(dh, dc, s);
      }
    }
    product::backward_weight(on, constant(before), constant(d_of_h), dweight, dbias);
    give(dstates.initial, dh, dc);
  }

 private:
  static constexpr int at_initial = -1, at_zero = -2;
  static bool starts(const sequences& of, int s, int i) { return of.starts && of.starts[s * of.length + i]; }
  static bool masked(const sequences& of, int t) { return of.keep && !of.keep[t]; }
  template <class T> static void clear(rows<T, H> h, rows<T, H> c, int s) {
    for (T* to : {h[s], c[s]}) std::fill_n(to, H, T(0));
  }
  template <class T> static void take(const T* from, rows<T, H> h, rows<T, H> c) {
    for (int s = 0; s < h.of.count; ++s) {
      clear(h, c, s);
      if (!from) continue;
      std::copy_n(from + s * state_width, H, h[s]);
      if (Cell::memory) std::copy_n(from + s * state_width + H, H, c[s]);
    }
  }
  template <class T> static void give(T* to, rows<T, H> h, rows<T, H> c) {
    for (int s = 0; to && s < h.of.count; ++s) {
      std::copy_n(h[s], H, to + s * state_width);
      if (Cell::memory) std::copy_n(c[s], H, to + s * state_width + H);
    }
  }
};

}  // namespace krait::kernel::detail
