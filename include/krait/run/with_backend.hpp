// krait/run/with_backend.hpp: the backend that --device names, as a type.
#pragma once
#include <krait/run/options.hpp>
#include <krait/train/cpu.hpp>
#include <type_traits>
#ifdef KRAIT_WITH_CUDA
#include <krait/train/cuda.cuh>
#endif

namespace krait::program {

/// f(std::type_identity<Backend>()). A program that was built without CUDA has refused another device before.
template <class F> void with_backend([[maybe_unused]] device_kind device, F&& f) {
#ifdef KRAIT_WITH_CUDA
  if (device == device_kind::cuda) return f(std::type_identity<backend::cuda>());
#endif
  f(std::type_identity<backend::cpu>());
}

}  // namespace krait::program
