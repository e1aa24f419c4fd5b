// krait/core/version.hpp: which krait this is.
#pragma once

namespace krait {

#ifdef KRAIT_VERSION_OF_CLONE
extern const char* const version;  // "0.2.0+3f2a1c": defined by the build (cmake/krait_version.cmake)
#else
inline constexpr const char* version = "0.2.0";
#endif

}  // namespace krait
