// gradient.cpp: the layer keeps what krait's layers promise (krait/testing/layer.hpp); 1 where it does not.
#include <cstdio>
#include <krait/testing/layer.hpp>

#include "leaky_integrator.hpp"

int main() {
  const auto found = krait::testing::is_a_layer<leaky_integrator<5>>();
  std::fputs(found.text().c_str(), stderr);
  return found.good() ? 0 : 1;
}
