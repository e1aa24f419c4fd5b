// expect: flops: L, or a layer in it, does not say what it costs
#include <krait/model/flops.hpp>
struct unknown {
  static constexpr int in = 4, out = 4;
};
constexpr auto count = krait::flops<unknown>(3);
