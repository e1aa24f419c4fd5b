// krait/backend/arena.hpp: scratch memory of one thread, taken and given back like a stack; nothing is allocated after
// set-up.
#pragma once
#include <algorithm>
#include <cstddef>
#include <krait/core/aligned.hpp>
#include <krait/core/error.hpp>
#include <string>

namespace krait::backend {

/// Bump allocator over one reservation of address space; pages cost memory only once they have been touched.
class arena {
 public:
  explicit arena(std::size_t bytes = std::size_t{1} << 30)
      : memory_(static_cast<std::byte*>(map_pages(bytes)), unmap{bytes}), size_(bytes) {}

  /// Everything taken while a frame lives is given back at its end.
  class frame {
   public:
    explicit frame(arena& a) : arena_(a), mark_(a.used_) {}
    ~frame() { arena_.used_ = mark_; }
    frame(const frame&) = delete;
    frame& operator=(const frame&) = delete;
    /// `count` uninitialised T, aligned to 128 bytes. Throws device_error when the reservation is spent.
    template <class T> T* take(std::size_t count) {
      const std::size_t at = (arena_.used_ + 127) / 128 * 128;
      if (at + count * sizeof(T) > arena_.size_)
        throw device_error("A scratch arena of " + std::to_string(arena_.size_ >> 20) +
                           " MiB is spent; use a shorter length or fewer sequences a shard.");
      arena_.used_ = at + count * sizeof(T);
      arena_.peak_ = std::max(arena_.peak_, arena_.used_);
      return reinterpret_cast<T*>(arena_.memory_.get() + at);
    }

   private:
    arena& arena_;
    std::size_t mark_;
  };

  /// Most bytes in use at any time so far.
  std::size_t peak() const { return peak_; }

 private:
  std::unique_ptr<std::byte, unmap> memory_;
  std::size_t size_, used_ = 0, peak_ = 0;
};

}  // namespace krait::backend
