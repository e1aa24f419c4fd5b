// The host code that nvcc makes draws the normals that the C++ compiler's does.
#include <cstdio>

#include "../core/normals.hpp"

int main() {
  if (krait::testing::hash_of_normals() == krait::testing::hash_expected) return 0;
  std::puts("normal() makes other numbers with nvcc than with the C++ compiler");
  return 1;
}
