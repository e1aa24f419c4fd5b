// expect: one_layer_scan: tokens and weights lie on the host; ask a backend of the CPU
#include <krait/model/one_layer_scan.hpp>
using namespace krait;

struct device {
  using loss_sum = const double*;
};
using model_type = model::one_layer_scan<3, 4, model::decay_config{}, kernel::discretisation::zero_order_hold, device>;
static_assert(model_type::width == 4);
