// tests/train/checkpoint_training.cpp: a trainer to a file and back: training goes on as if nothing had happened.
#define BOOST_TEST_MODULE train_checkpoint_training
#include <boost/test/unit_test.hpp>
#include <krait/train/checkpoint.hpp>

#include "../data/files.hpp"
#include "../scratch_folder.hpp"
#include "tiny.hpp"
using namespace krait;
using namespace krait::train;
using namespace krait::testing;
using test::says;

namespace {

const text_set texts(some_pairs(12), tiny_length);

/// Five steps more, with and without a file in between, and on another number of threads.
template <class Precision> void goes_on_from_a_file() {
  scratch_folder here;
  using trainer_type = text_trainer<tiny_transformer, brisk, Precision>;
  trainer_type through(1, 2);
  take_steps(through, texts, 0, 4, 0.01);
  write_trainer(here / "t", {{"step", "4"}}, through);
  take_steps(through, texts, 4, 9, 0.01);
  trainer_type again(7, 1);
  take_steps(again, texts, 0, 2, 0.01);  // moments that must go
  BOOST_TEST(read_trainer(here / "t", again).at("step") == "4");
  again.restored(4);
  take_steps(again, texts, 4, 9, 0.01);
  BOOST_TEST((state_of_training(again) == state_of_training(through)));
}
}  // namespace

BOOST_AUTO_TEST_CASE(training_goes_on_from_a_file) {
  goes_on_from_a_file<optim::fp32>();
  goes_on_from_a_file<optim::bf16>();
  goes_on_from_a_file<optim::bf16_master>();
}

BOOST_AUTO_TEST_CASE(a_trainers_file_names_its_moments) {
  scratch_folder here;
  text_trainer<tiny_transformer> t(1, 1);
  write_trainer(here / "t", {}, t);
  const data::safetensors file(here / "t");
  for (const char* name : {"weights.norm_f.weight", "m.norm_f.weight", "v.norm_f.weight"}) BOOST_TEST(file.has(name));
  text_trainer<tiny_transformer, optim::sgd<>> other(1, 1);
  BOOST_CHECK_EXCEPTION(read_trainer(here / "t", other), data_error, says("has no tensor velocity.embedding.weight"));
}
