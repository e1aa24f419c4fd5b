// tests/layer/s4d.hpp: a block around S4D's scan against PyTorch, which has it as a convolution by Fourier transforms.
#pragma once
#include <string>

#include "../oracle.hpp"
#include "layers.hpp"

namespace krait::testing {

template <class Block, class Backend, class T> void agrees_with_pytorch(const std::string& name) {
  const oracle o(name);
  trial<T, Block> p(2, 11);
  p.x = {p.of, o["u"]};
  p.dy = {p.of, o["d.y"]};
  for_each_tensor(*p.w, [&](const std::string& tensor, auto& t) {
    const auto values = o[tensor];
    BOOST_REQUIRE(values.size() == t.values().size());
    std::copy(values.begin(), values.end(), t.values().begin());
  });
  p.template both<Backend>();
  BOOST_TEST_CONTEXT(name) {
    BOOST_TEST(worst(p.y.values(), o["y"]) <= layer_tolerance<T>);
    BOOST_TEST(worst(p.dx.values(), o["d.u"]) <= layer_tolerance<T>);
    for_each_tensor(*p.dw, [&](const std::string& tensor, const auto& t) {
      BOOST_TEST_CONTEXT(tensor) { BOOST_TEST(worst(t.values(), o["d." + tensor]) <= layer_tolerance<T>); }
    });
  }
}

}  // namespace krait::testing
