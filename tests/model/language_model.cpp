#define BOOST_TEST_MODULE model_language_model
#include <krait/layer/linear.hpp>

#include "models.hpp"
using namespace krait;
using namespace krait::testing;

namespace {

/// A language model with a batch of token ids.
template <class T, class Model> struct texts {
  static constexpr capacity cap{4, 14};
  static constexpr int classes = Model::out;
  using weights = typename Model::template weights<T>;
  using saved_type = typename Model::template saved<T, cap>;
  std::vector<std::int32_t> tokens, targets;
  sequences of;
  table<T, classes> logits{of}, dlogits{of};
  heap<weights> w = make_heap<weights>(), dw = make_heap<weights>();
  heap<saved_type> saved = make_heap<saved_type>();
  explicit texts(sequences s)
      : tokens(integers("tokens", static_cast<std::size_t>(s.tokens()), classes)),
        targets(integers("targets", static_cast<std::size_t>(s.tokens()), classes)),
        of(s) {
    fill_weights(*w);
  }
  ids x() const { return {tokens.data(), of}; }
  template <class Backend> void forward() {
    Model::forward(on<Backend>(), std::as_const(*w), x(), logits.out(), *saved);
  }
  /// The mean loss of tokens whose mask is 1, and its gradients.
  template <class Backend> double loss(const std::vector<float>& mask) {
    using entropy = kernel::cross_entropy<Backend, classes>;
    forward<Backend>();
    double count = 0;
    for (const float m : mask) count += m;
    std::vector<T> lse(mask.size());
    const double sum = entropy::forward(on<Backend>(), logits.in(), targets.data(), mask.data(), lse.data());
    entropy::backward(on<Backend>(), logits.in(), targets.data(), mask.data(), lse.data(), static_cast<T>(1 / count),
                      dlogits.out());
    Model::backward(on<Backend>(), std::as_const(*w), x(), std::as_const(*saved), dlogits.in(), *dw);
    return sum / count;
  }
};

template <class Backend, class T, class Model> void agrees_with_pytorch(const std::string& name) {
  const oracle o(name);
  const double allowed = std::max(layer_tolerance<T>, 1e-11);  // PyTorch's eps is 1e-5 in double, ours in float
  texts<T, Model> p({3, 7});
  const auto tokens = o["tokens"], targets = o["targets"], mask = o["mask"];
  std::copy(tokens.begin(), tokens.end(), p.tokens.begin());
  std::copy(targets.begin(), targets.end(), p.targets.begin());
  for_each_tensor(*p.w, [&](const std::string& tensor, auto& t) {
    const auto given = o[tensor];
    BOOST_REQUIRE(given.size() == t.values().size());
    std::copy(given.begin(), given.end(), t.data);
  });
  const double loss = p.template loss<Backend>(std::vector<float>(mask.begin(), mask.end()));
  BOOST_TEST(std::abs(loss / o["loss"][0] - 1) <= allowed);
  BOOST_TEST(worst(p.logits.values(), o["logits"]) <= allowed);
  for_each_tensor(*p.dw, [&](const std::string& tensor, const auto& t) {
    BOOST_TEST_CONTEXT(tensor) { BOOST_TEST(worst(t.values(), o["d." + tensor]) <= allowed); }
  });
}

/// Greedy continuation by steps is PyTorch's.
template <class Backend, class T, class Model> void continues_as_pytorch(const std::string& name) {
  const oracle o(name);
  texts<T, Model> p({3, 7});
  for_each_tensor(*p.w, [&](const std::string& tensor, auto& t) {
    const auto given = o[tensor];
    std::copy(given.begin(), given.end(), t.data);
  });
  const auto tokens = o["tokens"];
  const auto state = make_heap<typename Model::template state<T, capacity{3, 14}>>();
  const sequences of{3, 1};
  table<T, Model::out> logits(of);
  std::vector<double> greedy(18);
  std::int32_t now[3];
  for (int t = 0; t < 12; ++t) {
    for (int s = 0; s < 3; ++s)
      now[s] = static_cast<std::int32_t>(t < 7 ? tokens[static_cast<std::size_t>(s * 7 + t)]
                                               : greedy[static_cast<std::size_t>(s * 6 + t - 7)]);
    Model::step(on<Backend>(), std::as_const(*p.w), ids{now, of}, logits.out(), *state);
    for (int s = 0; s < 3 && t >= 6; ++s) {
      const T* row = logits.in()[s];
      greedy[static_cast<std::size_t>(s * 6 + t - 6)] =
          static_cast<double>(std::max_element(row, row + Model::out) - row);
    }
  }
  BOOST_TEST(greedy == o["greedy"], boost::test_tools::per_element());
}

template <class Backend, class T, class Model> void steps_are_forward_of_the_model() {
  texts<T, Model> p({4, 14});
  p.template forward<Backend>();
  const auto state = make_heap<typename Model::template state<T, capacity{4, 14}>>();
  table<T, Model::out> steps(p.of), one({4, 1});
  for (int i = 0; i < 14; ++i) {
    std::int32_t now[4];
    for (int s = 0; s < 4; ++s) now[s] = p.tokens[static_cast<std::size_t>(s * 14 + i)];
    Model::step(on<Backend>(), std::as_const(*p.w), ids{now, one.of}, one.out(), *state);
    for (int s = 0; s < 4; ++s) std::copy_n(one.in()[s], Model::out, steps.out()[s * 14 + i]);
  }
  BOOST_TEST(worst(steps, p.logits) <= layer_tolerance<T>);
}

/// cpu in float against the reference in double, with packed and masked texts.
template <class Model> void cpu_is_the_reference_of_the_model() {
  const auto starts = flags("starts", 56, 0.2), keep = flags("keep", 56, 0.8);
  const sequences of{4, 14, starts.data(), keep.data()};
  texts<float, Model> p(of);
  texts<double, Model> exact(of);
  const double a = p.template loss<backend::cpu>(std::vector<float>(keep.begin(), keep.end()));
  const double b = exact.template loss<backend::reference>(std::vector<float>(keep.begin(), keep.end()));
  BOOST_TEST(std::abs(a / b - 1) <= layer_tolerance<float>);
  BOOST_TEST(worst(p.logits, exact.logits) <= layer_tolerance<float>);
  BOOST_TEST(worst(values<float>(*p.dw), values<double>(*exact.dw)) <= layer_tolerance<float>);
}

}  // namespace

BOOST_AUTO_TEST_CASE(pytorch_agrees_on_mamba) {
  agrees_with_pytorch<backend::reference, double, tiny_mamba>("mamba_lm");
  agrees_with_pytorch<backend::cpu, double, tiny_mamba>("mamba_lm");
  agrees_with_pytorch<backend::cpu, float, tiny_mamba>("mamba_lm");
  continues_as_pytorch<backend::reference, double, tiny_mamba>("mamba_lm");
  continues_as_pytorch<backend::cpu, float, tiny_mamba>("mamba_lm");
}
BOOST_AUTO_TEST_CASE(pytorch_agrees_on_the_transformer) {
  agrees_with_pytorch<backend::reference, double, tiny_transformer>("transformer_lm");
  agrees_with_pytorch<backend::cpu, double, tiny_transformer>("transformer_lm");
  agrees_with_pytorch<backend::cpu, float, tiny_transformer>("transformer_lm");
  continues_as_pytorch<backend::reference, double, tiny_transformer>("transformer_lm");
  continues_as_pytorch<backend::cpu, float, tiny_transformer>("transformer_lm");
}

BOOST_AUTO_TEST_CASE(steps_are_forward_) {
  steps_are_forward_of_the_model<backend::reference, double, tiny_mamba>();
  steps_are_forward_of_the_model<backend::cpu, float, tiny_mamba>();
  steps_are_forward_of_the_model<backend::reference, double, tiny_transformer>();
  steps_are_forward_of_the_model<backend::cpu, float, tiny_transformer>();
}

BOOST_AUTO_TEST_CASE(cpu_is_the_reference_) {
  cpu_is_the_reference_of_the_model<tiny_mamba>();
  cpu_is_the_reference_of_the_model<tiny_transformer>();
}

// The tied table begins as N(0, 0.02), and every token's loss near log(vocabulary).
BOOST_AUTO_TEST_CASE(first_values) {
  using model_type =
      model::language_model<256, model::mamba_stack<2, mamba_config{.d_model = 32, .d_state = 4}>, rms_norm<32>>;
  const auto w = initialised<model_type>(1);
  is_normal(w->embedding.weight, 0.02);
  is_deterministic<model_type>();
  texts<float, model_type> p({4, 14});
  *p.w = *w;
  BOOST_TEST(std::abs(p.loss<backend::cpu>(std::vector<float>(56, 1.f)) - std::log(256.0)) < 0.1);
}

// A head with a matrix and a bias of its own, behind a layer: gradients of all weights against central differences.
BOOST_AUTO_TEST_CASE(a_head_of_its_own) {
  using own =
      model::language_model<5, residual<rms_norm<3>, linear<linear_config{3, 3}>>, rms_norm<3>, model::own_head<true>>;
  are(names<own>(), {"embedding.weight 15", "layers.norm.weight 3", "layers.mixer.weight 9", "layers.mixer.bias 3",
                     "norm_f.weight 3", "lm_head.weight 15", "lm_head.bias 5"});
  const std::vector<float> mask(8, 1);
  texts<double, own> p({2, 4});
  p.loss<backend::reference>(mask);
  const std::vector<double> found = values<double>(*p.dw);
  std::vector<double> wanted;
  for_each_value(*p.w, [&](auto& t) {
    for (const double s : slopes(
             t.values(), [&] { return p.loss<backend::reference>(mask); }, 2.5e-4))
      wanted.push_back(s);
  });
  BOOST_TEST(worst(found, wanted) <= layer_slope_tolerance);
  cpu_is_the_reference_of_the_model<own>();
  steps_are_forward_of_the_model<backend::cpu, float, own>();
  const auto w = initialised<own>(1);
  BOOST_TEST(w->lm_head.bias[0] == 0);
  BOOST_TEST(w->lm_head.weight[0] != w->embedding.weight[0]);
}
