// features_test.cpp: each part of CUDA and CUB that the harness stands in for, against what it should give.
#define BOOST_TEST_MODULE simt_features
#include "features.cuh"

#include <cstring>
#include <cub/device/device_radix_sort.cuh>
#include <cub/device/device_reduce.cuh>
#include <cub/device/device_scan.cuh>
#include <functional>
#include <numeric>

#include "harness.hpp"

namespace features {
SIMT_DYNAMIC_SHARED(int, scratch);
}

using krait::testing::check;
using simt_tests::launch;

template <class T> void shuffles() {
  std::vector<T> out(64 * 8);
  launch(features::shuffles<T>, 1, 64, 0, nullptr, out.data());
  bool right = true;
  for (int t = 0; t < 64; ++t) {
    const int lane = t % 32, want[] = {5,
                                       lane / 8 * 8 + (lane + 3) % 8,
                                       lane < 2 ? lane : lane - 2,
                                       lane % 8 < 2 ? lane : lane - 2,
                                       lane > 28 ? lane : lane + 3,
                                       lane % 16 > 12 ? lane : lane + 3,
                                       lane ^ 9,
                                       lane ^ 1};
    for (int i = 0; i < 8; ++i) right &= static_cast<int>(out[static_cast<std::size_t>(t * 8 + i)]) == want[i];
  }
  check(right, "shuffles");
}

void votes() {
  std::vector<unsigned> out(32 * 12);
  launch(features::votes, 1, 32, 0, nullptr, out.data());
  unsigned thirds = 0, squares = 0;
  for (unsigned i = 0; i < 32; ++i) thirds |= (i % 3 == 0) << i, squares ^= i * i;
  for (unsigned lane = 0; lane < 32; ++lane) {
    unsigned like = 0;
    for (unsigned i = 0; i < 32; ++i) like |= (i / 10 == lane / 10 ? 1u : 0u) << i;
    const unsigned want[] = {thirds,
                             1,
                             0,
                             like,
                             0,
                             496,
                             unsigned(-9),
                             31,
                             squares,
                             lane < 16 ? 0xAAAAu : 0xFFFF0000u,
                             1105,
                             out[lane * 12 + 11]};
    check(std::equal(want, want + 12, &out[lane * 12]), "votes of lane " + std::to_string(lane));
  }
}

void atomics(unsigned workers) {
  simt::options().workers = workers;
  std::vector<int> i{0, -5, 5, 0, 0};
  std::vector<unsigned> u{0, 0xFF, 0, 0};
  unsigned long long ull = 0;
  float f = 0;
  double d = 0;
  launch(features::atomics, 40, 96, 0, nullptr, i.data(), u.data(), &ull, &f, &d);
  simt::options().workers = 1;
  check(i == std::vector<int>{3840, 95, -95, -7680, 77}, "atomics on int");
  check(u == std::vector<unsigned>{0xFFFFFFFF, 0xF0, 0, 0}, "atomics on unsigned");
  check(ull == 3840ull << 33 && f == 1920 && d == 3840, "atomics on unsigned long long, float, double");
}

void memory() {
  const float values[] = {1, 2, 3, 4};
  std::vector<float> x(8), y{9, 10, 11, 12, 13, 14};
  check(cudaMemcpyToSymbol(features::table, values, sizeof values) == cudaSuccess, "cudaMemcpyToSymbol");
  launch(features::constants, 1, 8, 0, nullptr, x.data());
  check(x == std::vector<float>{2, 3, 4, 5, 2, 3, 4, 5}, "constant memory");
  launch(features::dynamic, 2, 32, 3 * sizeof(float), nullptr, y.data(), 3);
  check(y == std::vector<float>{11, 10, 9, 14, 13, 12}, "dynamic shared memory");
  std::vector<int> z{1, 2, 3};
  launch(features::spelt_out, 1, 3, 3 * sizeof(int), nullptr, z.data());
  check(z == std::vector<int>{2, 3, 1}, "extern __shared__, spelt in the kernel");
  const int large = 200 * 1024;
  check(cudaFuncSetAttribute(features::dynamic, cudaFuncAttributeMaxDynamicSharedMemorySize, large) == cudaSuccess,
        "cudaFuncSetAttribute");
  std::vector<float> many(large / sizeof(float));
  std::iota(many.begin(), many.end(), 0.0f);
  launch(features::dynamic, 1, 128, large, nullptr, many.data(), int(many.size()));
  check(many.front() == float(many.size() - 1) && many.back() == 0, "200 KiB of dynamic shared memory");
  float* device = nullptr;
  float last = 0;
  check(cudaMalloc(&device, 3 * sizeof(float)) == cudaSuccess &&
            cudaMemcpy(&last, device + 2, sizeof(float), cudaMemcpyDeviceToHost) == cudaSuccess && std::isnan(last),
        "new memory holds NaN");
  cudaFree(device);
  int blocks = 0;
  cudaOccupancyMaxActiveBlocksPerMultiprocessor(&blocks, features::dynamic, 256, 100 * 1024);
  check(blocks == 2, "occupancy by shared memory");
}

void chained(unsigned workers) {
  simt::options().workers = workers;
  const int blocks = 50;
  std::vector<int> x(blocks * 32, 1), totals(blocks), published(blocks);
  int ticket = 0;
  launch(features::chained, blocks, 32, 0, nullptr, x.data(), totals.data(), &ticket, published.data());
  simt::options().workers = 1;
  bool right = true;
  for (int b = 0; b < blocks; ++b) right &= totals[b] == 32 * (b + 1);
  check(right, "chained blocks on " + std::to_string(workers) + " OS threads");
}

void groups() {
  std::vector<int> out(64 * 5);
  launch(features::groups, 1, 64, 0, nullptr, out.data());
  bool right = true;
  for (int t = 0; t < 64; ++t) {
    const int first = t / 8 * 8, want[] = {8 * first + 28, first + 7, first + 3, 3, t / 8 * 100 + t % 8};
    right &= std::equal(want, want + 5, &out[t * 5]);
  }
  check(right, "cooperative groups");
}

bool operator==(const features::matrix& x, const features::matrix& y) { return std::memcmp(&x, &y, sizeof x) == 0; }

template <int Threads, int Items> void scans() {
  const int chunks = 3, size = Threads * Items, n = chunks * size;
  std::vector<features::matrix> in, inclusive(n), exclusive(n), aggregates(n), plain(n);
  for (unsigned i = 0; in.size() < std::size_t(n); ++i) in.push_back({i * 7 + 1, i ^ 5, i % 11, 3 * i + 2});
  launch(features::scans<Threads, Items>, 1, Threads, 0, nullptr, in.data(), inclusive.data(), exclusive.data(),
         aggregates.data(), plain.data(), chunks);
  const features::times op;
  const features::matrix one{1, 0, 0, 1};
  features::matrix total = one;
  bool right = true;
  for (int chunk = 0; chunk < chunks; ++chunk) {
    features::matrix of_chunk = one;
    for (int i = chunk * size; i < (chunk + 1) * size; ++i) {
      right &= exclusive[i] == total && plain[i] == of_chunk;
      total = op(total, in[i]);
      of_chunk = op(of_chunk, in[i]);
      right &= inclusive[i] == total;
    }
    for (int i = chunk * size; i < (chunk + 1) * size; ++i) right &= aggregates[i] == of_chunk;
  }
  check(right,
        "cub::BlockScan of matrices, " + std::to_string(Threads) + " threads, " + std::to_string(Items) + " items");
}

void primitives() {
  scans<32, 1>();
  scans<64, 3>();
  scans<96, 4>();
  std::vector<int> in(64 * 3), out(64 * 3, -1), sums(2), before(64);
  std::iota(in.begin(), in.end(), 1);
  launch(features::sums<64, 3>, 1, 64, 0, nullptr, in.data(), out.data(), 150);
  bool right = true;
  for (int i = 0, sum = 0; i < 192; sum += in[i++]) right &= out[i] == (i < 150 ? sum : -1);
  check(right, "cub::BlockLoad, BlockScan, BlockExchange, BlockStore");

  launch(features::warps, 1, 64, 0, nullptr, in.data(), sums.data(), before.data());
  right = sums == std::vector<int>{528, 1552};
  for (int i = 0; i < 64; ++i) right &= before[i] == std::accumulate(in.begin() + i / 8 * 8, in.begin() + i, 0);
  check(right, "cub::WarpReduce, WarpScan");

  const auto values = krait::testing::random_values(128 * 4, 3, -9, 9);
  std::vector<float> keys(values.begin(), values.end()), sorted;
  keys[3] = keys[300];
  std::vector<int> order(keys.size());
  std::iota(order.begin(), order.end(), 0);
  std::vector<int> want = order;
  std::stable_sort(want.begin(), want.end(), [&](int a, int b) { return keys[a] < keys[b]; });
  for (const int i : want) sorted.push_back(keys[i]);
  const auto unsorted = keys;
  launch(features::sorts<128, 4>, 1, 128, 0, nullptr, keys.data(), order.data());
  check(keys == sorted && order == want, "cub::BlockRadixSort");

  std::iota(order.begin(), order.end(), 0);
  std::vector<float> keys_out(keys.size());
  std::vector<int> order_out(keys.size());
  const auto in_two_calls = [](const std::function<cudaError_t(void*, std::size_t&)>& algorithm) {
    std::size_t bytes = 0;
    check(algorithm(nullptr, bytes) == cudaSuccess && bytes > 0, "the first call tells the bytes");
    std::vector<char> storage(bytes);
    std::size_t fewer = bytes - 1;
    check(algorithm(storage.data(), fewer) == cudaErrorInvalidValue, "too little temporary memory is refused");
    check(algorithm(storage.data(), bytes) == cudaSuccess, "the second call works");
  };
  in_two_calls([&](void* storage, std::size_t& bytes) {
    return cub::DeviceRadixSort::SortPairs(storage, bytes, unsorted.data(), keys_out.data(), order.data(),
                                           order_out.data(), int(order.size()));
  });
  check(keys_out == sorted && order_out == want, "cub::DeviceRadixSort::SortPairs");
  int total = 0;
  in_two_calls([&](void* storage, std::size_t& bytes) {
    return cub::DeviceReduce::Sum(storage, bytes, in.data(), &total, 192);
  });
  check(total == 192 * 193 / 2, "cub::DeviceReduce::Sum");
  std::vector<int> largest(4);
  const std::vector<int> some{3, 1, 7, 2};
  in_two_calls([&](void* storage, std::size_t& bytes) {
    return cub::DeviceScan::InclusiveScan(
        storage, bytes, some.data(), largest.data(), [](int a, int b) { return std::max(a, b); }, 4);
  });
  check(largest == std::vector<int>{3, 3, 7, 7}, "cub::DeviceScan::InclusiveScan");
}

void shapes_and_numbers() {
  std::vector<unsigned> out(2 * 3 * 4 * 5 * 6 * 2);
  launch(features::shape, dim3(2, 3, 4), dim3(5, 6, 2), 0, nullptr, out.data());
  bool right = true;
  for (unsigned i = 0; i < out.size(); ++i) right &= out[i] == i / 60 * 1000 + i % 60;
  check(right, "three dimensions");
  std::vector<float> got(14);
  launch(features::numbers, 1, 1, 0, nullptr, got.data());
  const float want[] = {2.7182818f, 3, 8, 0.5f, 0.25f, 10, 0.125f, 1, 8 + 31 + 4, 2.5f, 1, 9, 7, 0.099975586f};
  for (std::size_t i = 0; i < got.size(); ++i)
    check(std::fabs(got[i] - want[i]) < 1e-6f, "number " + std::to_string(i));
}

/// Every 16-bit float is its own rounding; halfway goes to even; what lies between goes to the nearer one.
template <class T> void rounding(const char* name) {
  bool right = true;
  for (unsigned bits = 0; bits < 0x10000; ++bits) {
    T x, next;
    const unsigned short here = static_cast<unsigned short>(bits), there = static_cast<unsigned short>(bits + 1);
    std::memcpy(&x, &here, 2), std::memcpy(&next, &there, 2);
    const float a = x, b = next;
    const auto back = [](float v) {
      const T t(v);
      unsigned short result;
      std::memcpy(&result, &t, 2);
      return result;
    };
    if (std::isnan(a)) {
      right &= std::isnan(float(T(a)));
      continue;
    }
    right &= back(a) == here;
    if (!std::isfinite(a) || !std::isfinite(b) || (bits & 0x7FFF) == 0x7FFF) continue;
    const float middle = static_cast<float>((double(a) + double(b)) / 2);
    right &= back(middle) == (here % 2 ? there : here);
    right &= back(std::nextafter(middle, a)) == here && back(std::nextafter(middle, b)) == there;
  }
  check(right, std::string("rounding of ") + name);
}

BOOST_AUTO_TEST_CASE(meetings_of_threads) {
  krait::testing::in_every_order([] {
    shuffles<int>();
    shuffles<float>();
    shuffles<double>();
    shuffles<unsigned long long>();
    votes();
    groups();
  });
}
BOOST_AUTO_TEST_CASE(memory_and_atomics) {
  krait::testing::in_every_order([] {
    for (const unsigned workers : {1u, 3u}) {
      atomics(workers);
      chained(workers);
    }
    memory();
  });
}
BOOST_AUTO_TEST_CASE(primitives_of_cub) { krait::testing::in_every_order(primitives); }
BOOST_AUTO_TEST_CASE(shapes_and_intrinsics) { krait::testing::in_every_order(shapes_and_numbers); }
BOOST_AUTO_TEST_CASE(sixteen_bit_rounding) {
  rounding<__nv_bfloat16>("__nv_bfloat16");
  rounding<__half>("__half");
}
BOOST_AUTO_TEST_CASE(streams_are_captured) {
  krait::testing::in_every_order([] {
    cudaStream_t stream = nullptr;
    cudaGraph_t graph = nullptr;
    cudaGraphExec_t run = nullptr;
    check(cudaStreamBeginCapture(nullptr, cudaStreamCaptureModeRelaxed) == cudaErrorStreamCaptureUnsupported,
          "the default stream is not captured");
    cudaStreamCreate(&stream);
    std::vector<int> x{1, 2, 3}, y(3);
    cudaStreamBeginCapture(stream, cudaStreamCaptureModeRelaxed);
    launch(features::spelt_out, 1, 3, 3 * sizeof(int), stream, x.data());
    cudaMemcpyAsync(y.data(), x.data(), sizeof(int) * 3, cudaMemcpyDefault, stream);
    BOOST_CHECK_THROW(cudaStreamSynchronize(stream), simt::error);
    BOOST_CHECK_THROW(launch(features::spelt_out, 1, 3, 3 * sizeof(int), nullptr, x.data()), simt::error);
    cudaStreamEndCapture(stream, &graph);
    check(x == std::vector<int>{1, 2, 3}, "nothing runs during a capture");
    cudaGraphInstantiate(&run, graph);
    cudaGraphDestroy(graph);
    cudaGraphLaunch(run, stream);
    check(y == std::vector<int>{2, 3, 1}, "a graph runs");
    cudaGraphLaunch(run, stream);
    check(y == std::vector<int>{3, 1, 2}, "and runs again");
    cudaGraphExecDestroy(run);
    cudaStreamDestroy(stream);
  });
}
