#!/usr/bin/env bash
# Thrust of nvidia-cuda-cccl 13.0.85 (PyPI), g++ -fopenmp. Without a comparator float keys are sorted by their bits, where -0
# stands before +0 although they are equal: stable_sort changes the order of equal keys, within the part that a thread sorts, so the
# outcome depends on OMP_NUM_THREADS. With thrust::less (or any comparator but the default) nothing moves.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
pip install -q --disable-pip-version-check --no-compile --root-user-action=ignore --target p nvidia-cuda-cccl==13.0.85
cat > sort.cpp << 'CODE'
#include <thrust/sort.h>
#include <thrust/system/omp/execution_policy.h>
#include <cmath>
#include <cstdio>
#include <vector>
int borders(const std::vector<float>& x) {  // places where a -0 and a +0 are neighbours
  int n = 0;
  for (std::size_t i = 1; i < x.size(); ++i) n += std::signbit(x[i]) != std::signbit(x[i - 1]);
  return n;
}
int main() {
  std::vector<float> x(1 << 16);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = i % 3 ? 0.0f : -0.0f;  // all equal
  auto plain = x, compared = x;
  thrust::stable_sort(thrust::omp::par, plain.begin(), plain.end());
  thrust::stable_sort(thrust::omp::par, compared.begin(), compared.end(), [](float a, float b) { return a < b; });
  std::printf("%d %d %d\n", borders(x), borders(plain), borders(compared));
}
CODE
g++ -std=c++17 -O2 -fopenmp -DTHRUST_DEVICE_SYSTEM=THRUST_DEVICE_SYSTEM_OMP -isystem "$(echo p/nvidia/*/include/cccl)" sort.cpp -o sort
one=$(OMP_NUM_THREADS=1 ./sort) three=$(OMP_NUM_THREADS=3 ./sort)
echo "borders between -0 and +0 before, after stable_sort, after it with a comparator: 1 thread $one; 3 threads $three"
[[ $one == "43690 1 43690" && $three == "43690 5 43690" ]]
