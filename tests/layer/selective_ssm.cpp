#define BOOST_TEST_MODULE layer_selective_ssm
#include <krait/layer/selective_ssm.hpp>

#include "layers.hpp"
using namespace krait;
using namespace krait::testing;

using shared = selective_ssm<selective_ssm_config{.d_model = 7}>;
using odd = selective_ssm<selective_ssm_config{.d_model = 5, .d_state = 3}>;
using by_channel = selective_ssm<selective_ssm_config{.d_model = 6, .d_state = 4, .delta = delta_kind::per_channel}>;

namespace {

/// y_tj = sum over s <= t of sigmoid(w_j . u_s) prod over s < r <= t of (1 - sigmoid(w_j . u_r)) (B_s . C_t) u_sj.
template <class L> table<double, L::out> closed_form(const trial<double, L>& p) {
  constexpr int d = L::in;
  const auto dot = [&](const double* a, const double* b) {
    double sum = 0;
    for (int i = 0; i < d; ++i) sum += a[i] * b[i];
    return sum;
  };
  const auto sigmoid = [](double v) { return 1 / (1 + std::exp(-v)); };
  table<double, L::out> y(p.of);
  for (int t = 0; t < p.of.length; ++t)
    for (int s = 0; s <= t; ++s) {
      double score = 0;
      for (int n = 0; n < L::N; ++n) score += dot(&p.w->W_B[n * d], p.x.in()[s]) * dot(&p.w->W_C[n * d], p.x.in()[t]);
      for (int j = 0; j < d; ++j) {
        const double* w = &p.w->w[L::shared ? 0 : j * d];
        double G = sigmoid(dot(w, p.x.in()[s]));
        for (int r = s + 1; r <= t; ++r) G *= 1 - sigmoid(dot(w, p.x.in()[r]));
        y.out()[t][j] += G * score * p.x.in()[s][j];
      }
    }
  return y;
}

/// A text in pieces, the state handed on in one object.
template <class Backend, class T> void pieces_are_the_whole() {
  const int borders[] = {0, 1, 3, 4, 17, 30};
  trial<T, odd> whole(1, 30, {true, true});
  whole.template forward<Backend>();
  const auto state = make_heap<odd::state<T, capacity{1, 1}>>();
  std::vector<T> y;
  for (int i = 0; i < 5; ++i) {
    trial<T, odd> piece(1, borders[i + 1] - borders[i], {true, true});
    piece.take(whole, borders[i]);
    std::copy_n(whole.starts.begin() + borders[i], piece.of.length, piece.starts.begin());
    std::copy_n(whole.keep.begin() + borders[i], piece.of.length, piece.keep.begin());
    odd::forward(on<Backend>(), std::as_const(*piece.w), piece.x.in(), piece.y.out(), piece.saved->it,
                 &std::as_const(*state), state.get());
    for (const T v : piece.y.values()) y.push_back(v);
  }
  BOOST_TEST(worst(y, whole.y.values()) <= layer_tolerance<T>);
}

}  // namespace

BOOST_AUTO_TEST_CASE(shared_delta_is_a_layer) { hold(is_a_layer<shared>()); }
BOOST_AUTO_TEST_CASE(odd_widths_are_a_layer) { hold(is_a_layer<odd>()); }
BOOST_AUTO_TEST_CASE(delta_per_channel_is_a_layer) { hold(is_a_layer<by_channel>()); }

// Equation 3 of arXiv:2510.00399, for every token and coordinate.
BOOST_AUTO_TEST_CASE(the_recurrence_is_the_closed_form) {
  const auto agree = []<class Backend, class L>(std::type_identity<Backend>, std::type_identity<L>) {
    trial<double, L> p(1, 21);
    p.template forward<Backend>();
    BOOST_TEST(worst(p.y, closed_form(p)) <= 1e-12);
  };
  agree(std::type_identity<backend::reference>{}, std::type_identity<shared>{});
  agree(std::type_identity<backend::cpu>{}, std::type_identity<shared>{});
  agree(std::type_identity<backend::reference>{}, std::type_identity<by_channel>{});
  agree(std::type_identity<backend::cpu>{}, std::type_identity<by_channel>{});
}

BOOST_AUTO_TEST_CASE(state_is_handed_on) {
  pieces_are_the_whole<backend::reference, double>();
  pieces_are_the_whole<backend::cpu, float>();
}

BOOST_AUTO_TEST_CASE(names_and_first_values) {
  are(names<odd>(), {"W_B 15", "W_C 15", "w 5"});
  are(names<by_channel>(), {"W_B 24", "W_C 24", "w 36"});
  using wide = selective_ssm<selective_ssm_config{.d_model = 31, .delta = delta_kind::per_channel}>;
  const auto w = initialised<wide>(1);
  for (int n = 0; n < 31; ++n)
    for (int i = 0; i < 31; ++i) {
      BOOST_TEST(w->W_B[n * 31 + i] == (n == i ? 0.2f : 0.f));
      BOOST_TEST(w->W_C[n * 31 + i] == (n == i ? 0.2f : 0.f));
    }
  is_normal(w->w, 1 / std::sqrt(31.));
  is_deterministic<wide>();
}
