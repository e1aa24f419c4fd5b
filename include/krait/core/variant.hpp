// krait/core/variant.hpp: where a published description and its released code differ, which of the two.
#pragma once

namespace krait {

enum class variant { as_described, as_released };

}  // namespace krait
