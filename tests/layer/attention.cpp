#define BOOST_TEST_MODULE layer_attention
#include <krait/layer/attention.hpp>

#include "carry.hpp"
using namespace krait;
using namespace krait::testing;

using two_heads = attention<attention_config{8, 2}>;
using grouped = attention<attention_config{12, 4, 2, false}>;
// Rotary on a part of a head that is wider than d_model / heads, no bias on the last product.
using turned = attention<attention_config{
    .d_model = 8, .heads = 2, .kv_heads = 1, .out_bias = false, .head_width = 6, .rotary = {4}}>;

BOOST_AUTO_TEST_CASE(two_heads_are_a_layer) { hold(is_a_layer<two_heads>()); }
BOOST_AUTO_TEST_CASE(grouped_heads_are_a_layer) { hold(is_a_layer<grouped>()); }

BOOST_AUTO_TEST_CASE(rotary_heads_are_a_layer) { hold(is_a_layer<turned>()); }

namespace {
/// A text taken in pieces, with a state between them, gives what it gives whole; packed or masked as well.
template <class Backend, class T> void pieces_are_the_whole(form f) {
  constexpr capacity cap{2, 20};
  using state_type = typename turned::state<T, cap>;
  trial<T, turned> whole(2, 17, f);
  whole.template forward<Backend>();
  for (const bool in_place : {true, false}) {
    auto before = make_heap<state_type>(), after = make_heap<state_type>();
    table<T, 8> y(whole.of);
    for (int begin = 0; const int length : {5, 1, 8, 3}) {
      trial<T, turned> piece(2, length, f);
      for (int s = 0; s < 2; ++s)
        for (int t = 0; t < length; ++t) {
          const int from = s * 17 + begin + t, to = s * length + t;
          std::copy_n(whole.x.in()[from], 8, piece.x.out()[to]);
          piece.starts[static_cast<std::size_t>(to)] = whole.starts[static_cast<std::size_t>(from)];
          piece.keep[static_cast<std::size_t>(to)] = whole.keep[static_cast<std::size_t>(from)];
        }
      turned::forward(on<Backend>(), std::as_const(*piece.w), piece.x.in(), piece.y.out(), piece.saved->it,
                      static_cast<const state_type*>(begin ? before.get() : nullptr),
                      in_place ? before.get() : after.get());
      if (!in_place) std::swap(before, after);
      for (int s = 0; s < 2; ++s)
        for (int t = 0; t < length; ++t) std::copy_n(piece.y.in()[s * length + t], 8, y.out()[s * 17 + begin + t]);
      begin += length;
    }
    BOOST_TEST(worst(y, whole.y) <= layer_tolerance<T>);
  }
}
}  // namespace

BOOST_AUTO_TEST_CASE(a_text_in_pieces) {
  for (const form f : forms) {
    pieces_are_the_whole<backend::reference, double>(f);
    pieces_are_the_whole<backend::cpu, float>(f);
  }
}

namespace {
/// Sequences that begin behind 3 of 7 and 5 of 5 tokens; the gradient of the final state is where its pairs are.
template <class T> struct behind_pairs : layer_run<T, turned> {
  explicit behind_pairs(int length, form f) : layer_run<T, turned>(2, length, f) {
    for (auto* s : {this->initial.get(), this->dfinal.get()}) {
      const char* name = s == this->initial.get() ? "initial" : "dfinal";
      fill(std::span<T>(s->k), name, 0.5), fill(std::span<T>(s->v), name, 0.7);
    }
    auto& s = *this->initial;
    s.length[0] = 3, s.position[0] = 7, s.length[1] = s.position[1] = 5;
  }
  /// Keys and values of a state's pairs one after another, those of the initial or the final one.
  template <class State, class Values = std::vector<T>> Values pairs(State& s, const State& counted) const {
    Values all;
    for (int i = 0; i < 2; ++i)
      for (auto* values : {s.k, s.v})
        all.insert(all.end(), values + s.place(i, 0), values + s.place(i, 0) + counted.length[i] * s.width);
    return all;
  }
  template <class Backend> void both() {
    this->template forward<Backend>(this->initial.get(), this->final.get());
    this->template backward<Backend>(this->initial.get(), this->dfinal.get(), this->dinitial.get());
  }
};
}  // namespace

BOOST_AUTO_TEST_CASE(gradients_in_the_pairs_of_a_state) {
  for (const form f : forms) {
    behind_pairs<double> p(4, f);
    p.both<backend::reference>();
    const auto loss = [&] {
      p.forward<backend::reference>(p.initial.get(), p.final.get());
      const auto final = p.pairs(*p.final, *p.final), d = p.pairs(*p.dfinal, *p.final);
      return std::inner_product(final.begin(), final.end(), d.begin(), inner(p.y, p.dy));
    };
    const auto found = p.pairs(*p.dinitial, *p.initial);
    std::vector<double> wanted;
    for (int i = 0; i < 2; ++i)
      for (double* values : {p.initial->k, p.initial->v}) {
        const auto used = static_cast<std::size_t>(p.initial->length[i] * p.initial->width);
        for (const double one : slopes(std::span(values + p.initial->place(i, 0), used), loss)) wanted.push_back(one);
      }
    BOOST_TEST_CONTEXT("packed " << f.packed << ", masked " << f.masked) {
      BOOST_TEST(worst(found, wanted) <= layer_slope_tolerance);
      BOOST_TEST(*std::ranges::max_element(wanted) > 1e-2);
      const std::vector<double> dw = values<double>(*p.dw);
      std::vector<double> in_weights;
      for_each_value(*p.w, [&](auto& t) {
        for (const double one : slopes(t.values(), loss)) in_weights.push_back(one);
      });
      BOOST_TEST(worst(dw, in_weights) <= layer_slope_tolerance);
    }
    behind_pairs<double> exact(4, f);
    behind_pairs<float> fast(4, f);
    exact.both<backend::reference>();
    fast.both<backend::cpu>();
    BOOST_TEST(worst(fast.y, exact.y) <= layer_tolerance<float>);
    BOOST_TEST(worst(fast.dx, exact.dx) <= layer_tolerance<float>);
    BOOST_TEST(worst(fast.pairs(*fast.dinitial, *fast.initial), found) <= layer_tolerance<float>);
    BOOST_TEST(worst(values<float>(*fast.dw), values<double>(*exact.dw)) <= layer_tolerance<float>);
  }
}

// Positions go on from where they are.
BOOST_AUTO_TEST_CASE(the_newest_pairs_alone) {
  behind_pairs<double> whole(4, {}), part(4, {});
  part.initial->keep_newest(2);
  BOOST_TEST(part.initial->length[0] == 2);
  BOOST_TEST(part.initial->position[0] == 7);
  BOOST_TEST(part.initial->k[0] == whole.initial->k[turned::kv_width]);
  BOOST_TEST(part.initial->v[part.initial->place(1, 0)] == whole.initial->v[whole.initial->place(1, 3)]);
  part.forward<backend::reference>(part.initial.get(), nullptr);
  whole.forward<backend::reference>(whole.initial.get(), nullptr);
  BOOST_TEST(worst(part.y, whole.y) > .01);
  const auto before = part.y;
  for (int i = 0; i < 2; ++i) std::fill_n(part.initial->k + part.initial->place(i, 2), part.initial->width, 9.);
  part.forward<backend::reference>(part.initial.get(), nullptr);
  BOOST_TEST(worst(part.y, before) == 0);  // what lies behind the kept pairs is not read
}

// By hand: position p turns (x, y) by p base^(-2 i / dims); scores depend on distances alone.
BOOST_AUTO_TEST_CASE(rotation_by_hand) {
  using turn = kernel::rotary<backend::cpu, 1, 5, kernel::rotary_config{4, 100}>;
  table<double, 5> x({1, 3}, "x");
  const auto before = x;
  turn::forward(on<backend::cpu>(), x.out());
  for (int p = 0; p < 3; ++p) {
    const double *from = before.in()[p], *to = x.in()[p];
    for (int i = 0; i < 2; ++i) {
      const double angle = p * (i ? 0.1 : 1.);
      BOOST_TEST(std::abs(to[i] - (from[i] * std::cos(angle) - from[i + 2] * std::sin(angle))) < 1e-14);
      BOOST_TEST(std::abs(to[i + 2] - (from[i + 2] * std::cos(angle) + from[i] * std::sin(angle))) < 1e-14);
    }
    BOOST_TEST(to[4] == from[4]);
  }
}

BOOST_AUTO_TEST_CASE(a_state_that_is_full_is_an_error) {
  trial<float, two_heads> token(2, 1);
  const auto state = make_heap<two_heads::state<float, capacity{2, 3}>>();
  for (int t = 0; t < 3; ++t) two_heads::step(on<backend::cpu>(), *token.w, token.x.in(), token.y.out(), *state);
  BOOST_CHECK_EXCEPTION(two_heads::step(on<backend::cpu>(), *token.w, token.x.in(), token.y.out(), *state), data_error,
                        [](const data_error& e) {
                          return std::string(e.what()) ==
                                 "Attention holds at most 3 tokens of a sequence; raise the state's capacity or stop "
                                 "earlier.";
                        });
}

BOOST_AUTO_TEST_CASE(names_and_first_values) {
  are(names<two_heads>(), {"qkv_proj.weight 192", "qkv_proj.bias 24", "out_proj.weight 64", "out_proj.bias 8"});
  are(names<grouped>(), {"qkv_proj.weight 288", "out_proj.weight 144"});
  are(names<turned>(), {"qkv_proj.weight 192", "qkv_proj.bias 24", "out_proj.weight 96"});
  const auto w = initialised<attention<attention_config{40, 4}>>(1, 16);
  is_normal(w->qkv_proj.weight, 0.02);
  is_normal(w->out_proj.weight, 0.005);
  for (const float b : w->qkv_proj.bias.values()) BOOST_TEST(b == 0);
  is_deterministic<two_heads>();
}
