// krait/task/mqar.hpp: recall of vectors. Park et al. 2024 (arXiv:2402.04248), section 4 (vector-valued multi-query
// associative recall), after Arora et al. 2023 (arXiv:2312.04927).
//
//  position   1    2    3    4   ...   2n-1  2n     2n+1  ...  2n+m      k, v: uniform on the sphere of radius sqrt(d)
//  target                                           v of q1    v of qm   loss at queries: the value of each one's key
//  token      k1   v1   k2   v2  ...   kn    vn     q1    ...  qm        q: m different ones of the keys
#pragma once
#include <cmath>
#include <krait/core/variant.hpp>
#include <krait/task/numbers.hpp>
#include <krait/task/task.hpp>

namespace krait::task {

struct mqar_config {
  int dimensions = 20;     // d
  int pairs = 32;          // n
  int queries = 4;         // m, at most n
  double query_noise = 0;  // standard deviation of what is added to a query before it is put back on the sphere
  variant as = variant::as_described;
};

/// As released: one query, which is with probability 1 / (n + 1) no key but a vector of its own (an index that runs one
/// too far), and whose answer is the value of the key nearest to it. In the released configuration n = 64.
/// Points of an extent are queries. The error of who says 0 is d: 1 a coordinate.
template <mqar_config C = mqar_config{}> struct mqar {
  static_assert(C.dimensions > 0 && C.pairs > 0, "mqar: dimensions and pairs must be positive");
  static_assert(C.queries > 0 && C.queries <= C.pairs, "mqar: the queries must be from 1 to the pairs");
  static_assert(C.as == variant::as_described || C.queries == 1, "mqar: the released code has one query");
  static_assert(C.query_noise >= 0, "mqar: the noise of a query must not be negative");
  static constexpr std::string_view name = "mqar";
  static constexpr int dimensions = C.dimensions, pairs = C.pairs, points = C.queries;
  static constexpr int inputs = dimensions, outputs = dimensions, tokens = 2 * pairs + points;

  static int length(extent e) { return 2 * pairs + e.points; }
  static constexpr int question(int token) { return token - 2 * pairs; }
  static constexpr int first_at_end = 0;  // every query comes after all pairs
  static double weight(draw, std::uint64_t, extent e) { return e.points; }

  KRAIT_HOST_DEVICE static void write(draw at, std::uint64_t prompt, extent e, rows<float, inputs> x,
                                      rows<float, outputs> target, float* weight) {
    // numbers: pairs, a fresh vector, the noise of queries, the choice of queries
    constexpr int of_vectors = (2 * pairs + 1 + points) * dimensions;
    const prompt_numbers own = prompt_numbers::of(at, prompt, of_vectors + 2 * points);
    for (int t = 0; t < 2 * pairs; ++t) {
      sphere(own.after(t * dimensions), x[t]);
      weight[t] = 0;
      for (int c = 0; c < dimensions; ++c) target[t][c] = 0;
    }
    int chosen[points];
    if constexpr (C.as == variant::as_released)
      chosen[0] = own.below(of_vectors, pairs + 1);
    else
      choose(own.after(of_vectors), pairs, points, chosen);
    for (int q = 0; q < e.points; ++q) {
      float* query = x[2 * pairs + q];
      if (chosen[q] < pairs)
        for (int c = 0; c < dimensions; ++c) query[c] = x[2 * chosen[q]][c];
      else
        sphere(own.after(2 * pairs * dimensions), query);
      if constexpr (C.query_noise > 0) {
        constexpr auto deviation = static_cast<float>(C.query_noise);
        for (int c = 0; c < dimensions; ++c)
          query[c] = std::fma(deviation, own.normal((2 * pairs + 1 + q) * dimensions + c), query[c]);
        to_sphere(query);
      }
      const int answer = C.as == variant::as_released ? nearest(x, query) : chosen[q];
      for (int c = 0; c < dimensions; ++c) target[2 * pairs + q][c] = c < e.dimensions ? x[2 * answer + 1][c] : 0;
      weight[2 * pairs + q] = 1;
    }
    for (int t = 0; t < length_of(e); ++t)
      for (int c = e.dimensions; c < dimensions; ++c) x[t][c] = 0;
  }

  /// Error / d of who answers 0, and of who answers the mean of the values.
  static constexpr double nothing = 1;
  static double mean_of_values() { return 1 - 1. / pairs; }

 private:
  KRAIT_HOST_DEVICE static int length_of(extent e) { return 2 * pairs + e.points; }
  KRAIT_HOST_DEVICE static void to_sphere(float* v) {
    const double factor = std::sqrt(dimensions / dot(v, v, dimensions));
    for (int c = 0; c < dimensions; ++c) v[c] = static_cast<float>(factor * v[c]);
  }
  KRAIT_HOST_DEVICE static void sphere(const prompt_numbers& numbers, float* v) {
    numbers.normals(0, dimensions, v);
    to_sphere(v);
  }
  KRAIT_HOST_DEVICE static int nearest(rows<float, inputs> x, const float* query) {
    int best = 0;
    double greatest = dot(x[0], query, dimensions);
    for (int k = 1; k < pairs; ++k)
      if (const double product = dot(x[2 * k], query, dimensions); product > greatest) greatest = product, best = k;
    return best;
  }
};
static_assert(sequence_task<mqar<>>);

}  // namespace krait::task
