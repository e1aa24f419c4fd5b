// tests/train/no_allocation.cpp: a training step allocates no memory, maps no pages and takes no lock once it is
// set up: every door to these is replaced by one that counts.
#define BOOST_TEST_MODULE train_no_allocation
#include <dlfcn.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <boost/test/unit_test.hpp>
#include <cerrno>
#include <cstdlib>
#include <new>

#include "tiny.hpp"
using namespace krait;
using namespace krait::train;
using namespace krait::testing;

// The sanitizers have doors of their own.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define KRAIT_COUNTS 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define KRAIT_COUNTS 0
#endif
#endif
#ifndef KRAIT_COUNTS
#define KRAIT_COUNTS 1
#endif

namespace {
std::atomic<long> allocations{0}, maps{0}, locks{0};  // of all threads

struct count {
  long allocated = allocations, mapped = maps, locked = locks;
  bool operator==(const count&) const = default;
};
}  // namespace

#if KRAIT_COUNTS
extern "C" {
void* __libc_malloc(std::size_t);
void* __libc_calloc(std::size_t, std::size_t);
void* __libc_realloc(void*, std::size_t);
void* __libc_memalign(std::size_t, std::size_t);
void __libc_free(void*);

// operator new and delete of the standard library end here too.
void* malloc(std::size_t bytes) {
  ++allocations;
  return __libc_malloc(bytes);
}
void* calloc(std::size_t count, std::size_t bytes) {
  ++allocations;
  return __libc_calloc(count, bytes);
}
void* realloc(void* p, std::size_t bytes) {
  ++allocations;
  return __libc_realloc(p, bytes);
}
void* memalign(std::size_t alignment, std::size_t bytes) {
  ++allocations;
  return __libc_memalign(alignment, bytes);
}
void* aligned_alloc(std::size_t alignment, std::size_t bytes) { return memalign(alignment, bytes); }
int posix_memalign(void** to, std::size_t alignment, std::size_t bytes) {
  *to = memalign(alignment, bytes);
  return *to ? 0 : ENOMEM;
}
void free(void* p) {
  if (p) ++allocations;
  __libc_free(p);
}
void* mmap(void* at, std::size_t bytes, int protection, int flags, int file, off_t offset) noexcept {
  ++maps;
  return reinterpret_cast<void*>(syscall(SYS_mmap, at, bytes, protection, flags, file, offset));
}
int munmap(void* at, std::size_t bytes) noexcept {
  ++maps;
  return static_cast<int>(syscall(SYS_munmap, at, bytes));
}
int pthread_mutex_lock(pthread_mutex_t* mutex) noexcept {
  using function = int (*)(pthread_mutex_t*);
  static std::atomic<function> real{nullptr};  // found once; a local static of C++ would lock
  if (!real.load()) real.store(reinterpret_cast<function>(dlsym(RTLD_NEXT, "pthread_mutex_lock")));
  ++locks;
  return real.load()(mutex);
}
}

void* operator new(std::size_t bytes) {
  if (void* p = malloc(bytes)) return p;
  throw std::bad_alloc();
}
void operator delete(void* p) noexcept { free(p); }
void operator delete(void* p, std::size_t) noexcept { free(p); }
#endif

namespace {

const text_set texts(some_pairs(24), tiny_length);

/// What `steps` steps count, after a few that set everything up.
template <class Step> count counted(Step&& step, long steps = 20) {
  for (long i = 0; i < 2; ++i) step(i);
  const count before;
  for (long i = 2; i < 2 + steps; ++i) step(i);
  const count after;
  return {after.allocated - before.allocated, after.mapped - before.mapped, after.locked - before.locked};
}
constexpr count nothing{0, 0, 0};

template <class Model, class Precision = optim::fp32> void texts_allocate_nothing() {
  text_trainer<Model, brisk, Precision> trainer(1, 2);
  example_order order(texts, 3, 10);
  double last = 0;
  const auto step = [&](long i) {
    const text_batch batch(texts, order.at(i), tiny_shard::cap.sequences);  // made anew each step, as studies do
    last = trainer.step(batch, 0.01).loss;
    BOOST_REQUIRE(last > 0);
  };
  BOOST_TEST((counted(step) == nothing));
  BOOST_TEST((counted([&](long i) {
                const text_batch batch(texts, order.at(i), 4);
                last += trainer.loss(batch);
              }) == nothing));
}

}  // namespace

#if KRAIT_COUNTS

// Counters that count nothing would prove nothing.
BOOST_AUTO_TEST_CASE(the_doors_count) {
  const count before;
  void* volatile p = std::malloc(10);  // volatile, or a compiler leaves out what is not used
  std::free(p);
  p = ::operator new(10);
  ::operator delete(p);
  const long allocated = allocations;
  BOOST_TEST(allocated >= before.allocated + 4);
  { const auto pages = make_heap<std::array<float, 5000>>(); }
  BOOST_TEST(maps >= before.mapped + 2);
  pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  pthread_mutex_lock(&mutex);
  pthread_mutex_unlock(&mutex);
  BOOST_TEST(locks >= before.locked + 1);
}

BOOST_AUTO_TEST_CASE(a_step_of_a_mamba) { texts_allocate_nothing<tiny_mamba>(); }
BOOST_AUTO_TEST_CASE(a_step_of_a_transformer) { texts_allocate_nothing<tiny_transformer>(); }
BOOST_AUTO_TEST_CASE(a_step_with_master_weights) { texts_allocate_nothing<tiny_transformer, optim::bf16_master>(); }

BOOST_AUTO_TEST_CASE(a_step_on_prompts) {
  vector_trainer<> trainer(1, 2);
  double last = 0;
  BOOST_TEST((counted([&](long i) { last += trainer.step(prompts(i), 0.01).loss; }) == nothing));
  BOOST_TEST(std::isfinite(last));
}

#else

BOOST_AUTO_TEST_CASE(nothing_to_count) { BOOST_TEST_MESSAGE("skipped: a sanitizer allocates by itself"); }

#endif
