// krait/core/version.hpp: which krait this is; a build may name itself more exactly with
// -DKRAIT_VERSION="0.2.0+3f2a1c".
#pragma once

namespace krait {

#ifdef KRAIT_VERSION
inline constexpr const char* version = KRAIT_VERSION;
#else
inline constexpr const char* version = "0.2.0";
#endif

}  // namespace krait
