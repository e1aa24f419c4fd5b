#!/usr/bin/env bash
# Thrust of nvidia-cuda-cccl 13.0.85 (PyPI), g++ -fopenmp. A float reduce is cut into as many parts as omp_get_num_procs() says,
# not omp_get_max_threads(): the bits are the same for any OMP_NUM_THREADS, and others where the process may use another number of
# processors (taskset, a container, another machine). A result that must not depend on the machine keeps an order of its own.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
[[ $(nproc) -gt 1 ]] || { echo "needs two processors" && exit 77; }
pip install -q --disable-pip-version-check --no-compile --root-user-action=ignore --target p nvidia-cuda-cccl==13.0.85
cat > reduce.cpp << 'CODE'
#include <thrust/reduce.h>
#include <thrust/system/omp/execution_policy.h>
#include <cstdio>
#include <vector>
int main() {
  std::vector<float> x(1000003);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = 1.0f / float(1 + i * 7919 % 1000003);
  std::printf("%a\n", thrust::reduce(thrust::omp::par, x.begin(), x.end(), 0.0f));
}
CODE
g++ -std=c++17 -O2 -fopenmp -DTHRUST_DEVICE_SYSTEM=THRUST_DEVICE_SYSTEM_OMP -isystem "$(echo p/nvidia/*/include/cccl)" reduce.cpp -o reduce
first=$(taskset -c 0 nproc > /dev/null && taskset -pc $$ | sed 's/.*: //; s/[-,].*//')
one=$(taskset -c "$first" ./reduce) all=$(./reduce) fewer_threads=$(OMP_NUM_THREADS=1 ./reduce) more_threads=$(OMP_NUM_THREADS=7 ./reduce)
echo "one processor $one; $(nproc) processors $all, with 1 thread $fewer_threads, with 7 threads $more_threads"
[[ $all == "$fewer_threads" && $all == "$more_threads" && $all != "$one" ]]
