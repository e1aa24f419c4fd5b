// simt/thread.hpp: what a thread of a block is to the harness, what it asks for when it has to meet others, and a
// launch.
#pragma once
#include <cstdint>
#include <cstring>
#include <functional>
#include <memory>
#include <simt/fiber.hpp>
#include <simt/symbols.hpp>
#include <simt/vectors.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace simt {

inline constexpr unsigned warp_threads = 32;
inline constexpr std::size_t largest_shared = 227 * 1024;                // bytes a block may have on sm_90
inline constexpr std::size_t largest_shared_by_default = 48 * 1024;      // without cudaFuncSetAttribute
inline constexpr std::size_t guard = 1024;                               // bytes behind dynamic shared memory
inline constexpr std::size_t dynamic_capacity = largest_shared + guard;  // of an array from SIMT_DYNAMIC_SHARED

/// What every memory without a value holds: NaN as double, float, bfloat16 and half, -131075 as int.
inline void fill_with_nan(void* memory, std::size_t bytes) {
  auto* at = static_cast<unsigned char*>(memory);
  for (std::size_t i = 0; i < bytes; ++i) at[i] = i % 2 ? 0xFF : 0xFD;
}
inline bool is_filled(const void* memory, std::size_t bytes) {
  const auto* at = static_cast<const unsigned char*>(memory);
  for (std::size_t i = 0; i < bytes; ++i)
    if (at[i] != (i % 2 ? 0xFF : 0xFD)) return false;
  return true;
}

/// A place in the source, by default that of the caller (std::source_location, which clang 14 lacks).
struct location {
  const char* file = "";
  int line = 0;
  static constexpr location current(const char* file = __builtin_FILE(), int line = __builtin_LINE()) {
    return {file, line};
  }
  bool operator==(const location& other) const { return line == other.line && std::strcmp(file, other.file) == 0; }
};

struct thread;

/// Something for which threads meet. `resolve` sets the result of every participant; it may be null.
struct operation {
  const char* name;
  enum scope : unsigned char { warp, block } with;
  bool orders_memory;  // barriers do; shuffles and votes promise nothing
  void (*resolve)(std::span<thread* const> participants);
};

struct request {
  const operation* what = nullptr;
  std::uint32_t mask = 0;       // the lanes concerned, for a warp
  std::uint64_t value = 0;      // what the thread brings
  int argument = 0, width = 0;  // of shuffles
  location where{};
};

struct thread {
  enum { ready, waiting, exited } state = exited;
  uint3 index{};
  unsigned rank = 0;
  request asks;
  std::uint64_t result = 0;
  std::uint64_t meetings = 0;   // so far
  char sync[2] = {};            // addresses that stand for this thread's last two barriers
  std::vector<void*> acquires;  // what it learns on waking (ThreadSanitizer only)
  std::unique_ptr<fiber> context;

  unsigned lane() const { return rank % warp_threads; }
  unsigned warp() const { return rank / warp_threads; }
};

/// The order in which threads and blocks run: 0 ascending and in turn, 1 descending and each as far as it gets, then
/// random.
enum class order { ascending, descending, random };
inline order order_of(std::uint64_t seed) { return seed < 2 ? static_cast<order>(seed) : order::random; }

inline std::string text(const uint3& v) {
  return "(" + std::to_string(v.x) + "," + std::to_string(v.y) + "," + std::to_string(v.z) + ")";
}
inline std::string text(const location& where) {
  const std::string_view file = where.file;
  return std::string(file.substr(file.rfind('/') + 1)) + ":" + std::to_string(where.line);
}

/// What all blocks of a launch share.
struct grid {
  const void* function;  // the kernel, for its name
  dim3 blocks, threads;
  std::size_t shared_bytes;
  std::function<void()> kernel;  // calls it with its arguments
  std::uint64_t seed;
  bool alone;                         // blocks run one after another, not on several OS threads
  mutable char begun = 0, ended = 0;  // addresses that stand for the launch and its end (ThreadSanitizer only)

  std::string name() const { return symbols::of_program().readable(function); }
};

}  // namespace simt
