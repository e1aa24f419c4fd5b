#!/usr/bin/env bash
# Thrust of nvidia-cuda-cccl 13.0.85 (PyPI). uniform_real_distribution<float>(0, 1) says [0, 1) and returns 1: the quotient of two
# integers that a float cannot hold is rounded up: with minstd_rand 6 times in 200 million draws. log(1 - u) is then minus infinity, an index u * n is n.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
pip install -q --disable-pip-version-check --no-compile --root-user-action=ignore --target p nvidia-cuda-cccl==13.0.85
cat > uniform.cpp << 'CODE'
#include <thrust/random.h>
#include <cstdio>
int main() {
  thrust::minstd_rand bits(1);
  thrust::uniform_real_distribution<float> uniform(0, 1);
  int ones = 0;
  for (long i = 0; i < 200'000'000; ++i) ones += uniform(bits) == 1.0f;
  std::printf("%d\n", ones);
}
CODE
g++ -std=c++17 -O2 -DTHRUST_DEVICE_SYSTEM=THRUST_DEVICE_SYSTEM_CPP -isystem "$(echo p/nvidia/*/include/cccl)" uniform.cpp -o uniform
ones=$(./uniform)
echo "of 200 million numbers in [0, 1) $ones are 1"
((ones > 0))
