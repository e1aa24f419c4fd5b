// krait/kernel/attention/cpu.hpp: register tiles over blocks of queries.
//
// Scores lie transposed, one row a key and one lane a query, so that the softmax needs no sums over lanes and every one
// of the six products is a register tile of backend/cpu/product.hpp: scores and dP broadcast keys and values over
// packed queries and gradients; the other four broadcast columns or rows of P and dS over rows that are read where they
// lie. A block holds two vectors of queries and all keys it sees; what lies above the diagonal is skipped by vectors.
// The ragged block is the first, which sees fewest keys.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <krait/backend/cpu.hpp>
#include <krait/backend/cpu/row.hpp>
#include <krait/core/rows.hpp>
#include <krait/kernel/attention/attention.hpp>
#include <krait/kernel/attention/cpu_block.hpp>
#include <limits>
#include <type_traits>

namespace krait::kernel {

template <int Heads, int KvHeads, int HeadWidth> struct attention<backend::cpu, Heads, KvHeads, HeadWidth> {
  static_assert(KvHeads > 0 && Heads % KvHeads == 0, "attention: the heads are no multiple of the key and value heads");
  static constexpr int width = Heads * HeadWidth, kv_width = KvHeads * HeadWidth, share = Heads / KvHeads;

  template <class T, int SQ, int SK, int SV, int SY>
  static void forward(backend::cpu& on, rows<const T, width, SQ> q, rows<const T, kv_width, SK> k,
                      rows<const T, kv_width, SV> v, rows<T, width, SY> y, T* lse) {
    using block = detail::attention_block<T, HeadWidth>;
    using vec = simd::vec<T>;
    const T scale = T(1.4426950408889634074 / std::sqrt(double(HeadWidth)));  // log2(e) / sqrt(HeadWidth)
    backend::arena::frame frame(on.scratch);
    const int length = q.of.length;
    T* packed = frame.take<T>(HeadWidth * block::width);
    T* p = frame.take<T>(static_cast<std::size_t>(length) * block::width);
    int* first = frame.take<int>(length);
    columns_in_place<T, SK> keys(frame, length);
    columns_in_place<T, SV> values(frame, length);
    for (int s = 0; s < q.of.count; ++s) {
      const int token = s * length;
      const detail::attention_view view = view_of(q.of, token, first);
      for (int head = 0; head < Heads; ++head) {
        if (head % share == 0) {
          keys.read(k[token] + head / share * HeadWidth, length);
          values.read(v[token] + head / share * HeadWidth, length);
        }
        each_block<T>(length, view, [&](const block& b) {
          b.template pack<SQ>(q[token + b.query] + head * HeadWidth, packed);
          b.template scores<keys.stride>(keys.data, packed, p);
          vec factor[2] = {};
          for (int half = 0; half < 2; ++half) {
            const vec lowest = simd::all(-std::numeric_limits<T>::max());
            vec top = lowest, sum{};
            b.each(half,
                   [&](int at, auto which) { top = simd::max<T>(top, b.chosen(which, simd::load(p + at), lowest)); });
            const vec offset = top * scale;
            b.each(half, [&](int at, auto which) {
              const vec e = b.chosen(which, simd::exp2(simd::load(p + at) * scale - offset), vec{});
              simd::store(p + at, e);
              sum += e;
            });
            for (int i = 0; i < block::lanes; ++i) {
              const int query = b.query + half * block::lanes + i;
              if (query >= b.end) break;
              const bool sees = sum[i] > T(0);
              factor[half][i] = sees ? T(1) / sum[i] : T(0);
              lse[(token + query) * Heads + head] =
                  sees ? top[i] * T(1 / std::sqrt(double(HeadWidth))) + std::log(sum[i]) : T(0);
            }
          }
          b.clear_above(p);
          T* to = y[token + b.query] + head * HeadWidth;
          b.template gather<values.stride, SY>(p, values.data, to);
          for (int i = 0; i < b.count; ++i) {
            T* row = to + static_cast<std::ptrdiff_t>(i) * SY;
            const T f = factor[i / block::lanes][i % block::lanes];
            simd::each_part<T, HeadWidth>([&](int d, auto n) { simd::store(row + d, simd::load(row + d, n) * f, n); });
          }
        });
      }
    }
  }

  /// sum(y dy) of a query is sum(P dP) over its keys, which lie at hand: y itself is not read.
  template <class T, int SQ, int SK, int SV, int SY, int SDy, int SDq, int SDk, int SDv>
  static void backward(backend::cpu& on, rows<const T, width, SQ> q, rows<const T, kv_width, SK> k,
                       rows<const T, kv_width, SV> v, rows<const T, width, SY>, const T* lse,
                       rows<const T, width, SDy> dy, rows<T, width, SDq> dq, rows<T, kv_width, SDk> dk,
                       rows<T, kv_width, SDv> dv) {
    using block = detail::attention_block<T, HeadWidth>;
    using vec = simd::vec<T>;
    const T scale = T(1.4426950408889634074 / std::sqrt(double(HeadWidth))), root = T(1 / std::sqrt(double(HeadWidth)));
    backend::arena::frame frame(on.scratch);
    const int length = q.of.length;
    T *packed = frame.take<T>(HeadWidth * block::width), *packed_dy = frame.take<T>(HeadWidth * block::width);
    T* p = frame.take<T>(static_cast<std::size_t>(length) * block::width);
    T* ds = frame.take<T>(static_cast<std::size_t>(length) * block::width);
    int* first = frame.take<int>(length);
    columns_in_place<T, SQ> queries(frame, length);
    columns_in_place<T, SK> keys(frame, length);
    columns_in_place<T, SV> values(frame, length);
    columns_in_place<T, SDy> gradients(frame, length);
    for (int t = 0; t < q.tokens(); ++t) {
      std::fill(dk[t], dk[t] + kv_width, T(0));
      std::fill(dv[t], dv[t] + kv_width, T(0));
    }
    for (int s = 0; s < q.of.count; ++s) {
      const int token = s * length;
      const detail::attention_view view = view_of(q.of, token, first);
      for (int head = 0; head < Heads; ++head) {
        const int kv = head / share * HeadWidth;
        queries.read(q[token] + head * HeadWidth, length);
        gradients.read(dy[token] + head * HeadWidth, length);
        if (head % share == 0) {
          keys.read(k[token] + kv, length);
          values.read(v[token] + kv, length);
        }
        each_block<T>(length, view, [&](const block& b) {
          b.template pack<queries.stride>(queries[b.query], packed);
          b.template pack<gradients.stride>(gradients[b.query], packed_dy);
          b.template scores<keys.stride>(keys.data, packed, p);
          b.template scores<values.stride>(values.data, packed_dy, ds);
          for (int half = 0; half < 2; ++half) {
            vec offset{}, mean{};
            for (int i = 0; i < block::lanes; ++i) {
              const int query = b.query + half * block::lanes + i;
              if (query < b.end) offset[i] = lse[(token + query) * Heads + head] * T(1.4426950408889634074);
            }
            b.each(half, [&](int at, auto which) {
              const vec e = b.chosen(which, simd::exp2(simd::load(p + at) * scale - offset), vec{});
              simd::store(p + at, e);
              mean += e * simd::load(ds + at);
            });
            b.each(half, [&](int at, auto) {
              simd::store(ds + at, simd::load(p + at) * ((simd::load(ds + at) - mean) * root));
            });
          }
          b.clear_above(ds);
          b.template scatter<gradients.stride, SDv>(p, gradients[b.query], dv[token] + kv);
          b.template scatter<queries.stride, SDk>(ds, queries[b.query], dk[token] + kv);
          b.template gather<keys.stride, SDq>(ds, keys.data, dq[token + b.query] + head * HeadWidth);
        });
      }
    }
  }

  template <class T, int SQ, int SY>
  static void step(backend::cpu& on, rows<const T, width, SQ> q, const T* k_cache, const T* v_cache,
                   int length_capacity, const int* lengths, rows<T, width, SY> y) {
    using vec = simd::vec<T>;
    constexpr int parts = (HeadWidth + simd::lanes<T> - 1) / simd::lanes<T>;
    const T root = T(1 / std::sqrt(double(HeadWidth)));
    backend::arena::frame frame(on.scratch);
    T* p = frame.take<T>(length_capacity);
    for (int s = 0; s < q.tokens(); ++s)
      for (int head = 0; head < Heads; ++head) {
        const std::ptrdiff_t cache =
            static_cast<std::ptrdiff_t>(s) * length_capacity * kv_width + head / share * HeadWidth;
        const int length = q.of.keep && !q.of.keep[s] ? 0 : lengths[s];
        const T *query = q[s] + head * HeadWidth, *keys = k_cache + cache, *values = v_cache + cache;
        T top = -std::numeric_limits<T>::infinity(), sum = 0;
        for (int j = 0; j < length; ++j) {
          vec dots{};
          simd::each_part<T, HeadWidth>([&](int d, auto n) {
            dots += simd::load(query + d, n) * simd::load(keys + static_cast<std::ptrdiff_t>(j) * kv_width + d, n);
          });
          p[j] = simd::sum<T>(dots) * root;
          top = std::max(top, p[j]);
        }
        vec result[parts] = {};
        for (int j = 0; j < length; ++j) {
          const T e = std::exp(p[j] - top);
          sum += e;
          simd::each_part<T, HeadWidth>([&](int d, auto n) {
            result[d / simd::lanes<T>] += simd::load(values + static_cast<std::ptrdiff_t>(j) * kv_width + d, n) * e;
          });
        }
        const T factor = length > 0 ? T(1) / sum : T(0);
        simd::each_part<T, HeadWidth>(
            [&](int d, auto n) { simd::store(y[s] + head * HeadWidth + d, result[d / simd::lanes<T>] * factor, n); });
      }
  }

 private:
  /// A head's columns of some rows: read where they lie when they fill whole vectors, else copied with room behind
  /// them, since tiles read whole vectors.
  template <class T, int Stride> struct columns_in_place {
    static constexpr bool copied = HeadWidth % simd::lanes<T> != 0;
    static constexpr int stride = copied ? round_up(HeadWidth, simd::lanes<T>) : Stride;
    const T* data = nullptr;
    columns_in_place(backend::arena::frame& frame, int length) {
      if constexpr (copied) {
        data = copy = frame.take<T>(static_cast<std::size_t>(length) * stride);
        std::fill(copy, copy + static_cast<std::size_t>(length) * stride, T(0));
      }
    }
    void read(const T* from, int length) {
      if constexpr (copied)
        for (int t = 0; t < length; ++t)
          std::copy(from + static_cast<std::ptrdiff_t>(t) * Stride,
                    from + static_cast<std::ptrdiff_t>(t) * Stride + HeadWidth,
                    copy + static_cast<std::ptrdiff_t>(t) * stride);
      else
        data = from;
    }
    const T* operator[](int token) const { return data + static_cast<std::ptrdiff_t>(token) * stride; }

   private:
    T* copy = nullptr;
  };

  /// Fills first (length) where the sequence at `token` is packed or masked.
  static detail::attention_view view_of(const sequences& of, int token, int* first) {
    if (!of.starts && !of.keep) return {};
    int text = 0;
    for (int i = 0; i < of.length; ++i) {
      if (of.starts && of.starts[token + i]) text = i;
      first[i] = of.keep && !of.keep[token + i] ? of.length : text;
    }
    return {first, of.keep ? of.keep + token : nullptr};
  }
  template <class T, class F> static void each_block(int length, detail::attention_view view, F&& f) {
    using block = detail::attention_block<T, HeadWidth>;
    const int ragged = length % block::width;
    if (ragged) f(block(0, ragged, view));
    for (int query = ragged; query < length; query += block::width) f(block(query, block::width, view));
  }
};

}  // namespace krait::kernel
