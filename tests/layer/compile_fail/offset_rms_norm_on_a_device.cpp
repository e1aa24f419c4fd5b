// expect: offset_rms_norm: there is no kernel of it on a device; take rms_norm, or --device cpu
#include <krait/backend/arena.hpp>
#include <krait/layer/offset_rms_norm.hpp>
using namespace krait;

struct device {
  using loss_sum = const double*;
  backend::arena scratch;
};
template <> struct krait::kernel::rms_norm<device, 8> {
  static void forward(auto&&...) {}
};
using layer_type = offset_rms_norm<8>;
constexpr capacity cap{1, 4};
void forward(device& on, const layer_type::weights<float>& w, rows<const float, 8> x, rows<float, 8> y,
             layer_type::saved<float, cap>& saved) {
  layer_type::forward(on, w, x, y, saved);
}
