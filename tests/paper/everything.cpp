// tests/paper/everything.cpp: krait.hpp is all of krait, every example stands in one program, and every page fits what
// its study declares to measure.
#define BOOST_TEST_MODULE paper_everything
#include <boost/test/unit_test.hpp>
#include <krait/krait.hpp>

// The examples as they are, but for their main(), which nobody calls.
#define main(...) never_called(auto, __VA_ARGS__)
namespace three_phase {
#include "../../examples/noise/three_phase.cpp"
}
namespace noise_tokens {
#include "../../examples/noise/tokens.cpp"
}
namespace noise_study {
#include "../../examples/noise/study.cpp"
}
namespace state_probe {
#include "../../examples/noise/state_probe.cpp"
}
namespace noise_in_context {
#include "../../examples/noise/in_context.cpp"
}
namespace instruction {
#include "../../examples/noise/instruction.cpp"
}
namespace precision {
#include "../../examples/noise/precision.cpp"
}
namespace scaling {
#include "../../examples/noise/scaling.cpp"
}
namespace text_train {
#include "../../examples/text/train.cpp"
}
namespace in_context_layers {
#include "../../examples/in_context/layers.cpp"
}
namespace single_index {
#include "../../examples/in_context/single_index.cpp"
}
namespace linear_regression {
#include "../../examples/in_context/linear_regression.cpp"
}
namespace parity {
#include "../../examples/in_context/parity.cpp"
}
namespace parity_ablation {
#include "../../examples/in_context/parity_ablation.cpp"
}
namespace recall {
#include "../../examples/in_context/recall.cpp"
}
namespace table {
#include "../../examples/in_context/table.cpp"
}
namespace state_capacity {
#include "../../examples/in_context/state_capacity.cpp"
}
namespace layer_order {
#include "../../examples/in_context/layer_order.cpp"
}
namespace flops {
#include "../../examples/in_context/flops.cpp"
}
namespace markov_chains {
#include "../../examples/in_context/markov.cpp"
}
namespace kalman {
#include "../../examples/in_context/kalman.cpp"
}
namespace associative_memory {
#include "../../examples/in_context/associative_memory.cpp"
}
namespace fraction {
#include "../../examples/outliers/fraction.cpp"
}
namespace mechanism {
#include "../../examples/outliers/mechanism.cpp"
}
namespace convergence {
#include "../../examples/outliers/convergence.cpp"
}
namespace beyond {
#include "../../examples/outliers/beyond.cpp"
}
namespace placement {
#include "../../examples/outliers/placement.cpp"
}
namespace online_gradient {
#include "../../examples/in_context/online_gradient.cpp"
}
namespace gating {
#include "../../examples/in_context/gating.cpp"
}
namespace length {
#include "../../examples/memory/length.cpp"
}
namespace categories {
#include "../../examples/memory/categories.cpp"
}
namespace capacity {
#include "../../examples/memory/capacity.cpp"
}
namespace position {
#include "../../examples/memory/position.cpp"
}
namespace frequency {
#include "../../examples/memory/frequency.cpp"
}
namespace architectures {
#include "../../examples/memory/architectures.cpp"
}
namespace causal_frequency {
#include "../../examples/memory/causal_frequency.cpp"
}
#undef main

using namespace krait;

namespace {

/// What run<Study>() does before anything is measured.
template <class Study> void declares_what_its_page_shows() {
  static_assert(program::runnable<Study>);
  for (const bool quick : {false, true}) {
    program::options asked;
    asked.quick = quick;
    const Study study(asked);
    studies::record record;
    record.seeds = {1};
    record.quick = quick;
    study.describe(record);
    if constexpr (requires { Study::page::rows; }) record.publish(Study::page::rows);
    const studies::exhibits page = Study::page::of(record);
    BOOST_CHECK_NO_THROW(studies::check(page, record));
    BOOST_TEST(!page.tables.empty());
    BOOST_TEST(!page.plots.empty());
    BOOST_TEST(!page.claims.empty());
    BOOST_TEST(!studies::drawn(page, record).finding.empty());  // of nothing measured, too
    BOOST_TEST(study.steps() > 0);
    if (quick) {  // the time left is of the seeds that are taken: asked for as many as these, there are as many steps
      program::options taken = asked;
      BOOST_TEST(Study(taken).steps() == study.steps());
    }
    studies::check(studies::plain::of(record), record);
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(noise_three_phase) { declares_what_its_page_shows<three_phase::study>(); }
BOOST_AUTO_TEST_CASE(noise_over_sub_words) { declares_what_its_page_shows<noise_tokens::study>(); }
BOOST_AUTO_TEST_CASE(noise_of_eight_kinds) { declares_what_its_page_shows<noise_study::study>(); }
BOOST_AUTO_TEST_CASE(noise_state_probe) { declares_what_its_page_shows<state_probe::study>(); }
BOOST_AUTO_TEST_CASE(noise_in_prompts) { declares_what_its_page_shows<noise_in_context::study>(); }
BOOST_AUTO_TEST_CASE(noise_after_instruction) { declares_what_its_page_shows<instruction::study>(); }
BOOST_AUTO_TEST_CASE(noise_precision) { declares_what_its_page_shows<precision::study>(); }
BOOST_AUTO_TEST_CASE(language_modelling) { declares_what_its_page_shows<text_train::study>(); }
BOOST_AUTO_TEST_CASE(noise_scaling) { declares_what_its_page_shows<scaling::study>(); }
BOOST_AUTO_TEST_CASE(in_context_linear_regression) { declares_what_its_page_shows<linear_regression::study>(); }
BOOST_AUTO_TEST_CASE(in_context_by_layers) { declares_what_its_page_shows<in_context_layers::study>(); }
BOOST_AUTO_TEST_CASE(in_context_single_index) { declares_what_its_page_shows<single_index::study>(); }
BOOST_AUTO_TEST_CASE(in_context_parity) { declares_what_its_page_shows<parity::study>(); }
BOOST_AUTO_TEST_CASE(in_context_parity_ablation) { declares_what_its_page_shows<parity_ablation::study>(); }
BOOST_AUTO_TEST_CASE(in_context_recall) { declares_what_its_page_shows<recall::study>(); }
BOOST_AUTO_TEST_CASE(in_context_table) { declares_what_its_page_shows<table::study>(); }
BOOST_AUTO_TEST_CASE(in_context_state_capacity) { declares_what_its_page_shows<state_capacity::study>(); }
BOOST_AUTO_TEST_CASE(in_context_layer_order) { declares_what_its_page_shows<layer_order::study>(); }
BOOST_AUTO_TEST_CASE(in_context_flops) { declares_what_its_page_shows<flops::study>(); }
BOOST_AUTO_TEST_CASE(in_context_markov) { declares_what_its_page_shows<markov_chains::study>(); }
BOOST_AUTO_TEST_CASE(in_context_kalman) { declares_what_its_page_shows<kalman::study>(); }
BOOST_AUTO_TEST_CASE(in_context_associative_memory) { declares_what_its_page_shows<associative_memory::study>(); }
BOOST_AUTO_TEST_CASE(outliers_fraction) { declares_what_its_page_shows<fraction::study>(); }
BOOST_AUTO_TEST_CASE(outliers_mechanism) { declares_what_its_page_shows<mechanism::study>(); }
BOOST_AUTO_TEST_CASE(outliers_convergence) { declares_what_its_page_shows<convergence::study>(); }
BOOST_AUTO_TEST_CASE(outliers_beyond) { declares_what_its_page_shows<beyond::study>(); }
BOOST_AUTO_TEST_CASE(outliers_placement) { declares_what_its_page_shows<placement::study>(); }
BOOST_AUTO_TEST_CASE(in_context_online_gradient) { declares_what_its_page_shows<online_gradient::study>(); }
BOOST_AUTO_TEST_CASE(in_context_gating) { declares_what_its_page_shows<gating::study>(); }
BOOST_AUTO_TEST_CASE(memory_length) { declares_what_its_page_shows<length::study>(); }
BOOST_AUTO_TEST_CASE(memory_categories) { declares_what_its_page_shows<categories::study>(); }
BOOST_AUTO_TEST_CASE(memory_capacity) { declares_what_its_page_shows<capacity::study>(); }
BOOST_AUTO_TEST_CASE(memory_position) { declares_what_its_page_shows<position::study>(); }
BOOST_AUTO_TEST_CASE(memory_frequency) { declares_what_its_page_shows<frequency::study>(); }
BOOST_AUTO_TEST_CASE(memory_architectures) { declares_what_its_page_shows<architectures::study>(); }
BOOST_AUTO_TEST_CASE(memory_causal_frequency) { declares_what_its_page_shows<causal_frequency::study>(); }

// What was published of two noises is not held against a third.
BOOST_AUTO_TEST_CASE(noise_is_held_against_what_was_published_of_it) {
  program::options asked;
  const noise_study::study study(asked);
  studies::record record;
  record.seeds = {1};
  study.describe(record);
  const auto found = [&](double back_from_others) {
    studies::record r = record;
    for (const auto& model : r.levels("model")) {
      r.add({{"model", model}, {"asked", "held out"}}, 1, 10, "known", 1);
      for (const auto& noise : r.levels("noise")) {
        const studies::labels at{{"model", model}, {"noise", noise}};
        r.add(studies::with(studies::with(at, {"phase", 1}), {"asked", "trained"}), 1, 10, "exact", 1);
        const bool published = noise == "charflip" || noise == "wordflip";
        for (const auto& [phase, right] : {std::pair(1, .8), {2, .02}, {3, published ? .78 : back_from_others}})
          r.add(studies::with(studies::with(at, {"phase", phase}), {"asked", "held out"}), 1, 10 * phase, "right",
                right);
      }
    }
    return studies::drawn(noise_study::study::page::of(r), r).finding;
  };
  for (const double back_from_others : {.8, .3})
    BOOST_TEST(found(back_from_others).find("all come back from charflip and wordflip.") != std::string::npos);
}
