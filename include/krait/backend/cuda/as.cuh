// krait/backend/cuda/as.cuh: weights as the scalar that a product multiplies: float weights beside activations of
// bfloat16 are rounded to it, all at once before a step, or one tensor where it is used.
#pragma once
#include <krait/backend/cuda.cuh>
#include <krait/backend/cuda/elements.cuh>
#include <krait/core/bfloat16.hpp>
#include <krait/core/rows.hpp>
#include <krait/core/tensor.hpp>
#include <span>
#include <type_traits>

namespace krait::backend {

namespace detail {
template <class Through, class From, class To> struct convert_element {
  using value_type = typename To::value_type;
  From from;
  To to;
  __device__ void operator()(int t, int i) const {
    to[t][i] = static_cast<value_type>(static_cast<Through>(static_cast<sum_type<value_type>>(from[t][i])));
  }
};
}  // namespace detail

/// to = from, rounded to Through and then to To.
template <class Through, class From, class To, int Width, int SFrom, int STo>
void convert(cudaStream_t stream, rows<const From, Width, SFrom> from, rows<To, Width, STo> to) {
  using element = detail::convert_element<Through, rows<const From, Width, SFrom>, rows<To, Width, STo>>;
  each_element<Width>(stream, from.tokens(), element{from, to});
}
/// The same for whole tensors and structs of them, whose size is a multiple of 16 scalars.
template <class Through, class From, class To>
void convert(cudaStream_t stream, std::span<const From> from, std::span<To> to) {
  const sequences of{static_cast<int>(from.size() / 16), 1};
  convert<Through>(stream, rows<const From, 16>{from.data(), of}, rows<To, 16>{to.data(), of});
}

/// `w` as scalars T on the device: itself, or its place in on.rounded, or where it is not in there a copy in `frame`.
template <class T, class W, int... Extents>
const T* as(cuda& on, const tensor<W, Extents...>& w, device_arena::frame& frame) {
  if constexpr (std::is_same_v<T, W>) {
    return w.data;
  } else {
    static_assert(std::is_same_v<W, float> && std::is_same_v<T, bfloat16>,
                  "krait::backend::as: weights are float where activations are bfloat16, else both are alike");
    if (const bfloat16* there = on.rounded.find(w.data)) return there;
    T* copy = frame.template take<T>(w.storage);
    convert<T>(on.stream, std::span<const W>(w.data, w.storage), std::span<T>(copy, w.storage));
    return copy;
  }
}

}  // namespace krait::backend
