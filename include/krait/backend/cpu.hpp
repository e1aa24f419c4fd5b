// krait/backend/cpu.hpp: one thread's view of the processor: its scratch memory and the step's packed weights.
#pragma once
#include <cstddef>
#include <functional>
#include <krait/backend/arena.hpp>
#include <krait/backend/cpu/product.hpp>
#include <krait/core/tensor.hpp>

namespace krait::backend {

/// Two images of a weights struct in which every matrix is replaced by its panels (in place: panels take as many
/// scalars as the matrix), one over its rows for forward products, one over its columns for products of gradients.
struct packed_image {
  const std::byte* weights = nullptr;  // the struct that was packed
  std::size_t bytes = 0;
  const std::byte *by_rows = nullptr, *by_columns = nullptr;
  /// The image of m's panels, or null where m is not part of the struct.
  template <class T> const T* panels(const T* m, const std::byte* image) const {
    const auto* p = reinterpret_cast<const std::byte*>(m);
    if (!weights || std::less<>{}(p, weights) || !std::less<>{}(p, weights + bytes)) return nullptr;
    return reinterpret_cast<const T*>(image + (p - weights));
  }
};

/// The CPU backend. A thread owns one and carries a shard of the batch through the whole model with it.
struct cpu {
  arena scratch;
  packed_image packed;

  /// Panels of m over its rows; packed once a step where m is a model's weight, else here and now into `frame`.
  template <class T, int Rows, int Columns>
  const T* panels_by_rows(const tensor<T, Rows, Columns>& m, arena::frame& frame) const {
    if (const T* p = packed.panels(m.data, packed.by_rows)) return p;
    T* p = frame.take<T>(m.size + panel_width<T>);
    pack_rows(m.data, Rows, Columns, p);
    return p;
  }
  /// Panels of m over its columns, likewise.
  template <class T, int Rows, int Columns>
  const T* panels_by_columns(const tensor<T, Rows, Columns>& m, arena::frame& frame) const {
    if (const T* p = packed.panels(m.data, packed.by_columns)) return p;
    T* p = frame.take<T>(m.size + panel_width<T>);
    pack_columns(m.data, Rows, Columns, p);
    return p;
  }
};

}  // namespace krait::backend
