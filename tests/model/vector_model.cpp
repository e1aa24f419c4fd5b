#define BOOST_TEST_MODULE model_vector_model
#include <krait/layer/gru.hpp>

#include "models.hpp"
using namespace krait;
using namespace krait::testing;

using mamba_learner =
    model::vector_model<5, 2, model::mamba_stack<2, mamba_config{.d_model = 6, .d_state = 3}, layer_norm<6>>,
                        layer_norm<6>>;
using recurrent_learner = model::vector_model<5, 2, repeat<2, gru<gru_config{6}>>, layer_norm<6>>;
using transformer_learner = model::vector_model<5, 2, model::transformer_stack<1, 6, 2, 20>, layer_norm<6>>;

namespace {

template <class T, class Model> struct vectors {
  static constexpr capacity cap{3, 20};
  using weights = typename Model::template weights<T>;
  using saved_type = typename Model::template saved<T, cap>;
  sequences of;
  table<T, Model::in> x{of, "x"};
  table<T, Model::out> y{of}, dy{of, "dy"};
  heap<weights> w = make_heap<weights>(), dw = make_heap<weights>();
  heap<saved_type> saved = make_heap<saved_type>();
  explicit vectors(sequences s) : of(s) { fill_weights(*w); }
  template <class Backend> void forward() { Model::forward(on<Backend>(), std::as_const(*w), x.in(), y.out(), *saved); }
  template <class Backend> void both() {
    forward<Backend>();
    Model::backward(on<Backend>(), std::as_const(*w), x.in(), std::as_const(*saved), dy.in(), *dw);
  }
};

template <class Model> void backward_is_the_slope_of_the_model() {
  vectors<double, Model> p({2, 5});
  p.template both<backend::reference>();
  const std::vector<double> gradients = values<double>(*p.dw);
  std::vector<double> slope;
  for_each_value(*p.w, [&](auto& t) {
    const auto part = slopes(t.values(), [&] {
      p.template forward<backend::reference>();
      return inner(p.y, p.dy);
    });
    slope.insert(slope.end(), part.begin(), part.end());
  });
  BOOST_TEST(worst(gradients, slope) <= layer_slope_tolerance);
}
template <class Model> void cpu_is_the_reference_of_the_model() {
  const auto starts = flags("starts", 60, 0.2), keep = flags("keep", 60, 0.8);
  for (const sequences of : {sequences{3, 20}, sequences{3, 20, starts.data(), keep.data()}}) {
    vectors<float, Model> p(of);
    vectors<double, Model> exact(of);
    p.template both<backend::cpu>();
    exact.template both<backend::reference>();
    BOOST_TEST(worst(p.y, exact.y) <= layer_tolerance<float>);
    BOOST_TEST(worst(values<float>(*p.dw), values<double>(*exact.dw)) <= layer_tolerance<float>);
  }
}
template <class Backend, class T, class Model> void steps_are_forward_of_the_model() {
  vectors<T, Model> p({3, 20});
  p.template forward<Backend>();
  const auto state = make_heap<typename Model::template state<T, capacity{3, 20}>>();
  table<T, Model::out> steps(p.of), y({3, 1});
  table<T, Model::in> x({3, 1});
  for (int i = 0; i < 20; ++i) {
    for (int s = 0; s < 3; ++s) std::copy_n(p.x.in()[s * 20 + i], Model::in, x.out()[s]);
    Model::step(on<Backend>(), std::as_const(*p.w), x.in(), y.out(), *state);
    for (int s = 0; s < 3; ++s) std::copy_n(y.in()[s], Model::out, steps.out()[s * 20 + i]);
  }
  BOOST_TEST(worst(steps, p.y) <= layer_tolerance<T>);
}
template <class Model> void holds() {
  backward_is_the_slope_of_the_model<Model>();
  cpu_is_the_reference_of_the_model<Model>();
  steps_are_forward_of_the_model<backend::reference, double, Model>();
  steps_are_forward_of_the_model<backend::cpu, float, Model>();
}

}  // namespace

BOOST_AUTO_TEST_CASE(mamba_holds) { holds<mamba_learner>(); }
BOOST_AUTO_TEST_CASE(transformer_holds) { holds<transformer_learner>(); }
BOOST_AUTO_TEST_CASE(recurrent_holds) { holds<recurrent_learner>(); }

BOOST_AUTO_TEST_CASE(names_and_first_values) {
  const std::vector<std::string> all = names<mamba_learner>();
  BOOST_TEST(all.front() == "read_in.weight 30");
  BOOST_TEST(all[1] == "read_in.bias 6");
  BOOST_TEST(all[2] == "layers.0.norm.weight 6");
  BOOST_TEST(all.back() == "read_out.bias 2");
  using wide = model::vector_model<50, 20, model::mamba_stack<1, mamba_config{.d_model = 64}>, rms_norm<64>>;
  const auto w = initialised<wide>(1);
  is_uniform(w->read_in.weight, 1 / std::sqrt(50.0));
  is_uniform(w->read_in.bias, 1 / std::sqrt(50.0));
  is_uniform(w->read_out.weight, 1 / 8.0);
  is_deterministic<wide>();
}
