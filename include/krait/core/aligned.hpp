// krait/core/aligned.hpp: large structs on the heap. Weights are never locals: fixed tensors of that size end a stack.
#pragma once
#include <sys/mman.h>

#include <cstddef>
#include <krait/core/error.hpp>
#include <memory>
#include <string>
#include <type_traits>

namespace krait {

struct unmap {
  std::size_t bytes = 0;
  template <class T> void operator()(T* p) const { munmap(const_cast<void*>(static_cast<const void*>(p)), bytes); }
};

/// Owner of one trivially copyable T in zeroed pages of its own.
template <class T> using heap = std::unique_ptr<T, unmap>;

/// Zeroed memory for `bytes`, aligned to a page; huge pages are asked for. Throws device_error when there is none.
inline void* map_pages(std::size_t bytes) {
  void* p = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (p == MAP_FAILED)
    throw device_error("No memory for " + std::to_string(bytes >> 20) +
                       " MiB of weights or activations; use a smaller model, batch or length.");
  madvise(p, bytes, MADV_HUGEPAGE);
  return p;
}

/// A zeroed T. (A value-initialised `new T{}` would copy through the stack with some compilers.)
template <class T> heap<T> make_heap() {
  static_assert(std::is_trivially_copyable_v<T> && alignof(T) <= 4096);
  return heap<T>(static_cast<T*>(map_pages(sizeof(T))), unmap{sizeof(T)});
}

}  // namespace krait
