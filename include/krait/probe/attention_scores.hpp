// krait/probe/attention_scores.hpp: what a token of a sequence sees of those before it, for layers of every kind: the
// scores k . q, before any gate or softmax has weighed them and after; and sums of them by classes of tokens.
#pragma once
#include <cmath>
#include <cstddef>
#include <krait/layer/attention.hpp>
#include <krait/layer/linear_attention.hpp>
#include <krait/probe/gates.hpp>
#include <krait/probe/probe.hpp>
#include <span>
#include <vector>

namespace krait::probe {

/// Of the tokens 0 .. query of a sequence.
struct scores {
  std::vector<double> raw;       // B_i . C_q, or k_i . q_q
  std::vector<double> weighted;  // what multiplies the token's value: with gates, or the softmax's probability
};

/// How scores are found in a layer L: specialise it for a layer of your own with
///   static scores at(const L::weights<T>&, const saved&, rows<const T, L::in> input, int sequence, int query, int
///   head)
/// and, where what is weighted adds up to 1, `static constexpr bool probabilities = true`.
/// A scan has one head a channel (states with gates of their own are summed), and raw scores shared by all.
template <class L> struct scores_of {
  static_assert(scan_layer<L>, "probe: scores_of is not specialised for this layer, and it has no scan");
  template <class W, class Saved, class T>
  static scores at(const W& w, const Saved& s, rows<const T, L::in> x, int sequence, int query, int head = 0) {
    const scan_trace trace = scan_of<L>::trace(w, s, x, sequence);
    scores all;
    for (int i = 0; i <= query; ++i) {
      double raw = 0, weighted = 0;
      for (int n = 0; n < trace.states; ++n) {
        double left = trace.gain(i, head, n);
        for (int t = i + 1; t <= query; ++t) left *= trace.decay(t, head, n);
        const double score = trace.B_at(i, n) * trace.C_at(query, n);
        raw += score, weighted += score * left;
      }
      all.raw.push_back(raw), all.weighted.push_back(weighted);
    }
    return all;
  }
};

namespace detail {
template <class T> double dot(const T* a, const T* b, int width) {
  double sum = 0;
  for (int i = 0; i < width; ++i) sum += static_cast<double>(a[i]) * static_cast<double>(b[i]);
  return sum;
}
}  // namespace detail

template <linear_attention_config C> struct scores_of<linear_attention<C>> {
  using layer = linear_attention<C>;
  template <class W, class Saved, class T>
  static scores at(const W&, const Saved& s, rows<const T, layer::in> x, int sequence, int query, int head = 0) {
    const int first = sequence * x.of.length, width = layer::keys / layer::heads;
    const auto q = s.q.of(x.of), k = s.k.of(x.of);
    scores all;
    all.raw.resize(static_cast<std::size_t>(query + 1)), all.weighted = all.raw;
    double left = 1;
    for (int i = query; i >= 0; --i) {
      const int t = first + i;
      const bool kept = !x.of.keep || (x.of.keep[t] && x.of.keep[first + query]);
      const auto place = static_cast<std::size_t>(i);
      all.raw[place] = detail::dot(q[first + query] + head * width, k[t] + head * width, width);
      all.weighted[place] = kept ? all.raw[place] * left : 0;
      if constexpr (layer::gated)
        if (!x.of.keep || x.of.keep[t]) left *= static_cast<double>(s.g.of(x.of)[t][head]);
      if (x.of.starts && x.of.starts[t]) left = 0;
    }
    return all;
  }
};

template <attention_config C> struct scores_of<attention<C>> {
  using layer = attention<C>;
  static constexpr bool probabilities = true;
  template <class W, class Saved, class T>
  static scores at(const W&, const Saved& s, rows<const T, layer::in> x, int sequence, int query, int head = 0) {
    constexpr int width = layer::head_width, share = C.heads / C.kv();
    const int first = sequence * x.of.length, q = first + query;
    const auto qkv = s.qkv.of(x.of);
    scores all;
    bool seen = true;  // no start between
    all.raw.resize(static_cast<std::size_t>(query + 1)), all.weighted = all.raw;
    for (int i = query; i >= 0; --i) {
      const int t = first + i;
      const auto place = static_cast<std::size_t>(i);
      all.raw[place] =
          detail::dot(qkv[q] + head * width, qkv[t] + layer::q_width + head / share * width, width) / std::sqrt(width);
      const bool kept = !x.of.keep || (x.of.keep[t] && x.of.keep[q]);
      all.weighted[place] =
          seen && kept ? std::exp(all.raw[place] - static_cast<double>(s.lse[q * C.heads + head])) : 0;
      if (x.of.starts && x.of.starts[t]) seen = false;
    }
    return all;
  }
};

/// sums[c]: of the scores of tokens of class c; tokens of class -1 count nowhere.
inline std::vector<double> sums_by_class(std::span<const double> scores, std::span<const int> class_of, int classes) {
  std::vector<double> sums(static_cast<std::size_t>(classes));
  for (std::size_t i = 0; i < class_of.size(); ++i)
    if (class_of[i] >= 0) sums[static_cast<std::size_t>(class_of[i])] += scores[i];
  return sums;
}

}  // namespace krait::probe
