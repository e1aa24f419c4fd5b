// tests/train/one_layer.cpp: a step of gradient descent on prompts with outliers, against the plain form.
#define BOOST_TEST_MODULE train_one_layer
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <krait/model/one_layer.hpp>
#include <krait/train/one_layer.hpp>
#include <limits>
#include <string>
#include <vector>

#include "../testing.hpp"
using namespace krait;
using namespace krait::testing;
using train::one_layer_trainer, train::descent;

namespace {

constexpr int d = 9;
using little = task::outlier_classification<task::outlier_classification_config{
    .dimensions = d,
    .relevant = 3,
    .irrelevant = 2,
    .outliers = 3,
    .examples = 7,
    .training = {.outliers = .3, .irrelevant_scale = .5, .outlier_scale = 2},
    .test = {.outliers = .3, .irrelevant_scale = 1.2, .outlier_scale = 6}}>;
using mamba = model::one_layer<model::mamba_attention<>, d>;
using linear = model::one_layer<model::linear_attention_weights, d>;
using softmax = model::one_layer<model::softmax_attention, d>;

/// Loss and weights after some steps are those of equation 3 on dense tokens, one prompt after another.
template <class Model> void a_training_is_plain_gradient_descent() {
  const descent how{.rate = .05, .steps = 4, .batch = 21, .diagonal = .2};
  one_layer_trainer<Model, little, double> trainer(3, little::config.patterns, little::config.training, how);
  using weights = typename Model::template weights<double>;
  const auto w = make_heap<weights>(), dw = make_heap<weights>();
  Model::initialise(*w, 3, .2);
  const little::patterns<double> patterns;
  for (long step = 0; step < how.steps; ++step) {
    double loss = 0;
    std::ranges::fill(flat<double>(*dw), 0.);
    for (int k = 0; k < how.batch; ++k) {
      little::prompts<double> p;
      little::sample(draw{3, stream("outlier training prompts"), 0}, static_cast<std::uint64_t>(step * how.batch + k),
                     little::config.training, p);
      double tokens[little::points * (d + 1)];
      for (int t = 0; t < little::points; ++t) p.write_token(patterns, t, tokens + t * (d + 1));
      const double miss = 1 - p.z[0] * Model::template output<little::points>(*w, tokens);
      if (miss <= 0) continue;
      loss += miss / how.batch;
      Model::template gradient<little::points>(*w, tokens, -p.z[0] / how.batch, *dw);
    }
    BOOST_TEST(std::abs(trainer.step() - loss) < 1e-12, Model::name);
    for (std::size_t i = 0; i < flat<double>(*w).size(); ++i) flat<double>(*w)[i] -= how.rate * flat<double>(*dw)[i];
  }
  BOOST_TEST(worst(flat<double>(trainer.master()), flat<double>(*w)) < 1e-12, Model::name);

  // And its errors are counted as they are.
  auto test = little::config.test;
  test.outliers = .6;
  const auto novel = patterns.published_novel();
  long wrong = 0;
  for (std::uint64_t k = 0; k < 203; ++k) {
    little::prompts<double> p;
    little::sample<task::outlier::targeted, task::outlier::closest>(draw{1, 2, 0}, k, test, p);
    double tokens[little::points * (d + 1)];
    for (int t = 0; t < little::points; ++t) p.write_token(novel, t, tokens + t * (d + 1));
    wrong += !(p.z[0] * Model::template output<little::points>(*w, tokens) > 0);
  }
  const long found =
      trainer.template errors<task::outlier::targeted, task::outlier::closest>(draw{1, 2, 0}, 203, test, novel);
  BOOST_TEST(found == wrong);
  BOOST_TEST((wrong > 0 && wrong < 203));
}

template <class T> double loss_after(long steps) {
  one_layer_trainer<mamba, little, T> trainer(1, little::config.patterns, little::config.training,
                                              {.rate = .1, .steps = steps, .batch = 64});
  double loss = 0;
  trainer.train([&](long step, double now) { loss += step > steps - 50 ? now / 50 : 0; });
  return loss;
}

std::string sentence(const descent& t) {
  try {
    train::check(t);
  } catch (const option_error& e) {
    return e.what();
  }
  return {};
}

}  // namespace

BOOST_AUTO_TEST_CASE(steps_are_plain_gradient_descent) {
  a_training_is_plain_gradient_descent<mamba>();
  a_training_is_plain_gradient_descent<linear>();
  a_training_is_plain_gradient_descent<softmax>();
}

// Float's quick exponentials do not change what is learnt.
BOOST_AUTO_TEST_CASE(float_learns_what_double_learns) {
  const double in_float = loss_after<float>(400), in_double = loss_after<double>(400);
  BOOST_TEST(in_double < .1);
  BOOST_TEST(std::abs(in_float - in_double) < 1e-3 * in_double);
}

BOOST_AUTO_TEST_CASE(impossible_trainings) {
  BOOST_TEST(sentence({}) == "");
  BOOST_TEST(sentence({.rate = 2}) == "descent: the learning rate is 2: it must be above 0 and at most 1");
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const double rate : {0., -1., nan}) BOOST_TEST(sentence({.rate = rate}) != "");
  for (const double diagonal : {0., -1., nan}) BOOST_TEST(sentence({.diagonal = diagonal}) != "");
  BOOST_TEST(sentence({.batch = 0}) != "");
  auto all = little::config.training;
  all.outliers = 1;
  BOOST_CHECK_THROW((one_layer_trainer<mamba, little>(1, little::config.patterns, all, {})), option_error);
}

BOOST_AUTO_TEST_CASE(a_diverged_training_says_so) {
  one_layer_trainer<linear, little> trainer(1, little::config.patterns, little::config.training,
                                            {.rate = 1, .steps = 5000, .batch = 8, .diagonal = 3});
  BOOST_CHECK_THROW(trainer.train(), number_error);
}
