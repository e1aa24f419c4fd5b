// krait/kernel/attention/reference.hpp: the equation, one query at a time.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <krait/backend/reference.hpp>
#include <krait/core/rows.hpp>
#include <krait/kernel/attention/attention.hpp>
#include <limits>

namespace krait::kernel {

template <int Heads, int KvHeads, int HeadWidth> struct attention<backend::reference, Heads, KvHeads, HeadWidth> {
  static_assert(KvHeads > 0 && Heads % KvHeads == 0, "attention: the heads are no multiple of the key and value heads");
  static constexpr int width = Heads * HeadWidth, kv_width = KvHeads * HeadWidth, share = Heads / KvHeads;

  template <class T, int SQ, int SK, int SV, int SY>
  static void forward(backend::reference& on, rows<const T, width, SQ> q, rows<const T, kv_width, SK> k,
                      rows<const T, kv_width, SV> v, rows<T, width, SY> y, T* lse) {
    const sequences of = q.of;
    backend::arena::frame frame(on.scratch);
    T *p = frame.take<T>(of.length), *sum = frame.take<T>(HeadWidth);
    for (int i = 0; i < of.tokens(); ++i)
      for (int head = 0; head < Heads; ++head) {
        const int kv = head / share * HeadWidth, h = head * HeadWidth;
        lse[i * Heads + head] = probabilities(q, k, i, head, p);
        std::fill(sum, sum + HeadWidth, T(0));
        for (int j = first_seen(of, i); j <= i; ++j)
          if (sees(of, i, j))
            for (int d = 0; d < HeadWidth; ++d) sum[d] += p[j % of.length] * v[j][kv + d];
        for (int d = 0; d < HeadWidth; ++d) y[i][h + d] = sum[d];
      }
  }

  /// dS = P (dP - sum(P dP)), dP = dy v^T.
  template <class T, int SQ, int SK, int SV, int SY, int SDy, int SDq, int SDk, int SDv>
  static void backward(backend::reference& on, rows<const T, width, SQ> q, rows<const T, kv_width, SK> k,
                       rows<const T, kv_width, SV> v, rows<const T, width, SY>, const T*, rows<const T, width, SDy> dy,
                       rows<T, width, SDq> dq, rows<T, kv_width, SDk> dk, rows<T, kv_width, SDv> dv) {
    const sequences of = q.of;
    const T scale = T(1) / std::sqrt(T(HeadWidth));
    backend::arena::frame frame(on.scratch);
    T *p = frame.take<T>(of.length), *dp = frame.take<T>(of.length), *sum = frame.take<T>(HeadWidth);
    for (int i = 0; i < of.tokens(); ++i)
      for (int d = 0; d < kv_width; ++d) dk[i][d] = dv[i][d] = 0;
    for (int i = 0; i < of.tokens(); ++i)
      for (int head = 0; head < Heads; ++head) {
        const int kv = head / share * HeadWidth, h = head * HeadWidth, first = first_seen(of, i);
        probabilities(q, k, i, head, p);
        T mean = 0;
        for (int j = first; j <= i; ++j)
          if (sees(of, i, j)) {
            dp[j % of.length] = dot(dy[i] + h, v[j] + kv);
            mean += p[j % of.length] * dp[j % of.length];
          }
        std::fill(sum, sum + HeadWidth, T(0));
        for (int j = first; j <= i; ++j)
          if (sees(of, i, j)) {
            const T ds = p[j % of.length] * (dp[j % of.length] - mean) * scale;
            for (int d = 0; d < HeadWidth; ++d) {
              sum[d] += ds * k[j][kv + d];
              dk[j][kv + d] += ds * q[i][h + d];
              dv[j][kv + d] += p[j % of.length] * dy[i][h + d];
            }
          }
        for (int d = 0; d < HeadWidth; ++d) dq[i][h + d] = sum[d];
      }
  }

  template <class T, int SQ, int SY>
  static void step(backend::reference& on, rows<const T, width, SQ> q, const T* k_cache, const T* v_cache,
                   int length_capacity, const int* lengths, rows<T, width, SY> y) {
    backend::arena::frame frame(on.scratch);
    T *p = frame.take<T>(length_capacity), *result = frame.take<T>(HeadWidth);
    for (int s = 0; s < q.tokens(); ++s)
      for (int head = 0; head < Heads; ++head) {
        const std::ptrdiff_t cache =
            static_cast<std::ptrdiff_t>(s) * length_capacity * kv_width + head / share * HeadWidth;
        const bool keep = !q.of.keep || q.of.keep[s];
        T top = -std::numeric_limits<T>::infinity(), sum = 0;
        for (int j = 0; j < lengths[s] && keep; ++j) {
          p[j] = dot(q[s] + head * HeadWidth, k_cache + cache + j * kv_width) / std::sqrt(T(HeadWidth));
          top = std::max(top, p[j]);
        }
        std::fill(result, result + HeadWidth, T(0));
        for (int j = 0; j < lengths[s] && keep; ++j) {
          const T e = std::exp(p[j] - top);
          sum += e;
          for (int d = 0; d < HeadWidth; ++d) result[d] += e * v_cache[cache + j * kv_width + d];
        }
        for (int d = 0; d < HeadWidth; ++d) y[s][head * HeadWidth + d] = keep ? result[d] / sum : T(0);
      }
  }

 private:
  /// The first token of i's packed text.
  static int first_seen(const sequences& of, int i) {
    const int begin = i / of.length * of.length;
    while (i > begin && !(of.starts && of.starts[i])) --i;
    return i;
  }
  static bool sees(const sequences& of, int i, int j) { return !of.keep || (of.keep[i] && of.keep[j]); }
  template <class T> static T dot(const T* a, const T* b) {
    T sum = 0;
    for (int d = 0; d < HeadWidth; ++d) sum += a[d] * b[d];
    return sum;
  }
  /// p[j mod length] for the keys that query i sees; their log-sum (0 where it sees none).
  template <class T, int SQ, int SK>
  static T probabilities(rows<const T, width, SQ> q, rows<const T, kv_width, SK> k, int i, int head, T* p) {
    const sequences of = q.of;
    const int first = first_seen(of, i);
    T top = -std::numeric_limits<T>::infinity(), sum = 0;
    for (int j = first; j <= i; ++j)
      if (sees(of, i, j)) {
        p[j % of.length] = dot(q[i] + head * HeadWidth, k[j] + head / share * HeadWidth) / std::sqrt(T(HeadWidth));
        top = std::max(top, p[j % of.length]);
      }
    for (int j = first; j <= i; ++j)
      if (sees(of, i, j)) sum += std::exp(p[j % of.length] - top);
    if (sum == T(0)) return 0;
    const T lse = top + std::log(sum);
    for (int j = first; j <= i; ++j)
      if (sees(of, i, j)) p[j % of.length] = std::exp(p[j % of.length] - lse);
    return lse;
  }
};

}  // namespace krait::kernel
