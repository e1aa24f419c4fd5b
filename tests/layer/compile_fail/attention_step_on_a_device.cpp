// expect: attention: step keeps keys and values on the host; take steps on the CPU
#include <krait/backend/arena.hpp>
#include <krait/layer/attention.hpp>
using namespace krait;

struct device {
  using loss_sum = const double*;
  backend::arena scratch;
};
using layer_type = attention<attention_config{8, 2}>;
constexpr capacity cap{1, 4};
void step(device& on, const layer_type::weights<float>& w, rows<const float, 8> x, rows<float, 8> y,
          layer_type::state<float, cap>& state) {
  layer_type::step(on, w, x, y, state);
}
