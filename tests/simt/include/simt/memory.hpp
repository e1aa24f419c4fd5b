// simt/memory.hpp: atomics, fences and cached loads. Atomic over the OS threads that run blocks at the same time.
#pragma once
#include <atomic>
#include <chrono>
#include <functional>
#include <simt/meetings.hpp>

namespace simt {

template <class T, class... Types>
concept one_of = (std::same_as<T, Types> || ...);
template <class T>
concept atomic_integer = one_of<T, int, unsigned, unsigned long long>;
template <class T>
concept atomic_exchanged = atomic_integer<T> || one_of<T, float>;
template <class T>
concept atomic_compared = atomic_integer<T> || one_of<T, unsigned short>;
template <class T>
concept atomic_number = atomic_integer<T> || one_of<T, float, double>;

/// Replaces *at by next(*at) in one step; returns what was there.
template <class T, class Next> T replace(T* at, Next next) {
  T old, wanted;
  __atomic_load(at, &old, __ATOMIC_SEQ_CST);
  do wanted = next(old);
  while (!__atomic_compare_exchange(at, &old, &wanted, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST));
  return old;
}

/// int overflows as on a device: it goes on at the other end.
template <class T, class Op> T wrapping(T a, T b, Op op) {
  if constexpr (std::same_as<T, int>)
    return static_cast<int>(op(static_cast<unsigned>(a), static_cast<unsigned>(b)));
  else
    return op(a, b);
}

}  // namespace simt

template <simt::atomic_number T> T atomicAdd(T* at, std::type_identity_t<T> v) {
  return simt::replace(at, [v](T old) { return simt::wrapping(old, v, std::plus{}); });
}
template <simt::one_of<int, unsigned> T> T atomicSub(T* at, std::type_identity_t<T> v) {
  return simt::replace(at, [v](T old) { return simt::wrapping(old, v, std::minus{}); });
}
template <simt::one_of<int, unsigned, long long, unsigned long long> T> T atomicMin(T* at, std::type_identity_t<T> v) {
  return simt::replace(at, [v](T old) { return v < old ? v : old; });
}
template <simt::one_of<int, unsigned, long long, unsigned long long> T> T atomicMax(T* at, std::type_identity_t<T> v) {
  return simt::replace(at, [v](T old) { return old < v ? v : old; });
}
template <simt::atomic_integer T> T atomicAnd(T* at, std::type_identity_t<T> v) {
  return simt::replace(at, [v](T old) { return old & v; });
}
template <simt::atomic_integer T> T atomicOr(T* at, std::type_identity_t<T> v) {
  return simt::replace(at, [v](T old) { return old | v; });
}
template <simt::atomic_integer T> T atomicXor(T* at, std::type_identity_t<T> v) {
  return simt::replace(at, [v](T old) { return old ^ v; });
}
template <simt::atomic_exchanged T> T atomicExch(T* at, std::type_identity_t<T> v) {
  return simt::replace(at, [v](T) { return v; });
}
template <simt::atomic_compared T> T atomicCAS(T* at, std::type_identity_t<T> expected, std::type_identity_t<T> v) {
  return simt::replace(at, [=](T old) { return old == expected ? v : old; });
}
inline unsigned atomicInc(unsigned* at, unsigned last) {
  return simt::replace(at, [=](unsigned old) { return old >= last ? 0 : old + 1; });
}
inline unsigned atomicDec(unsigned* at, unsigned last) {
  return simt::replace(at, [=](unsigned old) { return old == 0 || old > last ? last : old - 1; });
}

// Fences let other threads of the block go first, so a loop that waits for one of them ends.
inline void __threadfence() {
  if constexpr (!simt::sanitizers::race) std::atomic_thread_fence(std::memory_order_seq_cst);
  simt::here("__threadfence()").yield();
}
inline void __threadfence_block() { __threadfence(); }
inline void __threadfence_system() { __threadfence(); }
inline void __nanosleep(unsigned) { simt::here("__nanosleep()").yield(); }
[[noreturn]] inline void __trap() { simt::here("__trap()").fail("__trap() was called"); }
inline long long clock64() { return std::chrono::steady_clock::now().time_since_epoch().count(); }

template <class T> T __ldg(const T* at) { return *at; }
template <class T> T __ldca(const T* at) { return *at; }
template <class T> T __ldcg(const T* at) { return *at; }
template <class T> T __ldcs(const T* at) { return *at; }
template <class T> T __ldcv(const T* at) { return *const_cast<const volatile T*>(at); }
template <class T> T __ldlu(const T* at) { return *at; }
template <class T> void __stwb(T* at, std::type_identity_t<T> v) { *at = v; }
template <class T> void __stcg(T* at, std::type_identity_t<T> v) { *at = v; }
template <class T> void __stcs(T* at, std::type_identity_t<T> v) { *at = v; }
template <class T> void __stwt(T* at, std::type_identity_t<T> v) { *at = v; }
