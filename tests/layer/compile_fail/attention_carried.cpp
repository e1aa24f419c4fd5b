// expect: attention: no gradient goes through the keys and values of a state; train it without states, or take
#include <krait/kernel/reference.hpp>
#include <krait/layer/attention.hpp>
#include <krait/layer/repeat.hpp>
#include <krait/layer/residual.hpp>
#include <krait/layer/rms_norm.hpp>
using namespace krait;

using stack = repeat<2, residual<rms_norm<8>, attention<attention_config{8, 2}>>>;
constexpr capacity cap{1, 4};
void carry(backend::reference& on, const stack::weights<float>& w, rows<const float, 8> x, rows<float, 8> y,
           const stack::saved<float, cap>& saved, stack::weights<float>& dw, const stack::state<float, cap>* initial,
           const stack::state<float, cap>* dfinal, stack::state<float, cap>* dinitial) {
  stack::backward(on, w, x, saved, rows<const float, 8>(y), y, dw, initial, dfinal, dinitial);
}
