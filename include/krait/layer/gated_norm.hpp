// krait/layer/gated_norm.hpp: the end of Mamba-2's mixer: a gate and a norm, in either order. RMSNormGated of mamba_ssm
// (norm_before_gate); Dao & Gu 2024 (arXiv:2405.21060), section 7.1.
#pragma once
#include <array>
#include <krait/core/layer.hpp>
#include <krait/kernel/assign/assign.hpp>
#include <krait/kernel/gated/gated.hpp>
#include <krait/kernel/layer_norm/layer_norm.hpp>
#include <krait/kernel/rms_norm/rms_norm.hpp>
#include <type_traits>
#include <utility>

namespace krait {

/// What is done to y before the last product, f(z) being its gate.
enum class gated_norm_kind {
  none,                   // y f(z)
  rms_after_gate,         // RMSNorm(y f(z)): norm_before_gate = false, as the released models
  rms_before_gate,        // RMSNorm(y) f(z)
  layer_norm_before_gate  // LayerNorm(y) f(z), as in arXiv:2502.10178's code
};

/// (tokens, Width) and its gate of the same size -> (tokens, Width). Every one of Groups equal parts of a row is normed
/// by itself. Without a gate y goes through the norm alone, or is left as it is. A masked token's y of zero gives zero,
/// but for LayerNorm's bias.
template <int Width, int Groups, gated_norm_kind Kind, bool Gate, class Function> struct gated_norm {
  static_assert(Groups > 0 && Width % Groups == 0, "gated_norm: the width is no multiple of the groups");
  static constexpr int part = Width / Groups;
  static constexpr bool none = Kind == gated_norm_kind::none, centred = Kind == gated_norm_kind::layer_norm_before_gate,
                        after = Gate && Kind == gated_norm_kind::rms_after_gate;
  static constexpr float eps = 1e-5f;

  template <class T> struct part_weights {
    using vector = tensor<T, none ? 0 : part>;
    using shift = tensor<T, centred ? part : 0>;
    BOOST_HANA_DEFINE_STRUCT(part_weights, (vector, weight), (shift, bias));
  };
  template <class T>
  using weights = std::conditional_t<Groups == 1, part_weights<T>, std::array<part_weights<T>, Groups>>;
  template <class T, capacity Cap> struct saved {
    static constexpr int tokens = none ? 1 : Cap.tokens();
    activations<T, none || !Gate ? capacity{} : Cap, Width> middle;  // between gate and norm
    sum_type<T> inverse[Groups][tokens], mean[Groups][centred ? tokens : 1];
  };

  /// w: weights<T>. z: rows<const T, Width>, of any stride; without a gate it is not looked at.
  template <class B, class W, class T, class Z, class Saved>
  static void forward(B& on, const W& w, rows<const T, Width> y, Z z, rows<T, Width> out, Saved& s) {
    if constexpr (none && Gate) {
      gate<B>::forward(on, z, y, out);
    } else if constexpr (none) {
      kernel::assign<B, Width>::copy(on, y, out);
    } else if constexpr (!Gate) {
      norm<B>(on, w, y, out, s);
    } else if constexpr (after) {
      gate<B>::forward(on, z, y, s.middle.of(y.of));
      norm<B>(on, w, constant(s.middle.of(y.of)), out, s);
    } else {
      norm<B>(on, w, y, s.middle.of(y.of), s);
      gate<B>::forward(on, z, constant(s.middle.of(y.of)), out);
    }
  }
  /// -> dy, dz (overwritten), dw (added to). dy may be dout.
  template <class B, class W, class T, class Z, class DZ, class Saved>
  static void backward(B& on, const W& w, rows<const T, Width> y, Z z, const Saved& s, rows<const T, Width> dout,
                       rows<T, Width> dy, DZ dz, W& dw) {
    if constexpr (none && Gate) {
      gate<B>::backward(on, z, y, dout, dz, dy);
    } else if constexpr (none) {
      kernel::assign<B, Width>::copy(on, dout, dy);
    } else if constexpr (!Gate) {
      norm_backward<B>(on, w, y, s, dout, dy, dw);
    } else if constexpr (after) {
      norm_backward<B>(on, w, s.middle.of(y.of), s, dout, dy, dw);
      gate<B>::backward(on, z, y, constant(dy), dz, dy);
    } else {
      gate<B>::backward(on, z, s.middle.of(y.of), dout, dz, dy);
      norm_backward<B>(on, w, y, s, constant(dy), dy, dw);
    }
  }
  template <class W> static void initialise(W& w, initialiser& at) {
    each_part([&](auto g) {
      at.constant(of_part<g()>(w).weight, 1);
      at.constant(of_part<g()>(w).bias, 0);
    });
  }

 private:
  template <class B> using gate = kernel::gated<B, Function, Width>;
  template <class B> using rms = kernel::rms_norm<B, part>;
  template <class B> using centring = kernel::layer_norm<B, part>;

  template <class F> static void each_part(F&& f) {
    [&]<int... G>(std::integer_sequence<int, G...>) { (f(std::integral_constant<int, G>{}), ...); }
    (std::make_integer_sequence<int, Groups>{});
  }
  template <int G, class W> static auto& of_part(W& w) {
    if constexpr (Groups == 1)
      return w;
    else
      return w[G];
  }
  template <class B, class W, class T, class Saved>
  static void norm(B& on, const W& w, rows<const T, Width> x, rows<T, Width> y, Saved& s) {
    each_part([&](auto g) {
      const auto& own = of_part<g()>(w);
      const auto from = x.template columns<g() * part, part>();
      const auto to = y.template columns<g() * part, part>();
      if constexpr (centred)
        centring<B>::forward(on, own.weight, own.bias, from, to, s.mean[g()], s.inverse[g()], eps);
      else
        rms<B>::forward(on, own.weight, from, to, s.inverse[g()], eps);
    });
  }
  template <class B, class W, class T, class Saved>
  static void norm_backward(B& on, const W& w, rows<const T, Width> x, const Saved& s, rows<const T, Width> dy,
                            rows<T, Width> dx, W& dw) {
    each_part([&](auto g) {
      const auto& own = of_part<g()>(w);
      auto& down = of_part<g()>(dw);
      const auto from = x.template columns<g() * part, part>();
      const auto of_y = dy.template columns<g() * part, part>();
      const auto of_x = dx.template columns<g() * part, part>();
      if constexpr (centred)
        centring<B>::backward(on, own.weight, from, s.mean[g()], s.inverse[g()], of_y, of_x, down.weight, down.bias);
      else
        rms<B>::backward(on, own.weight, from, s.inverse[g()], of_y, of_x, down.weight);
    });
  }
};

}  // namespace krait
