// krait/kernel/embedding/embedding.hpp: rows of a table by their numbers.
#pragma once
#include <cstdint>
#include <krait/core/error.hpp>
#include <string>

namespace krait::kernel {

/// forward(on, weight, ids, y): weight (Vocabulary, Width), ids (tokens) -> y (tokens, Width).
/// backward(on, ids, dy, dweight): adds row t of dy to row ids[t] of dweight, in the order of tokens.
/// Both throw data_error where an id is not in 0 .. Vocabulary - 1.
template <class Backend, int Vocabulary, int Width> struct embedding;

namespace detail {
/// id, if it is below `count`.
inline std::int32_t checked_id(std::int32_t id, int count, const char* what, int token) {
  if (id < 0 || id >= count)
    throw data_error(std::string(what) + " " + std::to_string(id) + " at token " + std::to_string(token) +
                     " is not in 0 .. " + std::to_string(count - 1) +
                     "; the tokenizer and the model's vocabulary do not match.");
  return id;
}
}  // namespace detail

}  // namespace krait::kernel
