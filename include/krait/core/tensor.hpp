// krait/core/tensor.hpp: fixed-size storage, trivially copyable, viewed through mdspan.
#pragma once
#include <cuda/std/mdspan>
#include <krait/core/config.hpp>
#include <span>
#include <type_traits>

namespace krait {

/// Dense row-major array of `Extents...` scalars. A tensor with a zero extent is empty: a bias that is switched off.
///
/// Storage is a multiple of 16 scalars, and aligned to as many where the scalar allows vectors: so a struct of tensors
/// has the same offsets, counted in scalars, whatever the scalar (weights, gradients, moments and a bf16 copy line up),
/// and is one flat span. The scalars past `size` are zero and stay so.
template <class T, int... Extents> struct alignas(16 * sizeof(T)) tensor {
  static_assert(((Extents >= 0) && ...), "tensor: an extent is negative");
  using value_type = T;
  static constexpr int rank = sizeof...(Extents);
  static constexpr int size = (1 * ... * Extents);
  static constexpr int extents[rank == 0 ? 1 : rank] = {Extents...};
  static constexpr int storage = round_up(size == 0 ? 1 : size, 16);

  T data[storage];

  using extents_type = cuda::std::extents<int, static_cast<std::size_t>(Extents)...>;
  KRAIT_HOST_DEVICE auto view() { return cuda::std::mdspan<T, extents_type>(data); }
  KRAIT_HOST_DEVICE auto view() const { return cuda::std::mdspan<const T, extents_type>(data); }
  std::span<T> values() { return {data, static_cast<std::size_t>(size)}; }
  std::span<const T> values() const { return {data, static_cast<std::size_t>(size)}; }
  KRAIT_HOST_DEVICE T& operator[](int i) { return data[i]; }
  KRAIT_HOST_DEVICE const T& operator[](int i) const { return data[i]; }
};

template <class T> inline constexpr bool is_tensor = false;
template <class T, int... Extents> inline constexpr bool is_tensor<tensor<T, Extents...>> = true;

/// The scalars of a weights struct as one flat span: what optimisers, reductions and checkpoints walk over.
template <class T, class Weights> std::span<T> flat(Weights& w) {
  static_assert(std::is_trivially_copyable_v<Weights> && sizeof(Weights) % sizeof(T) == 0);
  return {reinterpret_cast<T*>(&w), sizeof(Weights) / sizeof(T)};
}
template <class T, class Weights> std::span<const T> flat(const Weights& w) {
  static_assert(std::is_trivially_copyable_v<Weights> && sizeof(Weights) % sizeof(T) == 0);
  return {reinterpret_cast<const T*>(&w), sizeof(Weights) / sizeof(T)};
}

}  // namespace krait
