// krait/kernel/embedding/cuda.cuh: a thread a scalar forward. Backward sorts the tokens by their ids, so that the rows
// of one id lie together and in the order of tokens, and one block adds them: no atomics, the same bits every time.
#pragma once
#include <bit>
#include <cstdint>
#include <cub/device/device_radix_sort.cuh>
#include <krait/backend/cuda.cuh>
#include <krait/backend/cuda/elements.cuh>
#include <krait/backend/cuda/row.cuh>
#include <krait/core/rows.hpp>
#include <krait/core/tensor.hpp>
#include <krait/kernel/embedding/embedding.hpp>

namespace krait::kernel {

namespace detail {

template <int Width, class W, class Y> struct embedding_row {
  const W* weight;
  const std::int32_t* id;
  Y y;
  __device__ void operator()(int t, int i) const {
    y[t][i] = static_cast<typename Y::value_type>(weight[static_cast<std::ptrdiff_t>(id[t]) * Width + i]);
  }
};

template <class Int> __global__ void __launch_bounds__(128) number_tokens(Int* token, int count) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < count) token[i] = i;
}

/// The block of the first token of each id adds all tokens of that id.
template <int Width, class DY, class W>
__global__ void __launch_bounds__(backend::row_threads(Width))
    embedding_backward(const std::int32_t* sorted, const int* token, int count, DY dy, W* dweight) {
  using Sum = backend::sum_type<W>;
  const int first = blockIdx.x;
  const std::int32_t id = sorted[first];
  if (first > 0 && sorted[first - 1] == id) return;
  for (int i = threadIdx.x; i < Width; i += backend::row_threads(Width)) {
    W& to = dweight[static_cast<std::ptrdiff_t>(id) * Width + i];
    Sum sum = static_cast<Sum>(to);
    for (int k = first; k < count && sorted[k] == id; ++k) sum += static_cast<Sum>(dy[token[k]][i]);
    to = static_cast<W>(sum);
  }
}

}  // namespace detail

/// Ids are not checked: whoever sends them has done so.
template <int Vocabulary, int Width> struct embedding<backend::cuda, Vocabulary, Width> {
  template <class W, class T, int SY>
  static void forward(backend::cuda& on, const tensor<W, Vocabulary, Width>& weight, ids tokens, rows<T, Width, SY> y) {
    using element = detail::embedding_row<Width, W, rows<T, Width, SY>>;
    backend::each_element<Width>(on.stream, tokens.tokens(), element{weight.data, tokens.data, y});
  }
  template <class W, class T, int SDy>
  static void backward(backend::cuda& on, ids tokens, rows<const T, Width, SDy> dy,
                       tensor<W, Vocabulary, Width>& dweight) {
    const int count = tokens.tokens();
    if (count == 0) return;
    backend::device_arena::frame frame(on.scratch);
    const auto size = static_cast<std::size_t>(count);
    int *token = frame.template take<int>(size), *sorted_token = frame.template take<int>(size);
    auto* sorted = frame.template take<std::int32_t>(size);
    backend::launch(detail::number_tokens<int>, static_cast<unsigned>((count + 127) / 128), 128, 0, on.stream, token,
                    count);
    constexpr int bits = std::bit_width(static_cast<unsigned>(Vocabulary - 1)) > 0
                             ? std::bit_width(static_cast<unsigned>(Vocabulary - 1))
                             : 1;
    std::size_t bytes = 0;
    const auto sort = [&](void* storage) {
      backend::check(
          cub::DeviceRadixSort::SortPairs(storage, bytes, tokens.data, sorted, static_cast<const int*>(token),
                                          sorted_token, count, 0, bits, on.stream),
          "cub::DeviceRadixSort::SortPairs");
    };
    sort(nullptr);
    sort(frame.template take<std::byte>(bytes));
    backend::launch(detail::embedding_backward<Width, rows<const T, Width, SDy>, W>, static_cast<unsigned>(count),
                    backend::row_threads(Width), 0, on.stream, static_cast<const std::int32_t*>(sorted),
                    static_cast<const int*>(sorted_token), count, dy, dweight.data);
  }
};

}  // namespace krait::kernel
