// krait/statistics/execution.hpp: where whole arrays are transformed, sorted and counted: one Thrust policy for all.
#pragma once
#include <thrust/execution_policy.h>

namespace krait::statistics {

/// One thread, or OpenMP's with THRUST_HOST_SYSTEM=THRUST_HOST_SYSTEM_OMP. Sums that results hang on are not made by
/// it: OpenMP's reduce cuts an array by the processors there are (CCCL of CUDA 13.0), so that its bits differ by
/// machine.
inline constexpr const auto& on_arrays = thrust::host;

}  // namespace krait::statistics
