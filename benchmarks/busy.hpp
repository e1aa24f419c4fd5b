// benchmarks/busy.hpp: how long a device is at work, from CUPTI's records of its activities.
#pragma once
#include <optional>
#ifdef KRAIT_WITH_CUPTI
#include <cupti.h>

#include <cstdlib>
#include <krait/backend/cuda/check.cuh>
#endif

namespace krait::benchmark {

#ifdef KRAIT_WITH_CUPTI
namespace detail {
inline double busy_ns = 0;

inline void CUPTIAPI make_buffer(std::uint8_t** buffer, std::size_t* size, std::size_t* most_records) {
  *size = std::size_t{1} << 20;
  *buffer = static_cast<std::uint8_t*>(std::aligned_alloc(8, *size));
  *most_records = 0;  // as many as fit
}
inline void CUPTIAPI read_buffer(CUcontext, std::uint32_t, std::uint8_t* buffer, std::size_t, std::size_t valid) {
  const auto add = [](const auto* activity) { busy_ns += static_cast<double>(activity->end - activity->start); };
  for (CUpti_Activity* record = nullptr; cuptiActivityGetNextRecord(buffer, valid, &record) == CUPTI_SUCCESS;)
    switch (record->kind) {
      case CUPTI_ACTIVITY_KIND_CONCURRENT_KERNEL:
        add(reinterpret_cast<const CUpti_ActivityKernel9*>(record));
        break;
      case CUPTI_ACTIVITY_KIND_MEMCPY:
        add(reinterpret_cast<const CUpti_ActivityMemcpy5*>(record));
        break;
      case CUPTI_ACTIVITY_KIND_MEMSET:
        add(reinterpret_cast<const CUpti_ActivityMemset4*>(record));
        break;
      default:
        break;
    }
  std::free(buffer);
}
}  // namespace detail

/// Milliseconds that kernels and copies take while f runs, which uses one stream and waits for it; none where they
/// cannot be recorded. Recording slows f down: its own time is to be measured without.
template <class F> std::optional<double> busy_ms(F&& f) {
  constexpr CUpti_ActivityKind kinds[] = {CUPTI_ACTIVITY_KIND_CONCURRENT_KERNEL, CUPTI_ACTIVITY_KIND_MEMCPY,
                                          CUPTI_ACTIVITY_KIND_MEMSET};
  bool recorded = cuptiActivityRegisterCallbacks(detail::make_buffer, detail::read_buffer) == CUPTI_SUCCESS;
  for (const CUpti_ActivityKind kind : kinds) recorded = recorded && cuptiActivityEnable(kind) == CUPTI_SUCCESS;
  detail::busy_ns = 0;
  f();
  backend::check(cudaDeviceSynchronize(), "cudaDeviceSynchronize");
  recorded = cuptiActivityFlushAll(CUPTI_ACTIVITY_FLAG_FLUSH_FORCED) == CUPTI_SUCCESS && recorded;
  for (const CUpti_ActivityKind kind : kinds) cuptiActivityDisable(kind);
  if (!recorded || detail::busy_ns == 0) return std::nullopt;
  return detail::busy_ns / 1e6;
}
#else
template <class F> std::optional<double> busy_ms(F&&) { return std::nullopt; }
#endif

}  // namespace krait::benchmark
