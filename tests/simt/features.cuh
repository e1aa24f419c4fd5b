// features.cuh: kernels that use one part of CUDA or CUB each.
#pragma once
#include <cooperative_groups.h>
#include <cooperative_groups/reduce.h>
#include <cuda_bf16.h>
#include <cuda_fp16.h>

#include <cub/block/block_exchange.cuh>
#include <cub/block/block_load.cuh>
#include <cub/block/block_radix_sort.cuh>
#include <cub/block/block_reduce.cuh>
#include <cub/block/block_scan.cuh>
#include <cub/block/block_store.cuh>
#include <cub/warp/warp_reduce.cuh>
#include <cub/warp/warp_scan.cuh>

#include "launch.cuh"

namespace features {

template <class T> __global__ void shuffles(T* out) {  // 8 results a lane
  const unsigned all = 0xFFFFFFFFu;
  const int lane = threadIdx.x % 32;
  const T mine = static_cast<T>(lane);
  T* to = out + threadIdx.x * 8;
  to[0] = __shfl_sync(all, mine, 5);
  to[1] = __shfl_sync(all, mine, lane + 3, 8);
  to[2] = __shfl_up_sync(all, mine, 2);
  to[3] = __shfl_up_sync(all, mine, 2, 8);
  to[4] = __shfl_down_sync(all, mine, 3);
  to[5] = __shfl_down_sync(all, mine, 3, 16);
  to[6] = __shfl_xor_sync(all, mine, 9);
  to[7] = __shfl_xor_sync(all, mine, 1, 2);
}

static __global__ void votes(unsigned* out) {  // 12 results a lane
  const unsigned all = 0xFFFFFFFFu, lane = threadIdx.x;
  unsigned* to = out + lane * 12;
  int equal = 0;
  to[0] = __ballot_sync(all, lane % 3 == 0);
  to[1] = __any_sync(all, lane == 7);
  to[2] = __all_sync(all, lane != 7);
  to[3] = __match_any_sync(all, lane / 10);
  to[4] = __match_all_sync(all, 4.0f, &equal) + equal;
  to[5] = __reduce_add_sync(all, lane);
  to[6] = static_cast<unsigned>(__reduce_min_sync(all, static_cast<int>(lane) - 9));
  to[7] = __reduce_max_sync(all, lane);
  to[8] = __reduce_xor_sync(all, lane * lane);
  to[9] = lane < 16 ? __ballot_sync(0x0000FFFFu, lane & 1) : __ballot_sync(0xFFFF0000u, 1);  // half warps apart
  to[10] = static_cast<unsigned>(__syncthreads_count(lane < 5)) +
           100 * static_cast<unsigned>(__syncthreads_or(lane == 3)) +
           1000 * static_cast<unsigned>(__syncthreads_and(lane < 32));
  to[11] = __activemask();
}

static __global__ void atomics(int* i, unsigned* u, unsigned long long* ull, float* f, double* d) {
  atomicAdd(&i[0], 1);
  atomicMax(&i[1], static_cast<int>(threadIdx.x));
  atomicMin(&i[2], -static_cast<int>(threadIdx.x));
  atomicSub(&i[3], 2);
  atomicExch(&i[4], 77);
  atomicOr(&u[0], 1u << (threadIdx.x % 32));
  atomicAnd(&u[1], ~(1u << (threadIdx.x % 4)));
  atomicXor(&u[2], threadIdx.x);
  atomicInc(&u[3], 9);
  atomicAdd(ull, 1ull << 33);
  atomicAdd(f, 0.5f);
  unsigned long long* bits = reinterpret_cast<unsigned long long*>(d);  // *d += 1, the old way
  unsigned long long seen, old = atomicCAS(bits, 0ull, 0ull);
  do {
    seen = old;
    const double next = __longlong_as_double(static_cast<long long>(seen)) + 1.0;
    old = atomicCAS(bits, seen, static_cast<unsigned long long>(__double_as_longlong(next)));
  } while (seen != old);
}

static __constant__ float table[4];
static __global__ void constants(float* x) { x[threadIdx.x] = table[threadIdx.x % 4] + __ldg(&table[0]); }

static __global__ void dynamic(float* x, int n) {
  float* copy = simt_tests::dynamic_shared<float>();
  for (int i = threadIdx.x; i < n; i += blockDim.x) copy[i] = x[blockIdx.x * n + i];
  __syncthreads();
  for (int i = threadIdx.x; i < n; i += blockDim.x) x[blockIdx.x * n + i] = copy[n - 1 - i];
}

static __global__ void spelt_out(int* x) {  // the usual spelling, in a function that is no template
  extern __shared__ int scratch[];
  scratch[threadIdx.x] = x[threadIdx.x];
  __syncthreads();
  x[threadIdx.x] = scratch[(threadIdx.x + 1) % blockDim.x];
}

/// Decoupled look-back in small: a running total over blocks that take their turns by an atomic ticket.
static __global__ void chained(const int* x, int* totals, int* ticket, volatile int* published) {
  __shared__ int turn;
  if (threadIdx.x == 0) turn = atomicAdd(ticket, 1);
  using reduce = cub::BlockReduce<int, 32>;
  __shared__ typename reduce::TempStorage storage;
  __syncthreads();
  const int sum = reduce(storage).Sum(x[turn * 32 + threadIdx.x]);
  if (threadIdx.x == 0) {
    int before = 0;
    if (turn > 0) {
      while (atomicAdd(const_cast<int*>(published) + turn - 1, 0) == 0) __nanosleep(20);
      __threadfence();
      before = totals[turn - 1];
    }
    totals[turn] = before + sum;
    __threadfence();
    atomicExch(const_cast<int*>(published) + turn, 1);
  }
}

static __global__ void groups(int* out) {  // 5 results a thread
  namespace cg = cooperative_groups;
  const auto block = cg::this_thread_block();
  const auto tile = cg::tiled_partition<8>(block);
  int* to = out + block.thread_rank() * 5;
  const int mine = static_cast<int>(block.thread_rank());
  to[0] = cg::reduce(tile, mine, cg::plus<int>());
  to[1] = cg::reduce(tile, mine, cg::greater<int>());
  to[2] = tile.shfl(mine, 3);
  to[3] = static_cast<int>(tile.ballot(tile.thread_rank() < 2));
  block.sync();
  to[4] = static_cast<int>(tile.meta_group_rank() * 100 + tile.thread_rank());
}

struct matrix {  // of integers modulo 2^32; products do not commute
  unsigned a, b, c, d;
};
struct times {
  __device__ matrix operator()(matrix x, matrix y) const {
    return {x.a * y.a + x.b * y.c, x.a * y.b + x.b * y.d, x.c * y.a + x.d * y.c, x.c * y.b + x.d * y.d};
  }
};
struct product_so_far {
  matrix value;
  __device__ matrix operator()(matrix block) {
    const matrix old = value;
    value = times{}(value, block);
    return old;
  }
};

/// Scans `chunks` chunks of Threads*Items matrices in turn: inclusive, exclusive, and each item's aggregate of its
/// chunk.
template <int Threads, int Items>
__global__ void scans(const matrix* in, matrix* inclusive, matrix* exclusive, matrix* aggregates, matrix* plain,
                      int chunks) {
  using load = cub::BlockLoad<matrix, Threads, Items, cub::BLOCK_LOAD_TRANSPOSE>;
  using store = cub::BlockStore<matrix, Threads, Items, cub::BLOCK_STORE_TRANSPOSE>;
  using scan = cub::BlockScan<matrix, Threads>;
  __shared__ union {
    typename load::TempStorage loads;
    typename store::TempStorage stores;
    typename scan::TempStorage scans;
  } shared;
  const matrix one{1, 0, 0, 1};
  product_so_far before{one}, before_exclusive{one};
  for (int chunk = 0; chunk < chunks; ++chunk) {
    const int at = chunk * Threads * Items;
    matrix items[Items], out[Items], total;
    load(shared.loads).Load(in + at, items);
    __syncthreads();
    scan(shared.scans).InclusiveScan(items, out, times{}, before);
    __syncthreads();
    store(shared.stores).Store(inclusive + at, out);
    __syncthreads();
    scan(shared.scans).ExclusiveScan(items, out, times{}, before_exclusive);
    __syncthreads();
    store(shared.stores).Store(exclusive + at, out);
    __syncthreads();
    scan(shared.scans).ExclusiveScan(items, out, one, times{}, total);
    __syncthreads();
    store(shared.stores).Store(plain + at, out);
    __syncthreads();
    for (int i = 0; i < Items; ++i) aggregates[at + threadIdx.x * Items + i] = total;
  }
}

template <int Threads, int Items>
__global__ void sums(const int* in, int* out, int valid) {  // load, sum before, exchange, store
  using load = cub::BlockLoad<int, Threads, Items, cub::BLOCK_LOAD_WARP_TRANSPOSE>;
  using store = cub::BlockStore<int, Threads, Items, cub::BLOCK_STORE_DIRECT>;
  using scan = cub::BlockScan<int, Threads, cub::BLOCK_SCAN_WARP_SCANS>;
  using exchange = cub::BlockExchange<int, Threads, Items>;
  __shared__ typename load::TempStorage load_storage;
  __shared__ typename scan::TempStorage scan_storage;
  __shared__ typename exchange::TempStorage exchange_storage;
  int items[Items];
  load(load_storage).Load(in, items, valid, 0);
  scan(scan_storage).ExclusiveSum(items, items);
  exchange(exchange_storage).BlockedToStriped(items, items);
  __syncthreads();
  exchange(exchange_storage).StripedToBlocked(items, items);
  store().Store(out, items, valid);
}

template <int Threads, int Items> __global__ void sorts(float* keys, int* values) {
  using sort = cub::BlockRadixSort<float, Threads, Items, int>;
  __shared__ typename sort::TempStorage storage;
  float k[Items];
  int v[Items];
  for (int i = 0; i < Items; ++i) {
    k[i] = keys[threadIdx.x * Items + i];
    v[i] = values[threadIdx.x * Items + i];
  }
  sort(storage).Sort(k, v);
  for (int i = 0; i < Items; ++i) {
    keys[threadIdx.x * Items + i] = k[i];
    values[threadIdx.x * Items + i] = v[i];
  }
}

static __global__ void warps(const int* in, int* sums, int* before) {  // 64 threads: warps of 32, and of 8
  using reduce = cub::WarpReduce<int>;
  using scan = cub::WarpScan<int, 8>;
  __shared__ typename reduce::TempStorage reduce_storage[2];
  __shared__ typename scan::TempStorage scan_storage[8];
  const int sum = reduce(reduce_storage[threadIdx.x / 32]).Sum(in[threadIdx.x]);
  if (threadIdx.x % 32 == 0) sums[threadIdx.x / 32] = sum;
  int prefix;
  scan(scan_storage[threadIdx.x / 8]).ExclusiveSum(in[threadIdx.x], prefix);
  before[threadIdx.x] = prefix;
}

static __global__ void shape(unsigned* out) {  // a block and a grid of three dimensions
  const unsigned block = (blockIdx.z * gridDim.y + blockIdx.y) * gridDim.x + blockIdx.x;
  const unsigned thread = (threadIdx.z * blockDim.y + threadIdx.y) * blockDim.x + threadIdx.x;
  out[block * blockDim.x * blockDim.y * blockDim.z + thread] = block * 1000 + thread;
}

static __global__ void numbers(float* out) {
  out[0] = __expf(1.0f);
  out[1] = __log2f(8.0f);
  out[2] = exp2f(3.0f);
  out[3] = rsqrtf(4.0f);
  out[4] = __frcp_rn(4.0f);
  out[5] = fmaf(2.0f, 3.0f, 4.0f);
  out[6] = __fdividef(1.0f, 8.0f);
  out[7] = __saturatef(1.5f);
  out[8] = static_cast<float>(__popc(0xF0F0u) + __clz(1) + __ffs(8));
  out[9] = __int_as_float(__float_as_int(2.5f));
  out[10] = static_cast<float>(__brev(1u) >> 31);
  out[11] = static_cast<float>(min(3, 4) + max(5u, 6u));
  const float4 v = make_float4(1, 2, 3, 4);
  const __nv_bfloat16 b = __float2bfloat16(v.y), c = b * __float2bfloat16(1.5f);
  out[12] = __bfloat162float(c) + v.w;
  out[13] = __half2float(__float2half(0.1f));
}

}  // namespace features
