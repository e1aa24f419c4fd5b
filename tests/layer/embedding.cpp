#define BOOST_TEST_MODULE layer_embedding
#include <krait/layer/embedding.hpp>

#include "layers.hpp"
using namespace krait;
using namespace krait::testing;

using table_of = embedding<11, 7>;

namespace {
template <class T> struct lookup {
  std::vector<std::int32_t> tokens;
  sequences of;
  heap<table_of::weights<T>> w = make_heap<table_of::weights<T>>(), dw = make_heap<table_of::weights<T>>();
  table<T, 7> y{of}, dy{of, "dy"};
  explicit lookup(int length) : tokens(integers("tokens", static_cast<std::size_t>(length), 11)), of{1, length} {
    fill_weights(*w);
  }
  ids x() const { return {tokens.data(), of}; }
  template <class Backend> void both() {
    table_of::forward(on<Backend>(), std::as_const(*w), x(), y.out());
    table_of::backward(on<Backend>(), x(), dy.in(), *dw);
  }
};
}  // namespace

BOOST_AUTO_TEST_CASE(rows_of_the_table) {
  lookup<double> p(20);
  p.both<backend::reference>();
  for (int t = 0; t < 20; ++t)
    for (int i = 0; i < 7; ++i)
      BOOST_TEST(p.y.in()[t][i] == p.w->weight[p.tokens[static_cast<std::size_t>(t)] * 7 + i]);
  const auto loss = [&] {
    table_of::forward(on<backend::reference>(), std::as_const(*p.w), p.x(), p.y.out());
    return inner(p.y, p.dy);
  };
  BOOST_TEST(worst(p.dw->weight.values(), slopes(p.w->weight.values(), loss)) <= slope_tolerance);
}

BOOST_AUTO_TEST_CASE(cpu_is_the_reference_) {
  for (const int length : {0, 1, 33}) {
    lookup<float> p(length);
    lookup<double> exact(length);
    p.both<backend::cpu>();
    exact.both<backend::reference>();
    BOOST_TEST(worst(p.y, exact.y) == 0);
    BOOST_TEST(worst(p.dw->weight.values(), exact.dw->weight.values()) <= tolerance<float>);
  }
}

BOOST_AUTO_TEST_CASE(names_and_first_values) {
  are(names<table_of>(), {"weight 77"});
  is_normal(initialised<embedding<100, 30>>(1)->weight, 0.02);
  is_deterministic<table_of>();
}
