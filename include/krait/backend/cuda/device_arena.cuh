// krait/backend/cuda/device_arena.cuh: scratch memory on a device, taken and given back like a stack by the host code
// that enqueues kernels; nothing is allocated after set-up. The same interface as backend/arena.hpp.
#pragma once
#include <cuda_runtime.h>

#include <algorithm>
#include <cstddef>
#include <krait/backend/cuda/check.cuh>
#include <string>

namespace krait::backend {

/// The scratch memory of a device does not do.
struct scratch_spent : device_error {
  using device_error::device_error;
};

/// Bump allocator over device memory that somebody else owns. Kernels of one stream run in order, so memory that was
/// given back may be taken again at once.
class device_arena {
 public:
  device_arena() = default;
  device_arena(void* memory, std::size_t bytes) : memory_(static_cast<std::byte*>(memory)), size_(bytes) {}

  /// Everything taken while a frame lives is given back at its end.
  class frame {
   public:
    explicit frame(device_arena& a) : arena_(a), mark_(a.used_) {}
    ~frame() { arena_.used_ = mark_; }
    frame(const frame&) = delete;
    frame& operator=(const frame&) = delete;
    /// `count` uninitialised T on the device, aligned to 256 bytes. Throws scratch_spent when the memory is spent.
    template <class T> T* take(std::size_t count) {
      const std::size_t at = (arena_.used_ + 255) / 256 * 256;
      if (at + count * sizeof(T) > arena_.size_)
        throw scratch_spent("The device's scratch memory of " + std::to_string(arena_.size_ >> 20) +
                            " MiB is spent; use a shorter length or fewer sequences a step.");
      arena_.used_ = at + count * sizeof(T);
      arena_.peak_ = std::max(arena_.peak_, arena_.used_);
      return reinterpret_cast<T*>(arena_.memory_ + at);
    }

   private:
    device_arena& arena_;
    std::size_t mark_;
  };

  /// Most bytes in use at any time so far.
  std::size_t peak() const { return peak_; }

 private:
  std::byte* memory_ = nullptr;
  std::size_t size_ = 0, used_ = 0, peak_ = 0;
};

}  // namespace krait::backend
