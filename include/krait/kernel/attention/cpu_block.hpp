// krait/kernel/attention/cpu_block.hpp: one block of queries of one head: its scores and the products over them.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <krait/backend/cpu/product.hpp>
#include <krait/backend/cpu/row.hpp>
#include <krait/core/into.hpp>
#include <type_traits>

namespace krait::kernel::detail {

/// Which keys the queries of a sequence see: those from first[query] on. A masked query begins beyond all keys.
struct attention_view {
  const int* first = nullptr;          // (length); null where nothing is packed or masked
  const std::uint8_t* keep = nullptr;  // (length), or null
};

/// One block of queries of one head: its scores and the passes over them.
template <class T, int HeadWidth> struct attention_block {
  static constexpr int lanes = simd::lanes<T>, width = 2 * lanes;
  using vec = simd::vec<T>;

  int query, count;  // the first query, and how many
  int begin, end;    // the keys that some query of the block sees
  attention_view view;

  attention_block(int query, int count, attention_view view)
      : query(query), count(count), begin(0), end(query + count), view(view) {
    if (view.first) {
      begin = end;
      for (int i = query; i < end; ++i) begin = std::min(begin, view.first[i]);
    }
  }

  /// Packs rows of queries, at `data` for the first: packed[d][lane].
  template <int Stride> void pack(const T* data, T* packed) const {
    for (int lane = 0; lane < count; ++lane)
      for (int d = 0; d < HeadWidth; ++d)
        packed[d * width + lane] = data[static_cast<std::ptrdiff_t>(lane) * Stride + d];
    for (int d = 0; d < HeadWidth; ++d)
      for (int lane = count; lane < width; ++lane) packed[d * width + lane] = 0;
  }
  /// to[key - begin][lane] = rows[key] . packed[.][lane], without the vectors that lie wholly above the diagonal.
  template <int Stride> void scores(const T* keys, const T* packed, T* to) const {
    const T* at = keys + static_cast<std::ptrdiff_t>(begin) * Stride;
    constexpr const T* none = nullptr;
    if (count <= lanes) {
      backend::detail::tiles<1, Stride, 1, width, width, into::overwrite>(at, end - begin, HeadWidth, packed, none, to,
                                                                          lanes);
      return;
    }
    const int both = std::max(0, std::min(end, query + lanes) - begin);  // keys that the lower vector of queries sees
    backend::detail::tiles<2, Stride, 1, width, width, into::overwrite>(at, both, HeadWidth, packed, none, to, width);
    backend::detail::tiles<1, Stride, 1, width, width, into::overwrite>(at + static_cast<std::ptrdiff_t>(both) * Stride,
                                                                        end - begin - both, HeadWidth, packed + lanes,
                                                                        none, to + both * width + lanes, lanes);
  }
  /// Calls f(place in a block of scores, key, half, which lanes count or nothing) for each vector that has a score.
  template <class F> [[gnu::always_inline]] void each(int half, F&& f) const {
    const int first_query = query + half * lanes, last = std::min(end, first_query + lanes);
    if (first_query >= end) return;
    const vec number = simd::lane_numbers<T>() + T(first_query);
    if (view.first) {
      vec first{};
      for (int i = 0; i < lanes; ++i) first[i] = T(first_query + i < end ? view.first[first_query + i] : end);
      for (int key = begin; key < last; ++key) {
        const T k = T(key);
        const bool kept = !view.keep || view.keep[key];
        f((key - begin) * width + half * lanes, kept ? (first <= k) & (number >= k) : first != first);
      }
      return;
    }
    for (int key = begin; key < std::min(first_query, last); ++key)
      f((key - begin) * width + half * lanes, all_lanes{});
    for (int key = std::max(begin, first_query); key < last; ++key)
      f((key - begin) * width + half * lanes, number >= T(key));
  }
  struct all_lanes {};
  template <class Lanes> [[gnu::always_inline]] static vec chosen(Lanes which, vec yes, vec no) {
    if constexpr (std::is_same_v<Lanes, all_lanes>)
      return yes;
    else
      return which ? yes : no;
  }
  /// Zeros where `scores` skipped the lower vector, for keys that a tile of queries reads all the same.
  void clear_above(T* p) const {
    if (count > lanes)
      for (int key = std::max(begin, query + lanes); key < end; ++key) simd::store(p + (key - begin) * width, vec{});
  }

  /// y (queries) = sum over keys of p[key][query] * rows[key].
  template <int Stride, int YStride> void gather(const T* p, const T* keys, T* y) const {
    const T* from = keys + static_cast<std::ptrdiff_t>(begin) * Stride;
    for (int first = 0; first < count; first += backend::tile_rows) {
      const int some = std::min(backend::tile_rows, count - first);
      const int depth = std::max(0, query + first + some - begin);
      each_columns([&](int column, auto columns) {
        backend::detail::tiles<backend::detail::vectors<T>(columns()), 1, width, Stride, YStride, into::overwrite>(
            p + first, some, depth, from + column, static_cast<const T*>(nullptr),
            y + static_cast<std::ptrdiff_t>(first) * YStride + column, columns());
      });
    }
  }
  /// sums (keys) += sum over queries of p[key][query] * rows[query].
  template <int Stride, int SumStride> void scatter(const T* p, const T* queries, T* sums) const {
    T* to = sums + static_cast<std::ptrdiff_t>(begin) * SumStride;
    const int lower = count > lanes ? std::max(0, std::min(end, query + lanes) - begin) : end - begin;
    each_columns([&](int column, auto columns) {
      const auto add = [&](int key, int number, int lane) {
        backend::detail::tiles<backend::detail::vectors<T>(columns()), width, 1, Stride, SumStride, into::add>(
            p + static_cast<std::ptrdiff_t>(key) * width + lane, number, count - lane,
            queries + static_cast<std::ptrdiff_t>(lane) * Stride + column, static_cast<const T*>(nullptr),
            to + static_cast<std::ptrdiff_t>(key) * SumStride + column, columns());
      };
      add(0, lower, 0);
      if (count > lanes) add(lower, end - begin - lower, lanes);
    });
  }

 private:
  template <class F> static void each_columns(F&& f) {
    constexpr int whole = HeadWidth / width * width;
    for (int column = 0; column < whole; column += width) f(column, simd::part<width>{});
    if constexpr (whole < HeadWidth) f(whole, simd::part<HeadWidth - whole>{});
  }
};

}  // namespace krait::kernel::detail
