#define BOOST_TEST_MODULE layer_positions
#include <krait/layer/positions.hpp>

#include "layers.hpp"
using namespace krait;
using namespace krait::testing;

using positions = learned_positions<5, positions_config{40}>;

BOOST_AUTO_TEST_CASE(is_a_layer_) { hold(is_a_layer<positions>()); }

// Row of the table that token t got.
BOOST_AUTO_TEST_CASE(positions_count_from_the_start_of_a_text) {
  trial<double, positions> p(1, 8, {true, true});
  const std::uint8_t starts[] = {0, 0, 0, 1, 0, 1, 0, 0}, keep[] = {1, 0, 1, 1, 1, 1, 1, 0};
  const int row[] = {0, -1, 1, 0, 1, 0, 1, -1};
  std::copy_n(starts, 8, p.starts.begin());
  std::copy_n(keep, 8, p.keep.begin());
  p.forward<backend::reference>();
  for (int t = 0; t < 8; ++t)
    for (int i = 0; i < 5; ++i)
      BOOST_TEST(p.y.in()[t][i] == p.x.in()[t][i] + (row[t] < 0 ? 0 : p.w->weight[row[t] * 5 + i]));
}

BOOST_AUTO_TEST_CASE(a_text_longer_than_the_table_is_an_error) {
  using few = learned_positions<5, positions_config{4}>;
  trial<double, few> fits(2, 4), longer(2, 5), padded(1, 6, {false, true});
  fits.forward<backend::reference>();
  BOOST_CHECK_EXCEPTION(longer.forward<backend::reference>(), data_error, [](const data_error& e) {
    return std::string(e.what()) ==
           "A text of 5 tokens meets a model of 4 learned positions; shorten it or give the model more.";
  });
  for (std::size_t t = 0; t < 6; ++t) padded.keep[t] = t < 4;
  padded.both<backend::reference>();  // masked tokens need no position
  few::state<double, capacity{2, 1}> state{};
  trial<double, few> token(2, 1);
  for (int t = 0; t < 4; ++t) few::step(on<backend::reference>(), *token.w, token.x.in(), token.y.out(), state);
  BOOST_CHECK_THROW(few::step(on<backend::reference>(), *token.w, token.x.in(), token.y.out(), state), data_error);
}

BOOST_AUTO_TEST_CASE(names_and_first_values) {
  are(names<positions>(), {"weight 200"});
  is_normal(initialised<positions>(1)->weight, 0.02);
  is_normal(initialised<learned_positions<5, positions_config{40, 1}>>(1)->weight, 1);
  is_deterministic<positions>();
}
