// study.cpp: the program of somebody else's project.
#include <cstdio>
#include <filesystem>
#include <krait/core/error.hpp>
#include <krait/core/tensor.hpp>

int main() {
  std::puts(KRAIT_FACTS_DIR);
  return std::filesystem::exists(KRAIT_FACTS_DIR) ? 0 : 1;
}
