// krait/core/variant.hpp: which of two readings of a published method: its text and its code often differ.
#pragma once

namespace krait {

/// For the config of a policy that has both, which says in its head how they differ.
enum class variant {
  as_described,  // in the paper or, where it leaves something open, with what is sound
  as_released,   // in the code that made the published numbers
};

}  // namespace krait
