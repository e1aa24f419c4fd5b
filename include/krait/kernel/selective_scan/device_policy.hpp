// krait/kernel/selective_scan/device_policy.hpp: in which of three forms a device scans, and how each divides its work.
// All of it is known to a compiler and may be specialised for a shape.
#pragma once
#include <krait/core/rows.hpp>
#include <krait/kernel/selective_scan/selective_scan.hpp>

/// Multiprocessors of the device that a build is for: an H100's, unless it is told another number.
#ifndef KRAIT_MULTIPROCESSORS
#define KRAIT_MULTIPROCESSORS 132
#endif

namespace krait::kernel {

enum class scan_form {
  sequential,  // a thread walks through time: cuda_forward.cuh
  block,       // the threads of a block lie over time: cuda_block.cuh
  chained      // blocks walk through chunks of time, each handing its state to the next: cuda_chained.cuh
};

/// How a block of the sequential and of the chained form divides its work.
template <scan_config C> struct scan_sequential_tuning {
  /// Lanes that share a channel, a power of two.
  static constexpr int lanes = C.d_state <= 2    ? 1
                               : C.d_state <= 4  ? 2
                               : C.d_state <= 16 ? 4
                               : C.d_state <= 32 ? 8
                               : C.d_state <= 64 ? 16
                                                 : 32;
  static constexpr int threads = lanes < 4 ? 64 * lanes : 256;
  static constexpr int channels = threads / lanes;
  /// Blocks that a multiprocessor should hold at least. It makes a budget of registers: 128 a thread with 2 of 256.
  static constexpr int blocks = C.d_state <= 16 ? 2 : 1;
  /// Tokens of a tile; the state before each but the first is saved.
  static constexpr int tokens = scan_tuning<C>::device_tile;
  /// Sequences are dealt to this many blocks a group of channels, each with its own part of the weights' gradients.
  static constexpr int parts = 128;
};

/// Threads and tokens of a thread make a tile of the block form; the state before each but the first is saved.
template <scan_config C> struct scan_block_tuning {
  static constexpr int threads = 128;
  static constexpr int items = 4;     // tokens of a thread; a quarter of them for double, whose registers are two
  static constexpr int channels = 4;  // of a block: their pairs go through one cub::BlockScan
};

template <scan_config C> struct scan_chained_tuning {
  /// Tokens of a chunk: as many as make two blocks a multiprocessor, a multiple of a tile. A chunk is read twice and
  /// has to be found in the second cache again: 264 blocks of 64 channels and 512 tokens hold 35 MB of x. Shorter ones
  /// would hand on their state, some 2 us each time, more often than they scan.
  static constexpr int chunk(sequences of, int multiprocessors = KRAIT_MULTIPROCESSORS) {
    constexpr int shortest = 64, longest = 512, channels = scan_sequential_tuning<C>::channels;
    const int wanted = 2 * multiprocessors, blocks = of.count * ((C.channels + channels - 1) / channels);
    if (blocks == 0) return longest;
    const int chunks = (wanted + blocks - 1) / blocks, length = (of.length + chunks - 1) / chunks;
    return round_up(length < shortest  ? shortest
                    : length > longest ? longest
                                       : length,
                    scan_sequential_tuning<C>::tokens);
  }
};

/// Which form a batch of at most `cap` takes; the kernels of the others are not compiled. Where sequences and channels
/// alone give every multiprocessor a block there is nothing to gain from scanning over time. The other bounds are
/// reckoned, not measured: a token of the sequential form takes some 80 ns whatever d_state is; a cub::BlockScan over
/// 512 tokens some 500 ns, and a state of 4 channels needs one, so below about 64 states that form is the faster one
/// while its blocks all lie side by side. More of them would also make backward's parts of the rows many.
template <scan_config C> struct scan_policy {
  static constexpr scan_form form(capacity cap, int multiprocessors = KRAIT_MULTIPROCESSORS) {
    const auto blocks = [&](int channels) {
      return static_cast<long>(cap.sequences) * ((C.channels + channels - 1) / channels);
    };
    if (cap.length < 128 || blocks(scan_sequential_tuning<C>::channels) >= multiprocessors)
      return scan_form::sequential;
    const bool side_by_side = blocks(scan_block_tuning<C>::channels) <= 2 * multiprocessors;
    return C.d_state <= 32 && cap.length <= 32768 && side_by_side ? scan_form::block : scan_form::chained;
  }
};

}  // namespace krait::kernel
