// krait/backend/cpu/team.hpp: a fixed team of threads that runs one function at a time. No lock and no allocation per
// run.
#pragma once
#if defined(__SSE__)
#include <xmmintrin.h>
#endif

#include <atomic>
#include <exception>
#include <memory>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

namespace krait::backend {

/// Threads 1 .. size() - 1 sleep between runs; thread 0 is the caller. Denormals are flushed to zero in every member,
/// or a decaying state costs a hundred times as much.
class team {
 public:
  explicit team(int size) : failures_(static_cast<std::size_t>(size)) {
    flush_denormals();
    for (int i = 1; i < size; ++i) threads_.emplace_back([this, i] { serve(i); });
  }
  ~team() {
    stop_ = true;
    turn_.fetch_add(1);
    turn_.notify_all();
  }
  team(const team&) = delete;
  team& operator=(const team&) = delete;

  int size() const { return static_cast<int>(failures_.size()); }

  /// Calls f(thread) on every member and returns when all have ended; the first member's exception is thrown again.
  template <class F> void run(F&& f) {
    call_ = [](void* context, int thread) { (*static_cast<std::remove_reference_t<F>*>(context))(thread); };
    context_ = const_cast<void*>(static_cast<const void*>(std::addressof(f)));
    busy_.store(size() - 1);
    turn_.fetch_add(1);
    turn_.notify_all();
    work(0);
    for (int left = busy_.load(); left != 0; left = busy_.load()) busy_.wait(left);
    for (auto& failure : failures_)
      if (failure) {
        auto first = std::exchange(failure, nullptr);
        for (auto& other : failures_) other = nullptr;
        std::rethrow_exception(first);
      }
  }

 private:
  static void flush_denormals() {
#if defined(__SSE__)
    _mm_setcsr(_mm_getcsr() | 0x8040);  // FTZ and DAZ
#endif
  }
  void work(int thread) noexcept {
    try {
      call_(context_, thread);
    } catch (...) {
      failures_[static_cast<std::size_t>(thread)] = std::current_exception();
    }
  }
  void serve(int thread) {
    flush_denormals();
    for (unsigned seen = 0;;) {
      turn_.wait(seen);
      seen = turn_.load();
      if (stop_) return;
      work(thread);
      if (busy_.fetch_sub(1) == 1) busy_.notify_all();
    }
  }

  void (*call_)(void*, int) = nullptr;
  void* context_ = nullptr;
  std::atomic<unsigned> turn_{0};
  std::atomic<int> busy_{0};
  std::atomic<bool> stop_{false};
  std::vector<std::exception_ptr> failures_;
  std::vector<std::jthread> threads_;  // last, so that they have ended before the rest goes
};

}  // namespace krait::backend
