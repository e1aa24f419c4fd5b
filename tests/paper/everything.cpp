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
    studies::check(studies::plain::of(record), record);
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(noise_three_phase) { declares_what_its_page_shows<three_phase::study>(); }
BOOST_AUTO_TEST_CASE(noise_over_sub_words) { declares_what_its_page_shows<noise_tokens::study>(); }
BOOST_AUTO_TEST_CASE(noise_of_eight_kinds) { declares_what_its_page_shows<noise_study::study>(); }
BOOST_AUTO_TEST_CASE(noise_state_probe) { declares_what_its_page_shows<state_probe::study>(); }
BOOST_AUTO_TEST_CASE(noise_in_prompts) { declares_what_its_page_shows<noise_in_context::study>(); }
BOOST_AUTO_TEST_CASE(noise_precision) { declares_what_its_page_shows<precision::study>(); }
BOOST_AUTO_TEST_CASE(language_modelling) { declares_what_its_page_shows<text_train::study>(); }
BOOST_AUTO_TEST_CASE(noise_scaling) { declares_what_its_page_shows<scaling::study>(); }
BOOST_AUTO_TEST_CASE(in_context_linear_regression) { declares_what_its_page_shows<linear_regression::study>(); }
BOOST_AUTO_TEST_CASE(in_context_by_layers) { declares_what_its_page_shows<in_context_layers::study>(); }
BOOST_AUTO_TEST_CASE(in_context_single_index) { declares_what_its_page_shows<single_index::study>(); }
BOOST_AUTO_TEST_CASE(in_context_parity) { declares_what_its_page_shows<parity::study>(); }
BOOST_AUTO_TEST_CASE(in_context_recall) { declares_what_its_page_shows<recall::study>(); }
BOOST_AUTO_TEST_CASE(in_context_table) { declares_what_its_page_shows<table::study>(); }
BOOST_AUTO_TEST_CASE(in_context_state_capacity) { declares_what_its_page_shows<state_capacity::study>(); }
BOOST_AUTO_TEST_CASE(in_context_layer_order) { declares_what_its_page_shows<layer_order::study>(); }
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
