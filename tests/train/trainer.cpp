// tests/train/trainer.cpp: the step as a whole: the same bits for any number of threads, learning, clipping, NaN.
#define BOOST_TEST_MODULE train_trainer
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>

#include "../scratch_folder.hpp"
#include "tiny.hpp"
using namespace krait;
using namespace krait::train;
using namespace krait::testing;

namespace {

const text_set texts(some_pairs(24), tiny_length);

/// What five steps leave, with so many threads.
template <class Trainer> std::string after_five(int threads, std::uint64_t seed = 1) {
  Trainer t(seed, threads);
  if constexpr (std::is_same_v<typename Trainer::objective, objective::cross_entropy>)
    take_steps(t, texts, 0, 5, 0.01);
  else
    take_steps(t, 0, 5, 0.01);
  return state_of_training(t);
}
template <class Trainer> void same_bits() {
  const std::string one = after_five<Trainer>(1);
  BOOST_TEST((after_five<Trainer>(1) == one));
  BOOST_TEST((after_five<Trainer>(2) == one));
  BOOST_TEST((after_five<Trainer>(3) == one));
  BOOST_TEST((after_five<Trainer>(1, 2) != one));
  Trainer fresh(1, 1);
  BOOST_TEST((state_of_training(fresh) != one));
}

using transformer_trainer = text_trainer<tiny_transformer>;
using plain = optim::sgd<optim::sgd_config{.lr = 1}>;
using clipped = optim::sgd<optim::sgd_config{.lr = 1, .clip_norm = 0.25}>;

/// The batch of the first ten pairs.
const std::vector<int> ten{0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
const text_batch& first_ten() {
  static const text_batch batch(texts, ten, 4);
  return batch;
}

}  // namespace

BOOST_AUTO_TEST_CASE(threads_do_not_change_a_bit_of_a_mamba) { same_bits<text_trainer<tiny_mamba>>(); }
BOOST_AUTO_TEST_CASE(threads_do_not_change_a_bit_of_a_transformer) { same_bits<transformer_trainer>(); }
BOOST_AUTO_TEST_CASE(threads_do_not_change_a_bit_of_a_vector_model) { same_bits<vector_trainer<>>(); }

BOOST_AUTO_TEST_CASE(losses_and_norms_do_not_depend_on_threads) {
  transformer_trainer one(1, 1), three(1, 3);
  for (int i = 0; i < 3; ++i) {
    const step_result a = one.step(first_ten(), 0.01), b = three.step(first_ten(), 0.01);
    BOOST_TEST(a.loss == b.loss);
    BOOST_TEST(a.gradient_norm == b.gradient_norm);
    BOOST_TEST(one.loss(first_ten()) == three.loss(first_ten()));
  }
  BOOST_TEST(one.steps_done() == 3);
}

BOOST_AUTO_TEST_CASE(the_loss_falls) {
  text_trainer<tiny_mamba> mamba(1, 2);
  const auto of_mamba = take_steps(mamba, texts, 0, 60, 0.01);
  BOOST_TEST(std::abs(of_mamba.front() - std::log(256.)) < 0.3);  // it begins by knowing nothing
  BOOST_TEST(of_mamba.back() < 0.5 * of_mamba.front());
  transformer_trainer transformer(1, 2);
  const auto of_transformer = take_steps(transformer, texts, 0, 60, 0.01);
  BOOST_TEST(of_transformer.back() < 0.5 * of_transformer.front());
  vector_trainer<> vectors(1, 2);
  const double first = vectors.loss(prompts(0));
  for (int i = 0; i < 60; ++i) vectors.step(prompts(0), 0.01);
  BOOST_TEST(vectors.loss(prompts(0)) < 0.5 * first);
}

// A batch without a step: the same loss, and nothing changes.
BOOST_AUTO_TEST_CASE(loss_is_the_loss_of_the_step) {
  transformer_trainer t(1, 2);
  const std::string before = state_of_training(t);
  const double loss = t.loss(first_ten());
  BOOST_TEST((state_of_training(t) == before));
  BOOST_TEST(std::abs(t.step(first_ten(), 0.01).loss / loss - 1) < 1e-6);
  BOOST_TEST(t.loss(first_ten()) < loss);
}

// torch.nn.utils.clip_grad_norm_: the gradient times min(1, clip / (norm + 1e-6)).
BOOST_AUTO_TEST_CASE(clipping_by_the_global_norm) {
  text_trainer<tiny_transformer, plain> free(1, 1);
  text_trainer<tiny_transformer, clipped> bound(1, 1);
  const std::vector<float> start = [&] {
    const auto w = flat<float>(free.current());
    return std::vector<float>(w.begin(), w.end());
  }();
  const double norm = free.step(first_ten(), 64).gradient_norm;  // a large rate: the change keeps the gradient's digits
  BOOST_TEST(bound.step(first_ten(), 64).gradient_norm == norm);
  BOOST_REQUIRE(norm > 0.5);  // the clipping has something to do
  const auto whole = flat<float>(free.current()), part = flat<float>(bound.current());
  double squares = 0, off = 0, greatest = 0;
  for (std::size_t i = 0; i < start.size(); ++i) {
    const double gradient = (double(start[i]) - whole[i]) / 64, used = (double(start[i]) - part[i]) / 64;
    squares += gradient * gradient;
    greatest = std::max(greatest, std::abs(gradient));
    off = std::max(off, std::abs(used - gradient * 0.25 / (norm + 1e-6)));
  }
  BOOST_TEST(std::abs(std::sqrt(squares) / norm - 1) < 1e-5);
  BOOST_TEST(off < 1e-5 * greatest);
  // A norm below the bound leaves the gradient alone, to the bit.
  text_trainer<tiny_transformer, optim::sgd<optim::sgd_config{.lr = 1, .clip_norm = 1e6}>> wide(1, 1);
  wide.step(first_ten(), 64);
  BOOST_TEST((bits_of(wide.current()) == bits_of(free.current())));
}

BOOST_AUTO_TEST_CASE(reset_and_restored) {
  transformer_trainer t(1, 2);
  take_steps(t, texts, 0, 5, 0.01);
  const std::string w = bits_of(t.current());
  t.reset_optimizer();
  BOOST_TEST(t.steps_done() == 0);
  BOOST_TEST((bits_of(t.current()) == w));
  for (int i = 0; i < 2; ++i)
    for (const float x : flat<float>(t.moment(i))) BOOST_REQUIRE(x == 0);
  // Weights written from outside are those of the next forward pass.
  transformer_trainer other(2, 2);
  const double wanted = t.loss(first_ten());
  BOOST_TEST(other.loss(first_ten()) != wanted);
  other.master() = t.master();
  other.restored(7);
  BOOST_TEST(other.steps_done() == 7);
  BOOST_TEST(other.loss(first_ten()) == wanted);
}

// With an absurd rate the weights fly off; the next step says so and changes nothing.
BOOST_AUTO_TEST_CASE(an_absurd_rate_stops_at_its_step) {
  text_trainer<tiny_transformer, plain> t(1, 2);
  t.step(first_ten(), 1e30);
  const std::string before = state_of_training(t);
  const std::string text = sentence_of<number_error>([&] { t.step(first_ten(), 1); });
  BOOST_TEST(contains(text, "Step 2 has a loss of"));
  BOOST_TEST(contains(text, "is not finite; lower the learning rate or clip the gradient."));
  BOOST_TEST(!contains(text, "\n"));
  BOOST_TEST((state_of_training(t) == before));
}

BOOST_AUTO_TEST_CASE(the_first_bad_tensor_has_its_name) {
  transformer_trainer t(1, 2);
  take_steps(t, texts, 0, 2, 0.01);
  const auto good = t.master();
  const float nan = std::numeric_limits<float>::quiet_NaN(), inf = std::numeric_limits<float>::infinity();
  for_each_tensor(t.master(), [&](const std::string& name, auto& tensor) {
    for (const float bad : {nan, inf}) {
      t.master() = good;
      tensor[tensor.size - 1] = bad;
      // A position that no text reaches, and a token that none has, is never read: then there is no error to speak of.
      if (name == "layers.0.weight") tensor[0] = bad;
      if (name == "embedding.weight") tensor[data::byte_tokenizer::begin * tiny_width] = bad;
      t.restored(2);
      const std::string before = state_of_training(t);
      const std::string text = sentence_of<number_error>([&] { t.step(first_ten(), 0.01); });
      BOOST_TEST(contains(text, "Step 3 "), text);
      BOOST_TEST(contains(text, " " + name + " is not finite"), name << ": " << text);
      BOOST_TEST((state_of_training(t) == before));
    }
  });
  t.master() = good;
  for (auto& layer_norm_weight : t.master().norm_f.weight.values()) layer_norm_weight = nan;
  t.master().layers.first.weight[0] = nan;
  t.restored(2);
  BOOST_TEST(contains(sentence_of<number_error>([&] { t.step(first_ten(), 0.01); }), " layers.0.weight is not finite"));
  t.master() = good;
  t.restored(2);
  BOOST_TEST(std::isfinite(t.step(first_ten(), 0.01).loss));  // and the trainer goes on
}

BOOST_AUTO_TEST_CASE(an_error_within_a_thread_comes_out) {
  struct broken {
    int shards() const { return 8; }
    double weight() const { return 1; }
    void fill(int i, tiny_shard& to) const {
      if (i == 5) throw data_error("shard 5 is broken.");
      first_ten().fill(0, to);
    }
  };
  transformer_trainer t(1, 3);
  const std::string before = state_of_training(t);
  BOOST_TEST(sentence_of<data_error>([&] { t.step(broken{}, 0.01); }) == "shard 5 is broken.");
  BOOST_TEST((state_of_training(t) == before));
  BOOST_TEST(std::isfinite(t.step(first_ten(), 0.01).loss));
}

// Fewer shards than groups, one shard, and more than groups.
BOOST_AUTO_TEST_CASE(batches_of_every_size) {
  for (const int count : {1, 2, 7, 40}) {
    vector_trainer<> one(1, 1), three(1, 3);
    const double a = one.step(prompts(0, count), 0.01).loss, b = three.step(prompts(0, count), 0.01).loss;
    BOOST_TEST(a == b);
    BOOST_TEST(std::isfinite(a));
    BOOST_TEST((state_of_training(one) == state_of_training(three)));
  }
}

BOOST_AUTO_TEST_CASE(outputs_visits_every_shard_once) {
  vector_trainer<> t(1, 2);
  std::vector<int> visits(5);
  double sum = 0;
  std::vector<double> parts(5);
  t.outputs(prompts(0), [&](int i, rows<const float, 1> out, const auto& in) {
    ++visits[static_cast<std::size_t>(i)];
    for (int k = 0; k < in.of.tokens(); ++k)
      parts[static_cast<std::size_t>(i)] += in.weight[k] * std::pow(double(out[k][0]) - in.target()[k][0], 2);
  });
  BOOST_TEST((visits == std::vector<int>(5, 1)));
  for (const double p : parts) sum += p;
  BOOST_TEST(std::abs(sum / prompts(0).weight() / t.loss(prompts(0)) - 1) < 1e-5);
}
