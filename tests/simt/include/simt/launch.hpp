// simt/launch.hpp: runs a grid, block after block, on one OS thread or on several.
#pragma once
#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <numeric>
#include <simt/block.hpp>
#include <thread>
#include <tuple>

namespace simt {

/// How launches run. Set it between launches.
struct settings {
  std::uint64_t seed = 0;      // order of threads and blocks: 0 ascending, 1 descending, else random
  bool host_pointers = false;  // whether kernels may be given addresses of the host's memory (AddressSanitizer)
  bool permute_blocks = true;  // false: blocks start in ascending order whatever the seed
  unsigned workers = 1;        // OS threads; more than 1: blocks also run at the same time
  std::size_t stack_bytes = (sanitizers::address || sanitizers::race ? 256 : 64) * 1024;  // of a thread of the device
};
inline settings& options() {
  static settings chosen;
  return chosen;
}

/// Dynamic shared memory that cudaFuncSetAttribute has allowed, by kernel.
inline std::map<const void*, std::size_t>& shared_allowances() {
  static std::map<const void*, std::size_t> bytes;
  return bytes;
}

/// Bytes of the __shared__ variables that are spelt in the kernel itself (not in functions that it calls).
inline std::size_t static_shared_bytes(const void* function) {
  const auto& program = symbols::of_program();
  const std::string_view name = program.mangled(function);
  std::size_t bytes = 0;
  if (name.starts_with("_Z"))
    for (const auto& variable : program.shared())
      if (variable.name.starts_with(std::string("_ZZ").append(name.substr(2)))) bytes += variable.bytes;
  return bytes;
}

inline void check_shape(const grid& launched) {
  const auto refuse = [&](const std::string& why) {
    throw error("kernel " + launched.name() + " cannot be launched: " + why);
  };
  const auto& [bx, by, bz] = launched.blocks;
  const auto& [tx, ty, tz] = launched.threads;
  if (!bx || !by || !bz) refuse("the grid is empty, " + text({bx, by, bz}));
  if (bx > 2147483647u || by > 65535 || bz > 65535) refuse("the grid is too large, " + text({bx, by, bz}));
  if (!tx || !ty || !tz) refuse("the block is empty, " + text({tx, ty, tz}));
  if (std::uint64_t{tx} * ty * tz > 1024 || tz > 64)
    refuse("a block has at most 1024 threads (64 in z), not " + std::to_string(std::uint64_t{tx} * ty * tz) + " " +
           text({tx, ty, tz}));
  const std::size_t fixed = static_shared_bytes(launched.function), bytes = launched.shared_bytes + fixed;
  if (bytes > largest_shared)
    refuse(std::to_string(bytes) + " bytes of shared memory are above the 232448 (227 KiB) that a block may have");
  const auto allowance = shared_allowances().find(launched.function);
  if (bytes > largest_shared_by_default &&
      (allowance == shared_allowances().end() || launched.shared_bytes > allowance->second))
    refuse(std::to_string(bytes) +
           " bytes of shared memory are above 48 KiB; allow them first by cudaFuncSetAttribute(kernel, "
           "cudaFuncAttributeMaxDynamicSharedMemorySize, bytes)");
}

/// Blocks with their stacks, kept for later launches until the process ends.
class block_pool {
 public:
  static std::unique_ptr<block> take() {
    const std::scoped_lock lock(mine().guard);
    auto& idle = mine().idle[options().stack_bytes];
    if (idle.empty()) return std::make_unique<block>(options().stack_bytes);
    auto one = std::move(idle.back());
    idle.pop_back();
    return one;
  }
  static void give(std::unique_ptr<block> one) {
    const std::scoped_lock lock(mine().guard);
    mine().idle[options().stack_bytes].push_back(std::move(one));
  }

 private:
  static block_pool& mine() {
    static auto& pool = *new block_pool;
    return pool;
  }
  std::mutex guard;
  std::map<std::size_t, std::vector<std::unique_ptr<block>>> idle;
};

inline void run(const grid& launched) {
  if (running) throw error("simt: a kernel cannot be launched from a kernel");
  check_shape(launched);
  const std::uint64_t x = launched.blocks.x, y = launched.blocks.y, z = launched.blocks.z;
  std::vector<std::uint64_t> turns(x * y * z);
  std::iota(turns.begin(), turns.end(), 0);
  if (options().permute_blocks) {
    if (order_of(launched.seed) == order::descending) std::reverse(turns.begin(), turns.end());
    if (order_of(launched.seed) == order::random)
      std::shuffle(turns.begin(), turns.end(), std::mt19937_64(launched.seed));
  }
  std::atomic<std::uint64_t> turn = 0;
  std::exception_ptr failure;
  std::mutex failing;
  const auto work = [&] {
    auto mine = block_pool::take();
    sanitizers::release(&launched.begun);
    try {
      for (std::uint64_t i; (i = turn++) < turns.size();) {
        const std::uint64_t at = turns[i];
        mine->run(launched, {static_cast<unsigned>(at % x), static_cast<unsigned>(at / x % y),
                             static_cast<unsigned>(at / x / y)});
      }
    } catch (...) {
      const std::scoped_lock lock(failing);
      if (!failure) failure = std::current_exception();
      turn = turns.size();
    }
    block_pool::give(std::move(mine));
  };
  sanitizers::release(&launched.begun);
  if (launched.alone) {
    work();
  } else {
    std::vector<std::thread> workers;
    for (unsigned i = 0; i < options().workers; ++i) workers.emplace_back(work);
    for (auto& worker : workers) worker.join();
  }
  sanitizers::acquire(&launched.ended);
  if (failure) std::rethrow_exception(failure);
}

/// Runs a kernel as a device would; every launch is complete when it returns.
template <class... Parameters, class... Arguments>
void launch(void (*kernel)(Parameters...), dim3 blocks, dim3 threads, std::size_t shared_bytes,
            Arguments&&... arguments) {
  const std::tuple<Parameters...> held(std::forward<Arguments>(arguments)...);
  run({reinterpret_cast<const void*>(kernel), blocks, threads, shared_bytes, [&] { std::apply(kernel, held); },
       options().seed, options().workers <= 1});
}

}  // namespace simt

#ifdef SIMT_ASAN
/// Called by AddressSanitizer before its report.
extern "C" inline __attribute__((used)) void __asan_on_error() {
  if (simt::running)
    std::fprintf(stderr, "simt: the next report is about %s, thread %s\n", simt::running->place().c_str(),
                 simt::text(simt::running->self().index).c_str());
}
#endif
