// krait/core/scratch.hpp: scratch memory of a backend, for the length of a scope.
#pragma once
#include <cstddef>
#include <krait/core/rows.hpp>

namespace krait {

/// What is taken from `on`'s scratch memory while this lives is given back at its end, last taken first.
///   scratch_frame frame(on);
///   const auto normed = frame.template rows<T, width>(x.of);
template <class Backend> struct scratch_frame : decltype(Backend::scratch)::frame {
  explicit scratch_frame(Backend& on) : decltype(Backend::scratch)::frame(on.scratch) {}
  /// Uninitialised rows (of.tokens(), Width). Throws where the scratch memory is spent.
  template <class T, int Width> krait::rows<T, Width> rows(sequences of) {
    return {this->template take<T>(static_cast<std::size_t>(of.tokens()) * row_stride(Width)), of};
  }
};

}  // namespace krait
