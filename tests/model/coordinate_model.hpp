// tests/model/coordinate_model.hpp: stacks read at one coordinate, that what runs on the host must run on a device too.
#pragma once
#include <krait/layer/identity.hpp>
#include <krait/layer/selective_ssm.hpp>
#include <krait/model/coordinate_model.hpp>

#include "../layer/carry.hpp"

namespace krait::testing {

using one_delta = model::coordinate_model<selective_ssm<selective_ssm_config{.d_model = 5, .d_state = 3}>, 2>;
using delta_by_channel =
    model::coordinate_model<selective_ssm<selective_ssm_config{.d_model = 4, .delta = delta_kind::per_channel}>, 2,
                            identity<4>>;

}  // namespace krait::testing
