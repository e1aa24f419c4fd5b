// krait/kernel/attention/cuda.cuh: attention on a device: see cuda_forward.cuh and cuda_backward.cuh.
#pragma once
#include <krait/kernel/attention/cuda_backward.cuh>
#include <krait/kernel/attention/cuda_forward.cuh>

namespace krait::kernel {

/// Trains; a step of generation is not there yet.
template <int Heads, int KvHeads, int HeadWidth> struct attention<backend::cuda, Heads, KvHeads, HeadWidth> {
  static_assert(KvHeads > 0 && Heads % KvHeads == 0, "attention: the heads are no multiple of the key and value heads");
  static_assert(HeadWidth <= 256, "attention: on a device a head is at most 256 wide");
  static constexpr int width = Heads * HeadWidth, kv_width = KvHeads * HeadWidth;
  using shape = detail::attention_shape<HeadWidth>;

  template <class T, int SQ, int SK, int SV, int SY>
  static void forward(backend::cuda& on, rows<const T, width, SQ> q, rows<const T, kv_width, SK> k,
                      rows<const T, kv_width, SV> v, rows<T, width, SY> y, sum_type<T>* lse) {
    backend::device_arena::frame frame(on.scratch);
    backend::launch(
        detail::attention_forward<Heads, KvHeads, HeadWidth, rows<const T, width, SQ>, rows<const T, kv_width, SK>,
                                  rows<const T, kv_width, SV>, rows<T, width, SY>, sum_type<T>>,
        grid(q.of, Heads), shape::threads, shared_bytes<T>, on.stream, q, k, v, y, lse, first_seen(on, q.of, frame));
  }

  template <class T, int SQ, int SK, int SV, int SY, int SDy, int SDq, int SDk, int SDv>
  static void backward(backend::cuda& on, rows<const T, width, SQ> q, rows<const T, kv_width, SK> k,
                       rows<const T, kv_width, SV> v, rows<const T, width, SY> y, const sum_type<T>* lse,
                       rows<const T, width, SDy> dy, rows<T, width, SDq> dq, rows<T, kv_width, SDk> dk,
                       rows<T, kv_width, SDv> dv) {
    using Sum = sum_type<T>;
    backend::device_arena::frame frame(on.scratch);
    const int* first = first_seen(on, q.of, frame);
    const int products = q.tokens() * Heads;
    auto* product = frame.template take<Sum>(static_cast<std::size_t>(products));
    backend::launch(
        detail::attention_products<Heads, HeadWidth, rows<const T, width, SY>, rows<const T, width, SDy>, Sum>,
        static_cast<unsigned>((products + 127) / 128), 128, 0, on.stream, y, dy, product);
    const auto* sums = static_cast<const Sum*>(product);
    backend::launch(
        detail::attention_backward_keys<Heads, KvHeads, HeadWidth, rows<const T, width, SQ>,
                                        rows<const T, kv_width, SK>, rows<const T, kv_width, SV>,
                                        rows<const T, width, SDy>, rows<T, kv_width, SDk>, rows<T, kv_width, SDv>, Sum>,
        grid(q.of, KvHeads), shape::threads, shared_bytes<T>, on.stream, q, k, v, lse, dy, sums, dk, dv, first);
    backend::launch(detail::attention_backward_queries<Heads, KvHeads, HeadWidth, rows<const T, width, SQ>,
                                                       rows<const T, kv_width, SK>, rows<const T, kv_width, SV>,
                                                       rows<const T, width, SDy>, rows<T, width, SDq>, Sum>,
                    grid(q.of, Heads), shape::threads, shared_bytes<T>, on.stream, q, k, v, lse, dy, sums, dq, first);
  }

 private:
  template <class T> static constexpr std::size_t shared_bytes = 2 * sizeof(sum_type<T>) * shape::met* shape::padded;
  static dim3 grid(sequences of, int heads) {
    return dim3(static_cast<unsigned>(of.count * ((of.length + shape::owned - 1) / shape::owned)),
                static_cast<unsigned>(heads));
  }
  /// Null where every token sees its sequence from the beginning.
  static const int* first_seen(backend::cuda& on, sequences of, backend::device_arena::frame& frame) {
    if (!of.starts) return nullptr;
    int* first = frame.template take<int>(static_cast<std::size_t>(of.tokens()));
    backend::launch(detail::find_first_seen<int>, static_cast<unsigned>((of.count + 127) / 128), 128, 0, on.stream, of,
                    first);
    return first;
  }
};

}  // namespace krait::kernel
