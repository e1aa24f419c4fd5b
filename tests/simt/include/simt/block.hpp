// simt/block.hpp: runs one thread block. Its threads are fibers of one OS thread; each runs until it has to meet others
// (a barrier, a shuffle, a vote), and the seed decides who runs next. All meetings, of a block or of a warp, go one
// way:
//   a thread leaves a request (which operation, with whom, with what value) and sleeps; when the last one of those
//   concerned has asked for the same, the operation computes every result and all of them may go on.
// When nobody can go on and somebody still waits, the kernel is wrong, and the requests tell how.
#pragma once
#include <cstdio>
#include <deque>
#include <exception>
#include <random>
#include <simt/thread.hpp>

namespace simt {

class block {
 public:
  explicit block(std::size_t stack_bytes) : stack_bytes_(stack_bytes) {}

  /// Runs block `index` of the grid to its end.
  void run(const grid& launched, uint3 index);

  /// The running thread waits until its operation is complete; returns its result.
  std::uint64_t meet(const request& asks);
  /// The running thread lets others go first.
  void yield();

  /// The lanes of the running thread's warp that have not exited.
  std::uint32_t live_lanes() const { return live_[self_->warp()]; }
  const thread& self() const { return *self_; }

  [[noreturn]] void fail(const std::string& what) const { fail(what, *self_); }
  [[noreturn]] void fail(const std::string& what, const thread& at) const {
    throw error(place() + ", thread " + text(at.index) + ": " + what);
  }
  std::string place() const { return "kernel " + grid_->name() + ", block " + text(index_); }

 private:
  struct abandoned {};  // thrown into sleeping threads of a block that has failed, to unwind them

  void open_shared_memory() const;
  void close_shared_memory() const;
  void execute(thread& one);
  void enter(thread& one, fiber& from);
  void hand_over(thread& one);
  thread& next();
  void sleep();
  void wake(std::span<thread* const> group);
  void complete_block();
  void complete_warp(unsigned warp, std::uint32_t mask, const operation* what);
  void exit(thread& one);
  void unwind();
  [[noreturn]] void explain_deadlock() const;

  const std::size_t stack_bytes_;
  const grid* grid_ = nullptr;
  uint3 index_{};
  std::vector<std::unique_ptr<thread>> threads_;  // grows to the largest block seen; stacks are reused
  unsigned size_ = 0, exited_ = 0, at_barrier_ = 0;
  std::vector<std::uint32_t> live_, asleep_;  // lanes, for each warp
  std::deque<thread*> ready_;
  std::vector<thread*> group_;
  thread* self_ = nullptr;
  fiber* outside_ = nullptr;  // where run() runs
  std::mt19937 random_;
  order order_ = order::ascending;
  std::uint64_t idle_yields_ = 0;
  char barrier_[2] = {};  // addresses that stand for the last two barriers (ThreadSanitizer only)
  std::uint64_t barriers_ = 0;
  std::exception_ptr failure_;
};

/// The block that this OS thread is running.
inline constinit thread_local block* running = nullptr;

/// The same, for the functions of the device: outside of a kernel they are an error.
inline block& here(const char* function) {
  if (!running) throw error(std::string("simt: ") + function + " was called outside of a kernel");
  return *running;
}

}  // namespace simt

// The built-in variables. They are set anew whenever another thread goes on.
inline constinit thread_local uint3 threadIdx{}, blockIdx{};
inline constinit thread_local dim3 blockDim{}, gridDim{};
inline constexpr int warpSize = simt::warp_threads;

namespace simt {

/// Nothing of an earlier block can be read, and beyond the dynamic bytes of the launch nothing can be touched.
inline void block::open_shared_memory() const {
  unsigned char* const local = symbols::thread_local_block();
  for (const auto& variable : symbols::of_program().shared()) {
    unsigned char* const base = local + variable.offset;
    const bool dynamic = variable.bytes == dynamic_capacity;
    sanitizers::allow(base, variable.bytes);
    sanitizers::forget(base, variable.bytes);
    fill_with_nan(base, dynamic ? grid_->shared_bytes + guard : variable.bytes);
    if (dynamic) sanitizers::forbid(base + grid_->shared_bytes, dynamic_capacity - grid_->shared_bytes);
  }
}

inline void block::close_shared_memory() const {
  unsigned char* const local = symbols::thread_local_block();
  const std::size_t end = grid_->shared_bytes + grid_->shared_bytes % 2;
  for (const auto& variable : symbols::of_program().shared()) {
    if (variable.bytes != dynamic_capacity) continue;
    sanitizers::allow(local + variable.offset, dynamic_capacity);
    if (!is_filled(local + variable.offset + end, guard - 2))
      throw error(place() + ": it wrote beyond its " + std::to_string(grid_->shared_bytes) +
                  " bytes of dynamic shared memory");
  }
}

inline void block::run(const grid& launched, uint3 index) {
  const sanitizers::quiet quiet;
  grid_ = &launched;
  index_ = index;
  order_ = order_of(launched.seed);
  random_.seed(
      static_cast<unsigned>(launched.seed * 0x9E3779B1u + index.x * 0x85EBCA77u + index.y * 0xC2B2AE3Du + index.z));
  size_ = launched.threads.x * launched.threads.y * launched.threads.z;
  exited_ = at_barrier_ = 0;
  idle_yields_ = barriers_ = 0;
  failure_ = nullptr;
  live_.assign((size_ + warp_threads - 1) / warp_threads, 0);
  asleep_.assign(live_.size(), 0);
  ready_.clear();
  while (threads_.size() < size_) {
    threads_.push_back(std::make_unique<thread>());
    thread& one = *threads_.back();
    one.context = std::make_unique<fiber>(stack_bytes_, [this, &one] { execute(one); });
  }
  for (unsigned rank = 0; rank < size_; ++rank) {
    thread& one = *threads_[rank];
    const auto [x, y, z] = launched.threads;
    one.rank = rank;
    one.index = {rank % x, rank / x % y, rank / (x * y)};
    one.state = thread::ready;
    one.asks = {};
    one.meetings = 0;
    live_[one.warp()] |= 1u << one.lane();
    ready_.push_back(&one);
  }
  open_shared_memory();
  fiber outside;
  outside_ = &outside;
  running = this;
  blockIdx = index;
  blockDim = launched.threads;
  gridDim = launched.blocks;
  while (exited_ < size_ && !failure_) {
    if (ready_.empty()) {
      try {
        explain_deadlock();
      } catch (...) {
        failure_ = std::current_exception();
      }
    } else {
      enter(next(), outside);
    }
  }
  if (failure_) unwind();
  running = nullptr;
  if (!failure_) close_shared_memory();
  if (failure_) std::rethrow_exception(failure_);
}

/// One round of a fiber: the kernel, once, as one thread.
inline void block::execute(thread& one) {
  sanitizers::acquire(&grid_->begun);
  try {
    if (!failure_) grid_->kernel();
  } catch (const abandoned&) {
  } catch (...) {
    const sanitizers::quiet quiet;
    if (!failure_) failure_ = std::current_exception();
  }
  sanitizers::release(&grid_->ended);
  const sanitizers::quiet quiet;
  exit(one);
  hand_over(one);
}

inline void block::enter(thread& one, fiber& from) {
  self_ = &one;
  threadIdx = one.index;
  from.go_to(*one.context);
}

/// Leaves the running thread for the next one that is ready; for run() if there is none, or if the block has failed.
inline void block::hand_over(thread& one) {
  if (failure_ || ready_.empty()) return one.context->go_to(*outside_);
  thread& other = next();
  if (&other != &one) enter(other, *one.context);
}

inline thread& block::next() {
  if (order_ == order::random) std::swap(ready_.front(), ready_[random_() % ready_.size()]);
  thread& one = order_ == order::descending ? *ready_.back() : *ready_.front();
  order_ == order::descending ? ready_.pop_back() : ready_.pop_front();
  return one;
}

inline void block::sleep() {
  hand_over(*self_);
  if (failure_) throw abandoned{};
}

inline std::uint64_t block::meet(const request& asks) {
  thread& one = *self_;
  const bool of_block = asks.what->with == operation::block;
  if (asks.what->orders_memory) {
    if (of_block)
      sanitizers::release(&barrier_[barriers_ % 2]);
    else
      sanitizers::release(&one.sync[one.meetings % 2]);
  }
  {
    const sanitizers::quiet quiet;
    idle_yields_ = 0;
    one.asks = asks;
    one.state = thread::waiting;
    if (of_block) {
      if (++at_barrier_ == size_) complete_block();
    } else {
      const std::uint32_t bit = 1u << one.lane();
      if (!(asks.mask & bit))
        fail(std::string(asks.what->name) + " at " + text(asks.where) + ": the mask does not name the calling lane");
      asleep_[one.warp()] |= bit;
      complete_warp(one.warp(), asks.mask, asks.what);
    }
    sleep();
  }
  if constexpr (sanitizers::race) {
    for (void* from : one.acquires) sanitizers::acquire(from);
    one.acquires.clear();
  }
  return one.result;
}

inline void block::yield() {
  const sanitizers::quiet quiet;
  if (grid_->alone && ++idle_yields_ > 1000000)
    fail("livelock: no thread of the block does what it waits for, and here blocks run one after another");
  order_ == order::descending ? ready_.push_front(self_) : ready_.push_back(self_);
  sleep();
}

/// Everybody in the group asked for the same: give the results, let them go on.
inline void block::wake(std::span<thread* const> group) {
  if (group.front()->asks.what->resolve) group.front()->asks.what->resolve(group);
  for (thread* one : group) {
    one->state = thread::ready;
    if constexpr (sanitizers::race)
      if (one->asks.what->orders_memory) {
        if (one->asks.what->with == operation::block)
          one->acquires = {&barrier_[barriers_ % 2]};
        else
          for (thread* other : group) one->acquires.push_back(&other->sync[other->meetings % 2]);
      }
    ready_.push_back(one);
  }
  for (thread* one : group) ++one->meetings;
}

inline void block::complete_block() {
  const request& first = threads_[0]->asks;
  group_.clear();
  for (unsigned rank = 0; rank < size_; ++rank) {
    thread& one = *threads_[rank];
    if (one.asks.what != first.what || !(one.asks.where == first.where))
      fail(std::string("divergent barrier: it waits at ") + one.asks.what->name + " at " + text(one.asks.where) +
               ", thread " + text(threads_[0]->index) + " at " + first.what->name + " at " + text(first.where),
           one);
    group_.push_back(&one);
  }
  at_barrier_ = 0;
  wake(group_);
  ++barriers_;
}

/// Completes an operation of a warp if all live lanes of the mask wait for it.
inline void block::complete_warp(unsigned warp, std::uint32_t mask, const operation* what) {
  const std::uint32_t concerned = mask & live_[warp];
  if (!concerned || concerned & ~asleep_[warp]) return;
  group_.clear();
  for (unsigned lane = 0; lane < warp_threads; ++lane)
    if (concerned >> lane & 1) {
      thread& one = *threads_[warp * warp_threads + lane];
      if (one.asks.what != what || one.asks.mask != mask) return;
      group_.push_back(&one);
    }
  asleep_[warp] &= ~concerned;
  wake(group_);
}

inline void block::exit(thread& one) {
  one.state = thread::exited;
  ++exited_;
  idle_yields_ = 0;
  live_[one.warp()] &= ~(1u << one.lane());
  if (failure_ || !asleep_[one.warp()]) return;
  for (unsigned lane = 0; lane < warp_threads; ++lane)  // others may have waited for this one
    if (asleep_[one.warp()] >> lane & 1) {
      const request asks = threads_[one.warp() * warp_threads + lane]->asks;
      if (!(asks.mask >> one.lane() & 1)) continue;
      try {
        complete_warp(one.warp(), asks.mask, asks.what);
      } catch (...) {
        failure_ = std::current_exception();
      }
    }
}

inline void block::unwind() {
  for (unsigned rank = 0; rank < size_; ++rank)
    if (threads_[rank]->state != thread::exited) enter(*threads_[rank], *outside_);
}

inline void block::explain_deadlock() const {
  struct crowd {
    const request* asks;
    const thread* first;
    unsigned count;
  };
  std::vector<crowd> crowds;
  const thread* gone = nullptr;
  for (unsigned rank = 0; rank < size_; ++rank) {
    const thread& one = *threads_[rank];
    if (one.state == thread::exited) {
      if (!gone) gone = &one;
      continue;
    }
    bool known = false;
    for (crowd& other : crowds)
      if (other.asks->what == one.asks.what && other.asks->mask == one.asks.mask && other.asks->where == one.asks.where)
        ++other.count, known = true;
    if (!known) crowds.push_back({&one.asks, &one, 1});
  }
  std::string message;
  bool of_block = false;
  for (const crowd& one : crowds) {
    of_block |= one.asks->what->with == operation::block;
    message += (message.empty() ? "" : "; ") + std::to_string(one.count) +
               (one.count == 1 ? " thread waits at " : " threads wait at ") + one.asks->what->name;
    if (one.asks->what->with == operation::warp) {
      char mask[16];
      std::snprintf(mask, sizeof mask, "0x%08x", one.asks->mask);
      message += std::string(" with mask ") + mask;
    }
    message += " at " + text(one.asks->where) + ", the first of them is thread " + text(one.first->index);
  }
  if (gone) message += "; " + std::to_string(exited_) + " exited, the first of them is thread " + text(gone->index);
  throw error(place() + ", thread " + text(crowds.front().first->index) + ": divergent " +
              (of_block ? "barrier" : "warp operation") + ", nobody can go on: " + message);
}

}  // namespace simt
