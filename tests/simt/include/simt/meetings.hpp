// simt/meetings.hpp: barriers, shuffles, votes and warp reductions, under CUDA's names.
// Every function ends with a source location that callers leave to its default: it is what error messages cite.
#pragma once
#include <array>
#include <bit>
#include <concepts>
#include <simt/language.hpp>
#include <type_traits>

namespace simt {

inline constexpr std::uint32_t full_mask = 0xFFFFFFFFu;

template <class T> std::uint64_t bits_of(T value) {
  static_assert(sizeof(T) <= 8 && std::is_trivially_copyable_v<T>);
  std::uint64_t bits = 0;
  std::memcpy(&bits, &value, sizeof value);
  return bits;
}
template <class T> T value_of(std::uint64_t bits) {
  T value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

// ---- blocks
inline int meet_block(const operation& what, int value, const location& where) {
  return static_cast<int>(
      here(what.name).meet({.what = &what, .value = static_cast<std::uint64_t>(value != 0), .where = where}));
}
inline std::uint64_t count(std::span<thread* const> all) {
  std::uint64_t yes = 0;
  for (const thread* one : all) yes += one->asks.value;
  return yes;
}
inline void give(std::span<thread* const> all, std::uint64_t result) {
  for (thread* one : all) one->result = result;
}
inline constexpr operation syncthreads{"__syncthreads()", operation::block, true, nullptr};
inline constexpr operation syncthreads_count{"__syncthreads_count()", operation::block, true,
                                             [](std::span<thread* const> all) { give(all, count(all)); }};
inline constexpr operation syncthreads_and{"__syncthreads_and()", operation::block, true,
                                           [](std::span<thread* const> all) { give(all, count(all) == all.size()); }};
inline constexpr operation syncthreads_or{"__syncthreads_or()", operation::block, true,
                                          [](std::span<thread* const> all) { give(all, count(all) != 0); }};

// ---- warps
inline std::uint64_t meet_warp(const operation& what, std::uint32_t mask, std::uint64_t value, const location& where) {
  return here(what.name).meet({.what = &what, .mask = mask, .value = value, .where = where});
}
inline constexpr operation syncwarp{"__syncwarp()", operation::warp, true, nullptr};

/// Sends values between lanes; Source says from which lane a lane reads (arguments: its lane, its argument, the width).
template <int (*Source)(int, int, int)> void send(std::span<thread* const> group) {
  std::array<const thread*, warp_threads> lanes{};
  for (const thread* one : group) lanes[one->lane()] = one;
  for (thread* one : group) {
    const request& asks = one->asks;
    const int from = Source(static_cast<int>(one->lane()), asks.argument, asks.width);
    if (!lanes[static_cast<unsigned>(from)])
      running->fail(std::string(asks.what->name) + " at " + text(asks.where) + ": lane " + std::to_string(one->lane()) +
                        " reads from lane " + std::to_string(from) + ", which does not take part" +
                        (asks.mask >> from & 1 ? " (it has exited or never was)" : " (the mask leaves it out)"),
                    *one);
    one->result = lanes[static_cast<unsigned>(from)]->asks.value;
  }
}
// A lane that would read beyond its group of `width` lanes reads itself. As on a device, five bits of an argument
// count.
inline int from_index(int lane, int index, int width) { return (lane & ~(width - 1)) | (index & (width - 1)); }
inline int from_above(int lane, int delta, int width) {
  delta &= 31;
  return (lane & (width - 1)) + delta < width ? lane + delta : lane;
}
inline int from_below(int lane, int delta, int width) {
  delta &= 31;
  return (lane & (width - 1)) >= delta ? lane - delta : lane;
}
inline int from_other(int lane, int bits, int width) {
  bits &= 31;
  return (lane ^ bits) <= (lane | (width - 1)) ? lane ^ bits : lane;
}

inline constexpr operation shuffle{"__shfl_sync()", operation::warp, false, send<from_index>};
inline constexpr operation shuffle_up{"__shfl_up_sync()", operation::warp, false, send<from_below>};
inline constexpr operation shuffle_down{"__shfl_down_sync()", operation::warp, false, send<from_above>};
inline constexpr operation shuffle_xor{"__shfl_xor_sync()", operation::warp, false, send<from_other>};

/// What shuffles take: 32- and 64-bit numbers, and the 16-bit floats (which specialise this).
template <class T> inline constexpr bool is_shuffled = std::is_arithmetic_v<T> && (sizeof(T) == 4 || sizeof(T) == 8);

template <class T>
concept shuffled = is_shuffled<T>;

template <shuffled T>
T meet_shuffle(const operation& what, std::uint32_t mask, T value, int argument, int width, const location& where) {
  block& mine = here(what.name);
  if (width < 1 || width > 32 || !std::has_single_bit(static_cast<unsigned>(width)))
    mine.fail(std::string(what.name) + " at " + text(where) + ": the width " + std::to_string(width) +
              " is no power of two up to 32");
  return value_of<T>(mine.meet(
      {.what = &what, .mask = mask, .value = bits_of(value), .argument = argument, .width = width, .where = where}));
}

inline std::uint32_t lanes_that_say_yes(std::span<thread* const> group) {
  std::uint32_t lanes = 0;
  for (const thread* one : group) lanes |= (one->asks.value ? 1u : 0u) << one->lane();
  return lanes;
}
inline constexpr operation ballot{"__ballot_sync()", operation::warp, false,
                                  [](std::span<thread* const> group) { give(group, lanes_that_say_yes(group)); }};
inline constexpr operation any{"__any_sync()", operation::warp, false,
                               [](std::span<thread* const> group) { give(group, count(group) != 0); }};
inline constexpr operation all{"__all_sync()", operation::warp, false,
                               [](std::span<thread* const> group) { give(group, count(group) == group.size()); }};
inline std::uint32_t lanes_like(const thread& one, std::span<thread* const> group) {
  std::uint32_t lanes = 0;
  for (const thread* other : group) lanes |= (other->asks.value == one.asks.value ? 1u : 0u) << other->lane();
  return lanes;
}
inline constexpr operation match_any{"__match_any_sync()", operation::warp, false, [](std::span<thread* const> group) {
                                       for (thread* one : group) one->result = lanes_like(*one, group);
                                     }};
inline constexpr operation match_all{"__match_all_sync()", operation::warp, false, [](std::span<thread* const> group) {
                                       const std::uint32_t lanes = lanes_like(*group.front(), group);
                                       give(group, std::popcount(lanes) == static_cast<int>(group.size()) ? lanes : 0);
                                     }};

template <class T, auto Combine> void fold(std::span<thread* const> group) {
  T total = value_of<T>(group.front()->asks.value);
  for (const thread* one : group.subspan(1)) total = Combine(total, value_of<T>(one->asks.value));
  give(group, bits_of(total));
}
template <class T, auto Combine>
inline constexpr operation reduce{"__reduce_sync()", operation::warp, false, fold<T, Combine>};

}  // namespace simt

inline void __syncthreads(simt::location at = simt::location::current()) { simt::meet_block(simt::syncthreads, 0, at); }
inline int __syncthreads_count(int yes, simt::location at = simt::location::current()) {
  return simt::meet_block(simt::syncthreads_count, yes, at);
}
inline int __syncthreads_and(int yes, simt::location at = simt::location::current()) {
  return simt::meet_block(simt::syncthreads_and, yes, at);
}
inline int __syncthreads_or(int yes, simt::location at = simt::location::current()) {
  return simt::meet_block(simt::syncthreads_or, yes, at);
}

inline void __syncwarp(unsigned mask = simt::full_mask, simt::location at = simt::location::current()) {
  simt::meet_warp(simt::syncwarp, mask, 0, at);
}
template <class T>
T __shfl_sync(unsigned mask, T value, int lane, int width = 32, simt::location at = simt::location::current()) {
  return simt::meet_shuffle(simt::shuffle, mask, value, lane, width, at);
}
template <class T>
T __shfl_up_sync(unsigned mask, T value, unsigned delta, int width = 32,
                 simt::location at = simt::location::current()) {
  return simt::meet_shuffle(simt::shuffle_up, mask, value, static_cast<int>(delta), width, at);
}
template <class T>
T __shfl_down_sync(unsigned mask, T value, unsigned delta, int width = 32,
                   simt::location at = simt::location::current()) {
  return simt::meet_shuffle(simt::shuffle_down, mask, value, static_cast<int>(delta), width, at);
}
template <class T>
T __shfl_xor_sync(unsigned mask, T value, int bits, int width = 32, simt::location at = simt::location::current()) {
  return simt::meet_shuffle(simt::shuffle_xor, mask, value, bits, width, at);
}
inline unsigned __ballot_sync(unsigned mask, int yes, simt::location at = simt::location::current()) {
  return static_cast<unsigned>(simt::meet_warp(simt::ballot, mask, yes != 0, at));
}
inline int __any_sync(unsigned mask, int yes, simt::location at = simt::location::current()) {
  return static_cast<int>(simt::meet_warp(simt::any, mask, yes != 0, at));
}
inline int __all_sync(unsigned mask, int yes, simt::location at = simt::location::current()) {
  return static_cast<int>(simt::meet_warp(simt::all, mask, yes != 0, at));
}
template <class T> unsigned __match_any_sync(unsigned mask, T value, simt::location at = simt::location::current()) {
  return static_cast<unsigned>(simt::meet_warp(simt::match_any, mask, simt::bits_of(value), at));
}
template <class T>
unsigned __match_all_sync(unsigned mask, T value, int* equal, simt::location at = simt::location::current()) {
  const auto lanes = static_cast<unsigned>(simt::meet_warp(simt::match_all, mask, simt::bits_of(value), at));
  *equal = lanes != 0;
  return lanes;
}
/// A device says which lanes happen to run together; here: which lanes of the warp have not exited.
inline unsigned __activemask() { return simt::here("__activemask()").live_lanes(); }

#define SIMT_REDUCE(function, T, expression)                                                             \
  inline T function(unsigned mask, T value, simt::location at = simt::location::current()) {             \
    constexpr auto combine = [](T a, T b) -> T { return expression; };                                   \
    return simt::value_of<T>(simt::meet_warp(simt::reduce<T, combine>, mask, simt::bits_of(value), at)); \
  }
SIMT_REDUCE(__reduce_add_sync, unsigned, a + b)
SIMT_REDUCE(__reduce_min_sync, unsigned, a < b ? a : b)
SIMT_REDUCE(__reduce_max_sync, unsigned, a < b ? b : a)
SIMT_REDUCE(__reduce_and_sync, unsigned, a& b)
SIMT_REDUCE(__reduce_or_sync, unsigned, a | b)
SIMT_REDUCE(__reduce_xor_sync, unsigned, a ^ b)
SIMT_REDUCE(__reduce_add_sync, int, static_cast<int>(static_cast<unsigned>(a) + static_cast<unsigned>(b)))
SIMT_REDUCE(__reduce_min_sync, int, a < b ? a : b)
SIMT_REDUCE(__reduce_max_sync, int, a < b ? b : a)
#undef SIMT_REDUCE
