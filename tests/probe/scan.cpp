// tests/probe/scan.cpp: probes of layers with a selective scan: what they say adds up to what the layers put out.
#define BOOST_TEST_MODULE probe_scan
#include <krait/probe/gates.hpp>
#include <krait/probe/hidden_attention.hpp>

#include "../layer/layers.hpp"
using namespace krait;
using namespace krait::testing;

using block = mamba<mamba_config{.d_model = 8, .d_state = 4}>;
using held = mamba<mamba_config{
    .d_model = 5, .d_state = 3, .expand = 3, .dt_rank = 2, .b = kernel::discretisation::zero_order_hold}>;
using shared = selective_ssm<selective_ssm_config{.d_model = 7}>;
using by_channel = selective_ssm<selective_ssm_config{.d_model = 6, .d_state = 4, .delta = delta_kind::per_channel}>;
static_assert(probe::scan_layer<block> && probe::scan_layer<held> && probe::scan_layer<shared> &&
              probe::scan_layer<by_channel>);

namespace {

/// M x of every channel against the rows that the scan has kept, for any marks.
template <class Backend, class T, class L> void matrix_times_inputs_is_the_output() {
  for (const form f : forms) {
    trial<T, L> p(2, 13, f);
    p.template forward<Backend>();
    for (int s = 0; s < 2; ++s) {
      const auto trace = probe::scan_of<L>::trace(*p.w, p.saved->it, p.x.in(), s);
      BOOST_REQUIRE(trace.tokens == 13);
      std::vector<double> found, wanted;
      for (int e = 0; e < trace.channels; ++e) {
        const auto M = probe::hidden_attention(trace, e);
        for (int t = 0; t < 13; ++t) {
          double y = 0;
          for (int i = 0; i < 13; ++i)
            y += M[static_cast<std::size_t>(t * 13 + i)] * trace.x[static_cast<std::size_t>(i * trace.channels + e)];
          found.push_back(y);
          wanted.push_back(static_cast<double>(std::as_const(p.saved->it).y.of(p.of)[s * 13 + t][e]));
          for (int i = t + 1; i < 13; ++i) BOOST_TEST(M[static_cast<std::size_t>(t * 13 + i)] == 0);
        }
      }
      BOOST_TEST_CONTEXT("packed " << f.packed << ", masked " << f.masked << ", sequence " << s) {
        BOOST_TEST(worst(found, wanted) <= layer_tolerance<T>);
      }
    }
  }
}

/// Every gate is in (0, 1), and what is written and what is left of the state before make up the whole.
template <class L> void gates_make_up_one() {
  for (const form f : forms) {
    trial<double, L> p(1, 13, f);
    p.template forward<backend::cpu>();
    const auto trace = probe::scan_of<L>::trace(*p.w, p.saved->it, p.x.in(), 0);
    bool packed = false;
    for (const auto start : trace.start) packed = packed || start;
    BOOST_TEST(packed == f.packed);
    for (int e = 0; e < trace.channels; ++e)
      for (int n = 0; n < trace.states; ++n) {
        const auto all = probe::gates(trace, e, n);
        double sum = 0, decays = 1;
        for (int t = 0; t < 13; ++t) {
          const auto& g = all[static_cast<std::size_t>(t)];
          if (trace.kept[static_cast<std::size_t>(t)]) {
            BOOST_TEST((g.in > 0 && g.in < 1));
            BOOST_TEST(std::abs(1 - g.in -
                                std::exp(trace.delta[static_cast<std::size_t>(t * trace.channels + e)] *
                                         trace.A[static_cast<std::size_t>(e * trace.states + n)])) < 1e-12);
          } else {
            BOOST_TEST(g.in == 0);
          }
          BOOST_TEST(g.left <= g.in);
          sum += g.left;
          decays *= 1 - g.in;
          if (trace.start[static_cast<std::size_t>(t)]) decays = 1 - g.in;
        }
        BOOST_TEST(std::abs(sum + decays - 1) < 1e-12);
      }
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(hidden_attention_is_the_scan) {
  matrix_times_inputs_is_the_output<backend::reference, double, block>();
  matrix_times_inputs_is_the_output<backend::cpu, double, held>();
  matrix_times_inputs_is_the_output<backend::cpu, float, block>();
  matrix_times_inputs_is_the_output<backend::cpu, float, held>();
  matrix_times_inputs_is_the_output<backend::reference, double, shared>();
  matrix_times_inputs_is_the_output<backend::cpu, float, shared>();
  matrix_times_inputs_is_the_output<backend::cpu, double, by_channel>();
}

BOOST_AUTO_TEST_CASE(gates_and_decays_make_up_one) {
  gates_make_up_one<block>();
  gates_make_up_one<held>();
  gates_make_up_one<shared>();
  gates_make_up_one<by_channel>();
}

// The minimal layer's gate is sigmoid(w . u), the same for all channels; G as in the paper.
BOOST_AUTO_TEST_CASE(minimal_gate_is_the_sigmoid) {
  trial<double, shared> p(1, 9);
  p.forward<backend::cpu>();
  const auto trace = probe::scan_of<shared>::trace(*p.w, p.saved->it, p.x.in(), 0);
  std::vector<double> sigma;
  for (int t = 0; t < 9; ++t) {
    double v = 0;
    for (int i = 0; i < 7; ++i) v += p.w->w[i] * p.x.in()[t][i];
    sigma.push_back(1 / (1 + std::exp(-v)));
  }
  for (const int e : {0, 3, 6}) {
    const auto all = probe::gates(trace, e);
    for (int t = 0; t < 9; ++t) {
      double G = sigma[static_cast<std::size_t>(t)];
      for (int r = t + 1; r < 9; ++r) G *= 1 - sigma[static_cast<std::size_t>(r)];
      BOOST_TEST(std::abs(all[static_cast<std::size_t>(t)].in - sigma[static_cast<std::size_t>(t)]) < 1e-12);
      BOOST_TEST(std::abs(all[static_cast<std::size_t>(t)].left - G) < 1e-12);
    }
  }
}

BOOST_AUTO_TEST_CASE(mean_over_channels) {
  trial<double, block> p(1, 5);
  p.forward<backend::cpu>();
  const auto trace = probe::scan_of<block>::trace(*p.w, p.saved->it, p.x.in(), 0);
  const auto mean = probe::mean_hidden_attention(trace);
  double wanted = 0, found = 0;
  for (int e = 0; e < 16; ++e)
    for (const double m : probe::hidden_attention(trace, e)) wanted += std::abs(m) / 16;
  for (const double m : mean) found += m;
  BOOST_TEST(std::abs(found - wanted) <= 1e-12 * wanted);
  // The skip stands on the diagonal alone.
  const auto with = probe::hidden_attention(trace, 2), without = probe::hidden_attention(trace, 2, false);
  for (int t = 0; t < 5; ++t)
    for (int i = 0; i < 5; ++i) {
      const auto at = static_cast<std::size_t>(t * 5 + i);
      BOOST_TEST(std::abs(with[at] - without[at] - (i == t ? p.w->D[2] : 0)) < 1e-12);
    }
}
