// tests/layer/broken.cpp: what is_a_layer says of layers that break one promise each.
#define BOOST_TEST_MODULE layer_broken
#include "layers.hpp"
using namespace krait;
using namespace krait::testing;

namespace {

enum class fault { none, gradient, packing, mask, step, ahead, overwrites };

/// h_t = h_{t-1} / 2 + w x_t per channel, y = h; with one fault.
template <fault F> struct halving {
  static constexpr int in = 3, out = 3;
  template <class T> struct weights {
    using vector = tensor<T, in>;
    BOOST_HANA_DEFINE_STRUCT(weights, (vector, weight));
  };
  template <class T, capacity Cap> struct saved {};
  template <class T, capacity Cap> struct state { T h[Cap.sequences * in]; };

  template <class B, class T, class Saved>
  static void forward(B&, const weights<T>& w, rows<const T, in> x, rows<T, out> y, Saved&) {
    each_text(x.of, [&](auto&& kept, int c) {
      T h = 0;
      for (const int t : kept) y[t][c] = h = h / 2 + w.weight[c] * x[t][c];
      for (std::size_t i = 1; F == fault::ahead && i < kept.size(); ++i) y[kept[i - 1]][c] += x[kept[i]][c];
    });
    if (x.of.keep && F != fault::mask)
      for (int t = 0; t < x.tokens(); ++t)
        if (!x.of.keep[t]) std::fill_n(y[t], out, T(0));
  }
  template <class B, class T, class Saved>
  static void backward(B&, const weights<T>& w, rows<const T, in> x, const Saved&, rows<const T, out> dy,
                       rows<T, in> dx, weights<T>& dw) {
    for (int t = 0; t < x.tokens(); ++t) std::fill_n(dx[t], in, T(0));
    each_text(x.of, [&](auto&& kept, int c) {
      T dh = 0;
      for (auto t = kept.rbegin(); t != kept.rend(); ++t) {
        dh = dh / (F == fault::gradient ? 3 : 2) + dy[*t][c];
        dx[*t][c] = w.weight[c] * dh;
        dw.weight[c] = (F == fault::overwrites ? 0 : dw.weight[c]) + x[*t][c] * dh;
      }
      for (std::size_t i = 1; F == fault::ahead && i < kept.size(); ++i) dx[kept[i]][c] += dy[kept[i - 1]][c];
    });
  }
  template <class B, class T, capacity Cap>
  static void step(B&, const weights<T>& w, rows<const T, in> x, rows<T, out> y, state<T, Cap>& s) {
    for (int i = 0; i < x.tokens(); ++i)
      for (int c = 0; c < in; ++c) {
        T& h = s.h[i * in + c];
        h = h / 2 + w.weight[c] * x[i][c];
        y[i][c] = F == fault::step ? w.weight[c] * x[i][c] : h;
      }
  }
  template <class T> static void initialise(weights<T>& w, initialiser& at) { at.constant(w.weight, 1); }

 private:
  /// f(kept tokens of a text, channel).
  template <class G> static void each_text(const sequences& of, G&& f) {
    for (int t = 0; t < of.tokens();) {
      std::vector<int> kept;
      do {
        if (!of.keep || of.keep[t] || F == fault::mask) kept.push_back(t);
      } while (++t < of.tokens() && t % of.length != 0 && !(of.starts && of.starts[t] && F != fault::packing));
      for (int c = 0; c < in; ++c) f(kept, c);
    }
  }
};
template <fault F> std::string complaint() { return is_a_layer<halving<F>>().text(); }

}  // namespace

BOOST_AUTO_TEST_CASE(a_good_layer) {
  hold(is_a_layer<halving<fault::none>>());
  BOOST_TEST(complaint<fault::none>().empty());
}
BOOST_AUTO_TEST_CASE(each_fault_is_named) {
  const auto named = [](const std::string& text, const char* what) { return text.find(what) != std::string::npos; };
  BOOST_TEST(named(complaint<fault::gradient>(), "gradient in weight: differs by"));
  BOOST_TEST(!named(complaint<fault::gradient>(), "token by token"));
  BOOST_TEST(named(complaint<fault::packing>(), "outputs of packed texts are those of each alone (reference, double)"));
  BOOST_TEST(named(complaint<fault::mask>(), "outputs with masked tokens are those without them (CPU, float)"));
  BOOST_TEST(named(complaint<fault::step>(), "steps are forward, token by token (reference, double)"));
  BOOST_TEST(named(complaint<fault::ahead>(), "a later token changes no output before it"));
  BOOST_TEST(named(complaint<fault::overwrites>(), "backward adds to the weights' gradients"));
  BOOST_TEST(!named(complaint<fault::packing>(), "masked tokens are those without"));
}
