// simt/device_memory.hpp: which memory is whose. With AddressSanitizer memory of the device alone (cudaMalloc) is
// forbidden to the host, and a kernel is refused arguments that hold addresses of the host's heap or stack.
#pragma once
#include <cstdint>
#include <map>
#include <mutex>
#include <simt/error.hpp>
#include <simt/sanitizers.hpp>
#include <string>
#include <type_traits>

namespace simt {

/// Everything that the runtime has allocated.
class device_memory {
 public:
  static device_memory& all() {
    static auto& one = *new device_memory;
    return one;
  }
  void add(const void* at, std::size_t bytes, bool device_only) {
    const std::scoped_lock lock(guard_);
    made_[reinterpret_cast<std::uintptr_t>(at)] = {bytes, device_only};
    if (device_only && depth_ == 0) sanitizers::forbid(at, bytes);
  }
  void remove(const void* at) {
    const std::scoped_lock lock(guard_);
    if (const auto found = made_.find(reinterpret_cast<std::uintptr_t>(at)); found != made_.end()) {
      sanitizers::allow(at, found->second.bytes);
      made_.erase(found);
    }
  }
  /// The device begins to work, or has done so.
  void enter() {
    const std::scoped_lock lock(guard_);
    if (depth_++ == 0) for_each_of_device(sanitizers::allow);
  }
  void leave() {
    const std::scoped_lock lock(guard_);
    if (--depth_ == 0) for_each_of_device(sanitizers::forbid);
  }
  bool has(const void* at) {
    const std::scoped_lock lock(guard_);
    const auto address = reinterpret_cast<std::uintptr_t>(at);
    const auto after = made_.upper_bound(address);
    return after != made_.begin() && address - std::prev(after)->first <= std::prev(after)->second.bytes;
  }

 private:
  struct allocation {
    std::size_t bytes;
    bool device_only;
  };
  template <class F> void for_each_of_device(F&& f) const {
    for (const auto& [at, one] : made_)
      if (one.device_only) f(reinterpret_cast<const void*>(at), one.bytes);
  }
  std::mutex guard_;
  std::map<std::uintptr_t, allocation> made_;
  int depth_ = 0;
};

/// While there is one, device memory may be touched.
struct on_device {
  on_device() { device_memory::all().enter(); }
  ~on_device() { device_memory::all().leave(); }
  on_device(const on_device&) = delete;
};

/// Throws where the host has `address` on its heap or stack. Null and what is no address are fine. who(): who wants it.
template <class Who> void refuse_host_pointer(const void* address, Who&& who) {
  if (reinterpret_cast<std::uintptr_t>(address) >> 16 == 0 || device_memory::all().has(address)) return;
  if (const char* where = sanitizers::host_place(address))
    throw error(std::string(who()) + " is given an address of the host's " + where + ", which a device cannot read");
}

/// The same for every word of an argument.
template <class T, class Who> void refuse_host_pointers(const T& argument, Who&& who) {
#if defined(SIMT_ASAN) && defined(__has_builtin)
#if __has_builtin(__builtin_clear_padding)
  if constexpr (std::is_trivially_copyable_v<T> && alignof(T) >= alignof(void*)) {
    auto copy = argument;  // padding holds whatever was there before, say an address
    __builtin_clear_padding(&copy);
    const void* words[sizeof(T) / sizeof(void*)];
    __builtin_memcpy(words, &copy, sizeof words);
    for (const void* word : words) refuse_host_pointer(word, who);
  }
#endif
#endif
  (void)argument, (void)who;
}

}  // namespace simt
