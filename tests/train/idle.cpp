#define BOOST_TEST_MODULE train_idle
#include "idle.hpp"
using namespace krait;
using namespace krait::testing;

BOOST_AUTO_TEST_CASE(decay_shrinks_matrices_alone) {
  idle_steps_shrink_matrices_alone<vector_trainer<decaying>>(100, false);
  idle_steps_shrink_matrices_alone<vector_trainer<decaying_all>>(100, true);
}
BOOST_AUTO_TEST_CASE(empty_batches) { an_empty_batch_changes_nothing<vector_trainer<decaying>>(prompts(0)); }

// Runs of scalars end within the pieces that threads take.
BOOST_AUTO_TEST_CASE(threads_do_not_change_a_bit) {
  vector_trainer<decaying> one(1, 1), three(1, 3);
  testing::take_steps(one, 0, 5, 0.1);
  testing::take_steps(three, 0, 5, 0.1);
  BOOST_TEST((state_of_training(one) == state_of_training(three)));
  vector_trainer<decaying_all> other(1, 1);
  testing::take_steps(other, 0, 5, 0.1);
  BOOST_TEST((bits_of(other.current()) != bits_of(one.current())));
}
