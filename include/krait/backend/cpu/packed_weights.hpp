// krait/backend/cpu/packed_weights.hpp: the panels of all of a model's matrices, made once a step.
#pragma once
#include <krait/backend/cpu.hpp>
#include <krait/core/aligned.hpp>
#include <krait/core/reflect.hpp>
#include <type_traits>

namespace krait::backend {

template <class T> inline constexpr bool is_matrix = false;
template <class T, int Rows, int Columns>
inline constexpr bool is_matrix<tensor<T, Rows, Columns>> = (Rows > 0 && Columns > 0);

/// Two images of `Weights` (see packed_image). A tile reads up to a vector past a narrow last panel: hence the slack.
template <class Weights> class packed_weights {
  struct image {
    Weights weights;
    std::byte slack[simd::bytes];
  };

 public:
  packed_weights() : by_rows_(make_heap<image>()), by_columns_(make_heap<image>()) {}

  /// Packs matrices `thread`, thread + threads, ... of w. Without gradients no panels over columns are made: their
  /// image then costs no memory.
  void pack(const Weights& w, int thread, int threads, bool gradients = true) {
    pack_part(w, by_rows_->weights, by_columns_->weights, thread, threads, gradients);
  }

  packed_image of(const Weights& w) const {
    return {reinterpret_cast<const std::byte*>(&w), sizeof(Weights),
            reinterpret_cast<const std::byte*>(&by_rows_->weights),
            reinterpret_cast<const std::byte*>(&by_columns_->weights)};
  }

 private:
  static void pack_part(const Weights& w, Weights& by_rows, Weights& by_columns, int thread, int threads,
                        bool gradients) {
    int number = 0;
    for_each_value(w, [&](const auto& t) {
      using plain = std::remove_cvref_t<decltype(t)>;
      if constexpr (is_matrix<plain>) {
        if (number++ % threads != thread) return;
        using T = typename plain::value_type;
        const auto offset = reinterpret_cast<const std::byte*>(&t) - reinterpret_cast<const std::byte*>(&w);
        const auto image = [offset](Weights& i) {
          return reinterpret_cast<T*>(reinterpret_cast<std::byte*>(&i) + offset);
        };
        pack_rows(t.data, plain::extents[0], plain::extents[1], image(by_rows));
        if (gradients) pack_columns(t.data, plain::extents[0], plain::extents[1], image(by_columns));
      }
    });
  }
  heap<image> by_rows_, by_columns_;
};

}  // namespace krait::backend
