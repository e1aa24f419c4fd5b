// krait/backend/cpu/product.hpp: matrix products as register tiles over packed panels; strides and depths are
// compile-time.
//
// A tile holds R rows x 2 vectors of the result in registers; each step of the depth reads two vectors of the panel and
// broadcasts R scalars of the left operand straight from the activations, which are never packed. Measured on
// one core (Zen 5, 352 rows) this is ahead of OpenBLAS from 128 x 512 to 3072 x 768 (274 to 280 against 247 to 266
// GF/s), so no BLAS is called; only gradients of weights far beyond the cache (2048 x 8192) are faster there, 245
// against 160. Goto & van de Geijn 2008; here everything sits in the second cache.
#pragma once
#include <algorithm>
#include <krait/backend/cpu/simd.hpp>
#include <krait/core/into.hpp>

namespace krait::backend {

/// Columns of a full panel: two vectors.
template <class T> inline constexpr int panel_width = 2 * simd::lanes<T>;
/// Rows of a tile: as many as leave registers for two panel vectors and a broadcast.
inline constexpr int tile_rows = simd::bytes == 64 ? 12 : 6;

/// Packs m (Rows, Columns; row-major) as panels over its rows: panel p holds rows p*width .. of m, for each column the
/// width scalars side by side. The last panel is narrower, so the panels take exactly Rows * Columns scalars.
template <class T> void pack_rows(const T* m, int row_count, int column_count, T* panels) {
  for (int first = 0; first < row_count; first += panel_width<T>) {
    const int width = std::min(panel_width<T>, row_count - first);
    for (int c = 0; c < column_count; ++c)
      for (int r = 0; r < width; ++r) *panels++ = m[static_cast<long>(first + r) * column_count + c];
  }
}
/// The same over the columns of m: panels of its transpose.
template <class T> void pack_columns(const T* m, int row_count, int column_count, T* panels) {
  for (int first = 0; first < column_count; first += panel_width<T>) {
    const int width = std::min(panel_width<T>, column_count - first);
    for (int r = 0; r < row_count; ++r)
      for (int c = 0; c < width; ++c) *panels++ = m[static_cast<long>(r) * column_count + first + c];
  }
}

namespace detail {

/// y[i][j] (+)= start[j] + sum_k a(i, k) b[k][j] for R rows and `columns` columns (at most V vectors).
/// a(i, k) = a[i * RowStep + k * DepthStep]; b has BStride scalars from one k to the next; start may be null.
template <int R, int V, int RowStep, int DepthStep, int BStride, int YStride, into Into, class T>
[[gnu::always_inline]] inline void tile(const T* a, int depth, const T* b, const T* start, T* y, int columns) {
  constexpr int lanes = simd::lanes<T>;
  simd::vec<T> sum[R][V];
  if constexpr (Into == into::add)
    for (int i = 0; i < R; ++i) __builtin_prefetch(y + i * YStride, 1);
#pragma GCC unroll 16
  for (int i = 0; i < R; ++i)
#pragma GCC unroll 2
    for (int j = 0; j < V; ++j) sum[i][j] = simd::vec<T>{};
#pragma GCC unroll 2
  for (int k = 0; k < depth; ++k) {
    simd::vec<T> right[V];
#pragma GCC unroll 2
    for (int j = 0; j < V; ++j) right[j] = simd::load(b + j * lanes);
#pragma GCC unroll 16
    for (int i = 0; i < R; ++i) {
      const simd::vec<T> left = simd::all(a[i * RowStep]);
#pragma GCC unroll 2
      for (int j = 0; j < V; ++j) sum[i][j] += left * right[j];
    }
    a += DepthStep;
    b += BStride;
  }
  const int last = columns - (V - 1) * lanes;
#pragma GCC unroll 2
  for (int j = 0; j < V; ++j) {
    const bool whole = j + 1 < V || last == lanes;
    simd::vec<T> first{};
    if (start) first = whole ? simd::load(start + j * lanes) : simd::load_first(start + j * lanes, last);
#pragma GCC unroll 16
    for (int i = 0; i < R; ++i) {
      T* to = y + i * YStride + j * lanes;
      simd::vec<T> v = sum[i][j] + first;
      if (whole) {
        if constexpr (Into == into::add) v += simd::load(to);
        simd::store(to, v);
      } else {
        if constexpr (Into == into::add) v += simd::load_first(to, last);
        simd::store_first(to, v, last);
      }
    }
  }
}

/// All rows of one panel: full tiles, then what is left. Where y is overwritten the last tile simply overlaps the one
/// before; few instances keep experiments quick to compile.
template <int V, int RowStep, int DepthStep, int BStride, int YStride, into Into, class T>
inline void tiles(const T* a, int rows, int depth, const T* b, const T* start, T* y, int columns) {
  const auto at = [&]<int R>(int first) {
    tile<R, V, RowStep, DepthStep, BStride, YStride, Into>(a + static_cast<long>(first) * RowStep, depth, b, start,
                                                           y + static_cast<long>(first) * YStride, columns);
  };
  int row = 0;
  for (; row + tile_rows <= rows; row += tile_rows) at.template operator()<tile_rows>(row);
  if (Into == into::overwrite && row > 0) {
    if (row < rows) at.template operator()<tile_rows>(rows - tile_rows);
    return;
  }
  for (; row + 4 <= rows; row += 4) at.template operator()<4>(row);
  for (; row < rows; ++row) at.template operator()<1>(row);
}

/// The same where the number of rows is known: one instance for the rest.
template <int Rows, int V, int RowStep, int DepthStep, int BStride, int YStride, into Into, class T>
inline void tiles_of(const T* a, int depth, const T* b, T* y, int columns) {
  constexpr int whole = Rows / tile_rows * tile_rows;
  for (int row = 0; row < whole; row += tile_rows)
    tile<tile_rows, V, RowStep, DepthStep, BStride, YStride, Into>(a + static_cast<long>(row) * RowStep, depth, b,
                                                                   static_cast<const T*>(nullptr),
                                                                   y + static_cast<long>(row) * YStride, columns);
  if constexpr (whole < Rows)
    tile<Rows - whole, V, RowStep, DepthStep, BStride, YStride, Into>(a + static_cast<long>(whole) * RowStep, depth, b,
                                                                      static_cast<const T*>(nullptr),
                                                                      y + static_cast<long>(whole) * YStride, columns);
}

/// Vectors that `columns` columns need.
template <class T> constexpr int vectors(int columns) { return columns > simd::lanes<T> ? 2 : 1; }

}  // namespace detail

/// y (rows, Columns) (+)= start (Columns; may be null) + x (rows, Depth) * m^T, m (Columns, Depth) packed by pack_rows;
/// or x * m, m (Depth, Columns) packed by pack_columns.
template <int Depth, int Columns, int XStride, int YStride, into Into = into::overwrite, class T>
void product(const T* x, int rows, const T* panels, const T* start, T* y) {
  constexpr int width = panel_width<T>, whole = Columns / width * width, rest = Columns - whole;
  for (int first = 0; first < whole; first += width)
    detail::tiles<2, XStride, 1, width, YStride, Into>(x, rows, Depth, panels + static_cast<long>(first) * Depth,
                                                       start ? start + first : nullptr, y + first, width);
  if constexpr (rest > 0)
    detail::tiles<detail::vectors<T>(rest), XStride, 1, rest, YStride, Into>(
        x, rows, Depth, panels + static_cast<long>(whole) * Depth, start ? start + whole : nullptr, y + whole, rest);
}

/// dm (Rows, Columns; row-major) += dy^T x over `tokens`: dy (tokens, Rows), x (tokens, Columns). Not packed: the
/// tokens are walked in blocks that stay in the first cache.
template <int Rows, int Columns, int DyStride, int XStride, class T>
void outer_product(const T* dy, const T* x, int tokens, T* dm) {
  constexpr int width = panel_width<T>, whole = Columns / width * width, rest = Columns - whole, block = 96;
  for (int t = 0; t < tokens;
       t += block, dy += static_cast<long>(block) * DyStride, x += static_cast<long>(block) * XStride) {
    const int depth = std::min(block, tokens - t);
    for (int first = 0; first < whole; first += width)
      detail::tiles_of<Rows, 2, 1, DyStride, XStride, Columns, into::add>(dy, depth, x + first, dm + first, width);
    if constexpr (rest > 0)
      detail::tiles_of<Rows, detail::vectors<T>(rest), 1, DyStride, XStride, Columns, into::add>(dy, depth, x + whole,
                                                                                                 dm + whole, rest);
  }
}

}  // namespace krait::backend
