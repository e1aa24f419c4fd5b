#define BOOST_TEST_MODULE model_carry
#include "carry.hpp"

#include <krait/model/vector_model.hpp>
using namespace krait;
using namespace krait::testing;

namespace {

template <class T> using texts = text_run<T, small_mamba>;
template <class T>
using vectors = layer_run<
    T, model::vector_model<3, 2, model::mamba_stack<2, mamba_config{.d_model = 4, .d_state = 2}>, layer_norm<4>>>;

}  // namespace

BOOST_AUTO_TEST_CASE(steps_from_a_state) {
  steps_from_a_state_are_forward<backend::reference, texts<double>, double>();
  steps_from_a_state_are_forward<backend::cpu, texts<float>, float>();
}
BOOST_AUTO_TEST_CASE(pieces) {
  two_pieces_are_the_whole<backend::reference, texts<double>, double>();
  two_pieces_are_the_whole<backend::cpu, texts<float>, float>();
}
BOOST_AUTO_TEST_CASE(gradients_against_central_differences) { gradient_in_the_state_is_the_slope<texts<double>>(); }
BOOST_AUTO_TEST_CASE(cpu_carries_as_the_reference) {
  carries_as_the_reference<backend::cpu, texts<float>, texts<double>, float>();
}
BOOST_AUTO_TEST_CASE(vectors_carry_too) {
  steps_from_a_state_are_forward<backend::cpu, vectors<float>, float>();
  gradient_in_the_state_is_the_slope<vectors<double>>();
}
BOOST_AUTO_TEST_CASE(no_state_is_zeros) { null_is_zero<backend::cpu, texts<float>, float>(); }

// A decoder reads what an encoder has left: the decoder's loss has its gradient in the encoder's weights.
BOOST_AUTO_TEST_CASE(an_encoder_learns_from_its_state_alone) {
  using exact = backend::reference;
  texts<double> encoder(2, 5), decoder(2, 4);
  // Other weights than the encoder's.
  for (double& v : flat<double>(*decoder.w)) v *= 0.9;
  const auto loss = [&] {
    encoder.forward<exact>(nullptr, encoder.final.get());
    decoder.forward<exact>(encoder.final.get(), nullptr);
    return inner(decoder.y, decoder.dy);
  };
  loss();
  decoder.backward<exact>(encoder.final.get(), nullptr, decoder.dinitial.get());
  encoder.dy = table<double, small_mamba::out>(encoder.of);  // its logits are in no loss
  encoder.backward<exact>(nullptr, decoder.dinitial.get(), nullptr);
  const std::vector<double> found = values<double>(*encoder.dw);
  std::vector<double> wanted;
  for_each_value(*encoder.w, [&](auto& t) {
    for (const double one : slopes(t.values(), loss, near_by)) wanted.push_back(one);
  });
  BOOST_TEST(worst(found, wanted) <= layer_slope_tolerance);
  BOOST_TEST(*std::ranges::max_element(wanted) > 1e-3);
}
