#define BOOST_TEST_MODULE kernel_zero_order_hold_cuda
#include <boost/test/unit_test.hpp>

#include "selective_scan_cuda.hpp"
#include "zero_order_hold.hpp"
using namespace krait;
using namespace krait::testing;
using kernel::scan_config;

namespace {

/// A batch of at most these takes the block form, or the chained one.
constexpr capacity block{1, 128}, chained{1, 1 << 20};

/// Parameters at the ends of a float, in texts that begin within a chunk and with masked tokens: no NaN. A gradient may
/// be too large for a float where A is.
template <kernel::discretisation B, capacity Cap> void extremes_stay_finite(float greatest, bool backward) {
  constexpr scan_config C{5, 4, 1, B};
  const auto made = testing::make_shared<scan_problem<float, C, Cap>>(1, 200, scan_form{true, true, true});
  auto& p = *made;
  for (int e = 0; e < 5; ++e) p.w->dt_bias[e] = e % 2 ? 80.f : -120.f;
  const float A_log[] = {-120, -100, 6, greatest};
  for (int i = 0; i < 20; ++i) p.w->A_log[i] = A_log[i % 4];
  p.template forward<backend::cuda>();
  if (backward) p.template backward<backend::cuda>();
  for_each_output(p, p, [](const char* what, const auto& a, const auto& b) {
    BOOST_TEST_CONTEXT(what) { BOOST_TEST(worst(a, b) == 0); }
  });
}

}  // namespace

BOOST_AUTO_TEST_CASE(scans) {
  in_every_order([] { scan_holds_to_rounding<backend::cuda>(); });
}
BOOST_AUTO_TEST_CASE(extremes) {
  using enum kernel::discretisation;
  extremes_stay_finite<zoh, capacity{}>(80, true);
  extremes_stay_finite<zoh, block>(80, true);
  extremes_stay_finite<zoh, chained>(80, true);
  extremes_stay_finite<zoh, chained>(120, false);
  extremes_stay_finite<euler, chained>(80, true);
}
