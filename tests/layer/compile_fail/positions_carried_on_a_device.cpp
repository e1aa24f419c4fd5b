// expect later: learned_positions: on a device no text begins at a state; forward from a state, or step, on the CPU
#include <krait/backend/arena.hpp>
#include <krait/layer/positions.hpp>
using namespace krait;

struct device {
  using loss_sum = const double*;
  backend::arena scratch;
};
using layer_type = learned_positions<8, positions_config{4}>;
constexpr capacity cap{1, 4};
void step(device& on, const layer_type::weights<float>& w, rows<const float, 8> x, rows<float, 8> y,
          layer_type::state<float, cap>& state) {
  layer_type::step(on, w, x, y, state);
}
