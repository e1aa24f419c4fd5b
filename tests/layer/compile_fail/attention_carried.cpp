// expect: attention: no forward begins from or leaves its keys and values; take the tokens one by one with step
#include <krait/kernel/reference.hpp>
#include <krait/layer/attention.hpp>
#include <krait/layer/repeat.hpp>
#include <krait/layer/residual.hpp>
#include <krait/layer/rms_norm.hpp>
using namespace krait;

using stack = repeat<2, residual<rms_norm<8>, attention<attention_config{8, 2}>>>;
constexpr capacity cap{1, 4};
void carry(backend::reference& on, const stack::weights<float>& w, rows<const float, 8> x, rows<float, 8> y,
           stack::saved<float, cap>& saved, const stack::state<float, cap>* initial, stack::state<float, cap>* final) {
  stack::forward(on, w, x, y, saved, initial, final);
}
