// krait/kernel/one_layer/atoms.hpp: a one-layer model on prompts whose tokens are sums of a few of the same vectors
// (atoms), a prompt a lane. All products p_i^T W_B^T W_C p_query are sums of entries of one small table, made once a
// batch, and so are the gradients: a prompt costs lookups instead of products of matrices. Right for any patterns,
// orthogonal or not.
#pragma once
#include <algorithm>
#include <cstdint>
#include <krait/backend/cpu/simd.hpp>
#include <krait/core/config.hpp>
#include <krait/kernel/one_layer/attention.hpp>
#include <type_traits>
#ifdef KRAIT_AVX512
#include <immintrin.h>
#endif

namespace krait::kernel {

/// Lane l: table[index[l]].
template <class T> [[gnu::always_inline]] inline simd::vec<T> lookup(const T* table, const std::int32_t* index) {
#ifdef KRAIT_AVX512
  if constexpr (std::is_same_v<T, float>)
    return reinterpret_cast<simd::vec<T>>(
        _mm512_mask_i32gather_ps(_mm512_setzero_ps(), 0xFFFF, _mm512_loadu_si512(index), table, 4));
#endif
  simd::vec<T> v{};
  for (int l = 0; l < simd::lanes<T>; ++l) v[l] = table[index[l]];
  return v;
}
/// Lane l: table[index[l]][l], of a table with an entry for each row and lane; and the same += v[l].
template <class T> [[gnu::always_inline]] inline simd::vec<T> lookup_own(const T* table, const std::int32_t* index) {
  alignas(64) std::int32_t place[simd::lanes<T>];
  for (int l = 0; l < simd::lanes<T>; ++l) place[l] = index[l] * simd::lanes<T> + l;
  return lookup(table, place);
}
template <class T>
[[gnu::always_inline]] inline void add_own(T* table, const std::int32_t* index, const simd::vec<T>& v) {
  alignas(64) T value[simd::lanes<T>];
  simd::store(value, v);
  for (int l = 0; l < simd::lanes<T>; ++l) table[index[l] * simd::lanes<T> + l] += value[l];
}

/// Model: a one_layer. Patterns: rows of vectors (atoms, dimensions). Points: tokens of a prompt.
/// Prompts: arrays [token][lane] of relevant, irrelevant, outlier (rows of Patterns), irrelevant_scale, outlier_scale
/// and y, and z[lane], as task::outlier::prompts has them, with simd::lanes<T> lanes.
template <class Model, class T, class Patterns, int Points> struct one_layer_atoms {
  using attention = typename Model::attention;
  using weights = typename Model::template weights<T>;
  using V = simd::vec<T>;
  static constexpr int lanes = simd::lanes<T>;
  static constexpr int atoms = Patterns::atoms, label = atoms, rows = atoms + 1;  // the label's coordinate is one more
  static constexpr int columns = round_up(atoms, 16), stride = Model::stride;
  static_assert(Patterns::dimensions == Model::dimensions,
                "one_layer_atoms: the patterns have other dimensions than the model");

  /// What a batch shares: a . W_B^T W_C b for all atoms a (rows) and b (columns), w . a, and the images of atoms.
  struct tables {
    alignas(64) T score[rows][columns];
    alignas(64) T logit[rows];
    alignas(64) T B[rows][stride], C[rows][stride];
  };
  /// Gradients in them, summed over prompts; logits a lane apart.
  struct gradients {
    alignas(64) T score[rows][columns];
    alignas(64) T logit[rows][lanes];
    alignas(64) T image[rows][stride];
  };
  /// Of one vector of prompts: s, a, and what the attention keeps.
  struct block {
    V s[Points], a[Points], y[Points], F;
    attention_kept<V, Points> kept;
    alignas(64) T row[rows][lanes];  // score of each atom with each lane's query
  };

  static void make(const weights& w, const Patterns& patterns, tables& t) {
    images(w.W_B.data, patterns, t.B);
    images(w.W_C.data, patterns, t.C);
    for (int a = 0; a < rows; ++a) {
      for (int b = 0; b < atoms; ++b) {
        V sum = {};
        for (int m = 0; m < stride; m += lanes) sum += simd::load(t.B[a] + m) * simd::load(t.C[b] + m);
        t.score[a][b] = simd::sum<T>(sum);
      }
      std::fill(t.score[a] + atoms, t.score[a] + columns, T(0));
      t.logit[a] = 0;
      if constexpr (attention::gated) {
        if (a == label)
          t.logit[a] = w.w[Model::dimensions];
        else
          for (int c = 0; c < Patterns::dimensions; ++c) t.logit[a] += patterns[a][c] * w.w[c];
      }
    }
  }

  /// F of each lane.
  template <class Prompts> static V forward(const tables& t, const Prompts& p, block& b) {
    static_assert(Prompts::points == Points && Prompts::lanes == lanes,
                  "one_layer_atoms: prompts come with one lane for each of the vector's");
    constexpr int query = Points - 1;
    const V nu = simd::load(p.irrelevant_scale[query]), v = simd::load(p.outlier_scale[query]);
    for (int a = 0; a < rows; ++a) {
      const T* table = t.score[a];
      simd::store(b.row[a], lookup(table, p.relevant[query]) + nu * lookup(table, p.irrelevant[query]) +
                                v * lookup(table, p.outlier[query]));
    }
    const V own_label = simd::load(b.row[label]);
    for (int i = 0; i < Points; ++i) {
      const V k = simd::load(p.irrelevant_scale[i]), o = simd::load(p.outlier_scale[i]);
      b.y[i] = simd::load(p.y[i]);
      if (i < query || attention::attends_query)
        b.s[i] = lookup_own(b.row[0], p.relevant[i]) + k * lookup_own(b.row[0], p.irrelevant[i]) +
                 o * lookup_own(b.row[0], p.outlier[i]) + b.y[i] * own_label;
      else
        b.s[i] = V{};
      if constexpr (attention::gated)
        b.a[i] = lookup(t.logit, p.relevant[i]) + k * lookup(t.logit, p.irrelevant[i]) +
                 o * lookup(t.logit, p.outlier[i]) + b.y[i] * t.logit[label];
    }
    return b.F = attention::template forward<V, Points>(b.s, b.a, b.y, b.kept);
  }

  /// Adds the gradients for dF, after forward.
  template <class Prompts> static void backward(const Prompts& p, const block& b, V dF, gradients& d) {
    constexpr int query = Points - 1;
    V ds[Points], da[Points];
    attention::template backward<V, Points>(b.s, b.a, b.y, b.kept, dF, ds, da);
    alignas(64) T row[rows][lanes] = {};
    V own_label = {}, label_logit = {};
    for (int i = 0; i < Points; ++i) {
      const V k = simd::load(p.irrelevant_scale[i]), o = simd::load(p.outlier_scale[i]);
      if (i < query || attention::attends_query) {
        add_own<T>(row[0], p.relevant[i], ds[i]);
        add_own<T>(row[0], p.irrelevant[i], ds[i] * k);
        add_own<T>(row[0], p.outlier[i], ds[i] * o);
        own_label += ds[i] * b.y[i];
      }
      if constexpr (attention::gated) {
        add_own<T>(d.logit[0], p.relevant[i], da[i]);
        add_own<T>(d.logit[0], p.irrelevant[i], da[i] * k);
        add_own<T>(d.logit[0], p.outlier[i], da[i] * o);
        label_logit += da[i] * b.y[i];
      }
    }
    simd::store(row[label], own_label);
    if constexpr (attention::gated) simd::store(d.logit[label], simd::load(d.logit[label]) + label_logit);
    for (int l = 0; l < lanes; ++l) {  // times the query, lane by lane
      alignas(64) T q[columns] = {};
      q[p.relevant[query][l]] += 1;
      q[p.irrelevant[query][l]] += p.irrelevant_scale[query][l];
      q[p.outlier[query][l]] += p.outlier_scale[query][l];
      for (int a = 0; a < rows; ++a)
        for (int c = 0; c < columns; ++c) d.score[a][c] += row[a][l] * q[c];
    }
  }

  /// From the gradients in the tables to those in the weights (added).
  static void finish(const tables& t, const Patterns& patterns, gradients& d, weights& dw) {
    for (int a = 0; a < rows; ++a) {
      for (int m = 0; m < stride; m += lanes) {
        V sum = {};
        for (int b = 0; b < atoms; ++b) sum += d.score[a][b] * simd::load(t.C[b] + m);
        simd::store(d.image[a] + m, sum);
      }
    }
    to_weights(d.image, patterns, dw.W_B.data);
    for (int b = 0; b < rows; ++b)
      for (int m = 0; m < stride; m += lanes) {
        V sum = {};
        if (b < atoms)
          for (int a = 0; a < rows; ++a) sum += d.score[a][b] * simd::load(t.B[a] + m);
        simd::store(d.image[b] + m, sum);
      }
    to_weights(d.image, patterns, dw.W_C.data);
    if constexpr (attention::gated)
      for (int a = 0; a < rows; ++a) {
        const T sum = simd::sum<T>(simd::load(d.logit[a]));
        if (a == label)
          dw.w[Model::dimensions] += sum;
        else
          for (int c = 0; c < Patterns::dimensions; ++c) dw.w[c] += patterns[a][c] * sum;
      }
  }

 private:
  static void images(const T* W, const Patterns& patterns, T (&to)[rows][stride]) {
    for (int a = 0; a < rows; ++a) {
      std::fill(to[a], to[a] + stride, T(0));
      each_coordinate(patterns, a, [&](int c, T x) {
        for (int m = 0; m < stride; m += lanes)
          simd::store(to[a] + m, simd::load(to[a] + m) + x * simd::load(W + c * stride + m));
      });
    }
  }
  static void to_weights(const T (&image)[rows][stride], const Patterns& patterns, T* dW) {
    for (int a = 0; a < rows; ++a)
      each_coordinate(patterns, a, [&](int c, T x) {
        T* to = dW + c * stride;
        for (int m = 0; m < stride; m += lanes) simd::store(to + m, simd::load(to + m) + x * simd::load(image[a] + m));
      });
  }
  /// f(coordinate, value) where an atom is not zero.
  template <class F> static void each_coordinate(const Patterns& patterns, int atom, F&& f) {
    if (atom == label) return f(Model::dimensions, T(1));
    for (int c = 0; c < Patterns::dimensions; ++c)
      if (patterns[atom][c] != T(0)) f(c, patterns[atom][c]);
  }
};

}  // namespace krait::kernel
