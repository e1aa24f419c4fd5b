// expect: a layer stands here, and L has no 'static void backward(on, weights, x, saved, dy, dx, dweights)'
// expect: layer_without_backward.cpp:15:
#include <krait/model/presets.hpp>
using namespace krait;

struct halved : rms_norm<8> {
  using base = rms_norm<8>;
  // dy and dx the other way round
  template <class B, class T, capacity Cap>
  static void backward(B& on, const base::weights<T>& w, rows<const T, in> x, const base::saved<T, Cap>& s,
                       rows<T, in> dx, rows<const T, out> dy, base::weights<T>& dw) {
    base::backward(on, w, x, s, dy, dx, dw);
  }
};
using layers = repeat<2, residual<rms_norm<8>, halved>>;
int main() { return layers::out; }
