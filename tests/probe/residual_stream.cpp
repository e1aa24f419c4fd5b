// tests/probe/residual_stream.cpp: what is seen after each layer is what the layers up to it put out by themselves.
#define BOOST_TEST_MODULE probe_residual_stream
#include <boost/test/unit_test.hpp>
#include <krait/core/aligned.hpp>
#include <krait/kernel/cpu.hpp>
#include <krait/layer/identity.hpp>
#include <krait/layer/linear.hpp>
#include <krait/layer/residual.hpp>
#include <krait/model/vector_model.hpp>
#include <krait/probe/residual_stream.hpp>
#include <vector>
using namespace krait;

namespace {

constexpr int width = 4, tokens = 6;
constexpr capacity room{2, 3};
using matrix = linear<linear_config{width, width}>;
using branch = residual<identity<width>, matrix>;
/// A type of its own, nested: (matrix), (branch, branch), (branch, branch), (branch), and a layer without weights.
struct pairs : repeat<2, chain<branch, branch>> {};
using stack = chain<matrix, pairs, branch, identity<width>>;
using model_type = model::vector_model<3, 1, stack, identity<width>>;

using table = std::vector<std::vector<double>>;
template <class Rows> table copy(Rows r) {
  table all;
  for (int t = 0; t < tokens; ++t) all.emplace_back(r[t], r[t] + r.width);
  return all;
}
template <class W> table times(const W& w, const table& x) {  // W x + b
  table y;
  for (const auto& row : x) {
    auto& to = y.emplace_back(width);
    for (std::size_t i = 0; i < width; ++i) {
      to[i] = w.bias[static_cast<int>(i)];
      for (std::size_t j = 0; j < row.size(); ++j) to[i] += w.weight[static_cast<int>(i * row.size() + j)] * row[j];
    }
  }
  return y;
}
template <class W> table past(const W& w, const table& x) {  // x + W x + b
  table y = times(w.mixer, x);
  for (std::size_t t = 0; t < x.size(); ++t)
    for (std::size_t i = 0; i < width; ++i) y[t][i] += x[t][i];
  return y;
}
double apart(const table& a, const table& b) {
  double most = a.size() == b.size() ? 0 : 1;
  for (std::size_t t = 0; t < std::min(a.size(), b.size()); ++t)
    for (std::size_t i = 0; i < a[t].size(); ++i) most = std::max(most, std::abs(a[t][i] - b[t][i]));
  return most;
}

}  // namespace

BOOST_AUTO_TEST_CASE(after_every_layer) {
  const auto w = make_heap<model_type::weights<double>>();
  int k = 0;
  for (double& one : flat<double>(*w)) one = std::sin(++k);
  const auto saved = make_heap<model_type::saved<double, room>>();
  const auto x = make_heap<activations<double, room, 3>>();
  const auto y = make_heap<activations<double, room, 1>>();
  const sequences of{2, 3};
  for (int t = 0; t < tokens; ++t)
    for (int i = 0; i < 3; ++i) x->of(of)[t][i] = std::cos(3 * t + i);
  backend::cpu on;
  model_type::forward(on, *w, rows<const double, 3>(x->of(of)), y->of(of), *saved);

  std::vector<table> seen;
  std::vector<int> branches;
  probe::residual_stream<model_type>(std::as_const(*saved), of, [&]<class L>(std::type_identity<L>, auto stream) {
    seen.push_back(copy(stream));
    if constexpr (!std::is_same_v<L, model_type>) branches.push_back(branches_of<L>);
  });
  BOOST_REQUIRE(seen.size() == 8u);
  BOOST_TEST(branches == (std::vector{0, 1, 1, 1, 1, 1, 0}), boost::test_tools::per_element());

  const auto& layers = w->layers;
  table now = times(w->read_in, copy(x->of(of)));
  BOOST_TEST(apart(seen[0], now) < 1e-12);
  BOOST_TEST(apart(seen[1], now = times(layers.first, now)) < 1e-12);
  for (int i = 0; i < 2; ++i) {
    const auto& pair = layers.rest.first[static_cast<std::size_t>(i)];
    BOOST_TEST(apart(seen[static_cast<std::size_t>(2 + 2 * i)], now = past(pair.first, now)) < 1e-12);
    BOOST_TEST(apart(seen[static_cast<std::size_t>(3 + 2 * i)], now = past(pair.rest.first, now)) < 1e-12);
  }
  BOOST_TEST(apart(seen[6], now = past(layers.rest.rest.first, now)) < 1e-12);
  BOOST_TEST(apart(seen[7], now) < 1e-12);

  // The head, put on the last of them, says what the model has said.
  const table said = copy(y->of(of));
  for (int t = 0; t < tokens; ++t) y->of(of)[t][0] = 0;
  model_type::put_out(on, *w, std::as_const(*saved).mixed.of(of), y->of(of), *saved);
  BOOST_TEST(apart(copy(y->of(of)), said) == 0);
}
