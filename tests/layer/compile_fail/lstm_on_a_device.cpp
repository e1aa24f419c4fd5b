// expect later: lstm, gru: there is no kernel on a device yet; train such a model with --device cpu
#include <krait/backend/arena.hpp>
#include <krait/layer/lstm.hpp>
using namespace krait;

struct device {
  using loss_sum = const double*;
  backend::arena scratch;
};
using layer_type = lstm<lstm_config{8}>;
constexpr capacity cap{1, 4};
void forward(device& on, const layer_type::weights<float>& w, rows<const float, 8> x, rows<float, 8> y,
             layer_type::saved<float, cap>& saved) {
  layer_type::forward(on, w, x, y, saved);
}
