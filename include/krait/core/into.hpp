// krait/core/into.hpp: what an operation does with what its output held before.
#pragma once

namespace krait {

enum class into { overwrite, add };

}  // namespace krait
