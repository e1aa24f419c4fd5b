// tests/paper/selective_memory.cpp: from made-up records to what the pages on architectures, on the state's
// capacity, on places and on rare words say of them, for and against.
#define BOOST_TEST_MODULE paper_selective_memory
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <functional>
#include <krait/paper/selective_architectures.hpp>
#include <krait/paper/selective_capacity.hpp>
#include <krait/paper/selective_cause.hpp>
#include <krait/paper/selective_positions.hpp>
#include <krait/paper/selective_rarity.hpp>
#include <string>
#include <vector>

using namespace krait;
using studies::labels;

namespace {

constexpr const char *own = "as it is", *zero = "zero", *another = "of another text", *ssm = "SSM only",
                     *convolution = "convolution only", *random_encoder = "random encoder",
                     *newest = "newest tokens alone", *alone = "unconditional decoder";

struct made_up : studies::record {
  made_up(std::vector<std::string> models, std::vector<int> lengths) {
    seeds = {1};
    declare_label("model", std::move(models));
    declare_levels("length", lengths);
    declare_label("control", {own, zero, another, ssm, convolution, random_encoder, newest, alone});
  }
  void with_ends(const std::string& quantity, const std::vector<std::string>& of) {
    for (const char* end : {"", "_low", "_high"}) declare(quantity + end, of);
  }
  /// With an interval of this half width.
  void tell(const labels& at, const std::string& quantity, double value, double half) {
    add(at, 1, 9, quantity, value), add(at, 1, 9, quantity + "_low", value - half);
    add(at, 1, 9, quantity + "_high", value + half);
  }
};

struct page {
  report::result drawn;
  template <class Page> page(const Page&, studies::record& seen) {
    if constexpr (requires { Page::rows; }) seen.publish(Page::rows);
    const studies::exhibits all = Page::of(seen);
    studies::check(all, seen);
    drawn = studies::drawn(all, seen);
  }
  const report::claim& claim(const std::string& id) const {
    const auto found = std::ranges::find(drawn.claims, id, &report::claim::id);
    BOOST_REQUIRE_MESSAGE(found != drawn.claims.end(), id);
    return *found;
  }
  bool holds(const std::string& id) const { return claim(id).holds; }
  bool finds(const std::string& part) const { return drawn.finding.find(part) != std::string::npos; }
};

/// Six states of an inner width of 128. bits(layers, d_state, floats): of the longer texts.
made_up capacity_record(const std::function<double(int, int, double)>& bits, double fourth_in_deep_convolutions) {
  const std::pair<int, int> shapes[] = {{1, 4}, {1, 16}, {1, 64}, {4, 1}, {4, 4}, {4, 16}};
  const auto name = [](const auto& s) {
    return std::to_string(s.first) + (s.first == 1 ? " layer x " : " layers x ") + std::to_string(s.second);
  };
  std::vector<std::string> models;
  for (const auto& s : shapes) models.push_back(name(s));
  made_up r(models, {8, 32});
  r.declare_label("training", {"decoder"});
  r.declare_levels("back", std::vector{1, 2, 4});
  r.declare("loss", {"model", "training"});
  for (const char* one : {"floats", "floats_of_convolutions", "floats_of_recurrence"}) r.declare(one, {"model"});
  for (const char* one : {"bits", "rouge1", "right", "probed"}) r.with_ends(one, {"model", "length", "control"});
  r.with_ends("probed_back", {"model", "length", "control", "back"});
  r.with_ends("commonest", {"model", "length"});
  for (const auto& s : shapes) {
    const auto [layers, d_state] = s;
    const double recurrence = 128. * layers * d_state, convolutions = 384. * layers;
    const labels model{{"model", name(s)}};
    r.fact(name(s) + ": parameters", std::int64_t{40000 * layers});
    r.fact(name(s) + ": recurrent layers", std::int64_t{layers});
    r.fact(name(s) + ": d_state", std::int64_t{d_state});
    r.add(model, 1, 9, "floats", recurrence + convolutions);
    r.add(model, 1, 9, "floats_of_convolutions", convolutions);
    r.add(model, 1, 9, "floats_of_recurrence", recurrence);
    r.add({{"model", name(s)}, {"training", "decoder"}}, 1, 9, "loss", 1.);
    for (const int length : {8, 32}) {
      const labels at = studies::with(model, {"length", length});
      r.tell(at, "commonest", .15, .01);
      for (const char* control : {own, zero, another, ssm, convolution, random_encoder, alone}) {
        const bool itself = control == own;
        const auto here = studies::with(at, {"control", control});
        r.tell(here, "bits", itself ? bits(layers, d_state, recurrence + convolutions) : -1, .05);
        r.tell(here, "rouge1", itself ? .5 : .02, .01), r.tell(here, "right", itself ? .8 : .1, .01);
        r.tell(here, "probed", .3, .01);
        for (const int back : {1, 2, 4}) {
          const bool past = control == convolution && back == 4;
          r.tell(studies::with(here, {"back", back}), "probed_back",
                 !past         ? .9
                 : layers == 1 ? .16
                               : fourth_in_deep_convolutions,
                 .01);
        }
      }
    }
  }
  return r;
}

}  // namespace

BOOST_AUTO_TEST_CASE(floats_that_decide) {
  auto r =
      capacity_record([](int layers, int, double floats) { return std::log2(floats) - 8 - (layers == 4) * .2; }, .6);
  const page p(paper::selective_capacity(), r);
  for (const char* id :
       {"learnt", "d_state_1", "d_state_4", "each_step_1", "each_step_4", "best_explained", "spread_over_layers",
        "baseline_zero", "baseline_another", "newest_in_convolutions.1 layer x 4"})
    BOOST_TEST(p.holds(id), id);
  // Four layers have more floats of convolutions, for which a straight line over all floats makes up.
  BOOST_TEST(std::abs(p.claim("spread_over_layers").value - .4448) < 1e-3);
  BOOST_TEST(!p.holds("spread_all_floats"));
  BOOST_TEST(std::abs(p.claim("spread_all_floats").value + .2) < 1e-9);
  BOOST_TEST(std::abs(p.claim("d_state_1").value - (std::log2(8576. / 896) - .1)) < 1e-9);
  BOOST_TEST(p.holds("window.4 layers x 16"));
  BOOST_TEST(!p.holds("older_in_convolutions"));
  BOOST_TEST(std::abs(p.claim("older_in_convolutions").value - 44) < 1e-9);
  BOOST_TEST(p.finds("keeps 1.81 bits a token with a d_state of 4 and 5.07 with 64"), p.drawn.finding);
  BOOST_TEST(p.drawn.plots.size() == 4u);
  BOOST_TEST(p.drawn.plots.front().data.size() == 2u);
  BOOST_TEST(p.drawn.plots.front().data.front().x == (std::vector<double>{896, 2432, 8576}));
}

BOOST_AUTO_TEST_CASE(floats_that_do_not) {
  auto r = capacity_record([](int layers, int d_state, double) { return 3 + layers - .01 * d_state; }, .16);
  const page p(paper::selective_capacity(), r);
  for (const char* id : {"d_state_1", "d_state_4", "each_step_1", "each_step_4", "best_explained"})
    BOOST_TEST(!p.holds(id), id);
  BOOST_TEST(p.holds("spread_all_floats"));
  BOOST_TEST(p.holds("older_in_convolutions"));
  made_up nameless({"mamba"}, {8});
  BOOST_CHECK_THROW(paper::selective_capacity::of(nameless), study_error);
}

namespace {

/// Of two lengths; the linear probe reads everything.
made_up position_record(double first, double last, double alone_first, double alone_last, double oldest,
                        double newest) {
  made_up r({"small"}, {16, 32});
  r.declare_group("length", "words", {"16", "32"});
  r.declare_levels("position", std::vector{1, 2, 3, 4});
  r.declare_levels("word", std::vector{1, 2});
  r.declare_levels("back", std::vector{1, 8});
  r.with_ends("omitted_in_all", {"model", "length", "control"});
  for (const char* one : {"lost_from_start", "lost_from_end"}) r.with_ends(one, {"model", "length", "control", "word"});
  for (const char* one : {"omitted_at", "kept_at", "hit_at"})
    r.with_ends(one, {"model", "length", "control", "position"});
  r.declare("omissions_at", {"model", "length", "control", "position"});
  r.with_ends("kept_back", {"model", "length", "control", "back"});
  r.with_ends("probed_at", {"model", "length", "position"});
  r.with_ends("commonest", {"model", "length"});
  for (const int length : {16, 32}) {
    const labels at{{"model", "small"}, {"length", length}};
    r.tell(at, "commonest", .15, .01);
    for (int part = 1; part <= 4; ++part)
      r.tell(studies::with(at, {"position", part}), "probed_at", .1 + .1 * part, .01);
    for (const char* control : {own, another, alone}) {
      const bool itself = control == own;
      const auto here = studies::with(at, {"control", control});
      r.tell(here, "omitted_in_all", itself ? .5 : .9, .01);
      for (int word : {1, 2}) {
        const auto w = studies::with(here, {"word", word});
        r.tell(w, "lost_from_start", itself ? first : alone_first, .01);
        r.tell(w, "lost_from_end", itself ? last : alone_last, .01);
      }
      for (int back : {1, 8})
        r.tell(studies::with(here, {"back", back}), "kept_back", itself ? newest - .02 * length : 0, .05);
      for (int part = 1; part <= 4; ++part) {
        const auto place = studies::with(here, {"position", part});
        r.tell(place, "omitted_at", .5, .01), r.tell(place, "hit_at", .3, .01);
        r.tell(place, "kept_at", itself ? std::lerp(oldest, newest, (part - 1) / 3.) : 0, .05);
        r.add(place, 1, 9, "omissions_at", part <= 2 ? .3 : .2);
      }
    }
  }
  return r;
}

}  // namespace

BOOST_AUTO_TEST_CASE(older_words_are_lost) {
  auto r = position_record(.8, .4, .95, .9, .2, 1.5);
  const page p(paper::selective_positions(), r);
  for (const char* id :
       {"learnt.small", "first_words.small.16", "first_words.small.32", "prior.small", "beyond_prior.small",
        "older_bits.small.32", "distance.small", "oldest_there.small", "probe_recency.small", "older_half.small.32"})
    BOOST_TEST(p.holds(id), id);
  BOOST_TEST(std::abs(p.claim("first_words.small.32").value - 38) < 1e-9);
  BOOST_TEST(std::abs(p.claim("beyond_prior.small").value - 35) < 1e-9);
  BOOST_TEST(std::abs(p.claim("older_half.small.32").value - 60) < 1e-9);
  BOOST_TEST(p.claim("older_half.small.32").expected.find("published") != std::string::npos);
  BOOST_TEST(p.finds("1.50 bits a token of the newest sixteenth and 0.20 of the oldest"), p.drawn.finding);
}

BOOST_AUTO_TEST_CASE(newer_words_are_lost) {
  auto r = position_record(.4, .8, .95, .9, 1.5, .2);
  const page p(paper::selective_positions(), r);
  for (const char* id : {"first_words.small.32", "beyond_prior.small", "older_bits.small.32"})
    BOOST_TEST(!p.holds(id), id);
}

namespace {

/// rho of own omissions, of the unconditional decoder's, of words that are not given, of bits saved; all of them keep
/// the share `left` with other things equal.
made_up rarity_record(double rho, double rho_alone, double not_given, double saved, double left) {
  const char *training = "frequency in the training text", *pile = "frequency in the Pile";
  made_up r({"small"}, {32});
  r.declare_group("length", "words", {"32"});
  r.declare_levels("rarity", std::vector{-5., -2.5});
  r.declare_label("number", {training, pile});
  r.declare_group("number", "frequencies", {training, pile});
  const std::vector<std::string> held{"nothing",  "place",           "bytes",
                                      "surprise", "place and bytes", "place, bytes and surprise"};
  r.declare_label("held", held);
  r.declare("asked", {"model", "length", "number", "rarity"});
  r.with_ends("lost", {"model", "length", "control", "number", "rarity"});
  for (const char* one : {"given", "saved"}) r.with_ends(one, {"model", "length", "number", "rarity"});
  r.with_ends("given_in_all", {"model", "length"});
  for (const char* p : {"", "_p"}) {
    r.declare(std::string("rho_lost") + p, {"model", "length", "control", "number", "held"});
    for (const char* one : {"rho_given", "rho_saved"})
      r.declare(std::string(one) + p, {"model", "length", "number", "held"});
  }
  const labels at{{"model", "small"}, {"length", 32}};
  r.tell(at, "given_in_all", .4, .01);
  for (const char* number : {training, pile}) {
    const auto of = studies::with(at, {"number", number});
    for (const auto& equal : held) {
      const double part = equal == "nothing" ? 1 : left;
      const auto here = studies::with(of, {"held", equal});
      const auto tell = [&](const labels& where, const std::string& name, double value) {
        r.add(where, 1, 9, name, value * part), r.add(where, 1, 9, name + "_p", .01);
      };
      for (const char* control : {own, another, alone})
        tell(studies::with(here, {"control", control}), "rho_lost", control == own ? rho : rho_alone);
      tell(here, "rho_given", not_given), tell(here, "rho_saved", saved);
    }
    for (const double rarity : {-5., -2.5}) {
      const auto here = studies::with(of, {"rarity", rarity});
      r.add(here, 1, 9, "asked", 100);
      for (const char* control : {own, another, alone})
        r.tell(studies::with(here, {"control", control}), "lost", rarity == -5 ? .8 : .4, .01);
      r.tell(here, "given", .4, .01), r.tell(here, "saved", .3, .01);
    }
  }
  return r;
}

}  // namespace

BOOST_AUTO_TEST_CASE(rare_words_are_lost) {
  auto r = rarity_record(-.4, -.1, -.3, .2, .6);
  const page p(paper::selective_rarity(), r);
  for (const char* id :
       {"learnt.small", "rare.small.frequency in the training text", "rare.small.frequency in the Pile",
        "rare_p.small.frequency in the Pile", "rare_held.small.frequency in the Pile", "prior.small", "state.small",
        "state_held.small", "bits.small", "bits_held.small"})
    BOOST_TEST(p.holds(id), id);
  for (const char* id : {"length_explains.small", "surprise_explains.small"}) {
    BOOST_TEST(!p.holds(id), id);
    BOOST_TEST(std::abs(p.claim(id).value - 60) < 1e-9);
  }
  BOOST_TEST(p.finds("by a rank correlation of -0.40 (-0.24 among words"), p.drawn.finding);
  BOOST_TEST(p.drawn.plots.size() == 4u);
}

BOOST_AUTO_TEST_CASE(rare_words_are_written_less) {
  auto r = rarity_record(-.4, -.6, .1, -.1, -.1);
  const page p(paper::selective_rarity(), r);
  for (const char* id : {"state.small", "bits.small", "rare_held.small.frequency in the Pile"})
    BOOST_TEST(!p.holds(id), id);
  for (const char* id : {"prior.small", "length_explains.small", "surprise_explains.small"})
    BOOST_TEST(p.holds(id), id);
}

namespace {

/// Texts of 8 and 32 tokens; a transformer hands on 4. older: bits kept of older tokens, by a recurrence and by the
/// transformer; guessed: what the newest tokens tell of them.
made_up architectures_record(double recurrent, double windowed, double guessed) {
  made_up r({"mamba", "transformer"}, {8, 32});
  r.declare_label("training", {"decoder"});
  r.declare_levels("back", std::vector{1, 32});
  r.declare_levels("age", std::vector{1, 32});
  r.declare_group("model", "with pairs", {"transformer"});
  r.fact("pairs of an attention layer that are kept", std::int64_t{4});
  r.declare("loss", {"model", "training"});
  r.declare("floats", {"model"});
  for (const char* one : {"bits", "right", "bits_newer", "bits_older", "probed"})
    r.with_ends(one, {"model", "length", "control"});
  for (const char* one : {"told_newer", "told_older", "commonest"}) r.with_ends(one, {"model", "length"});
  r.with_ends("bits_aged", {"model", "length", "control", "age"});
  r.with_ends("probed_back", {"model", "length", "control", "back"});
  for (const char* model : {"mamba", "transformer"}) {
    const bool window = std::string(model) == "transformer";
    r.add({{"model", model}}, 1, 9, "floats", 64);
    r.add({{"model", model}, {"training", "decoder"}}, 1, 9, "loss", 1);
    for (const int length : {8, 32}) {
      const labels at{{"model", model}, {"length", length}};
      r.tell(at, "told_newer", 3, .01), r.tell(at, "told_older", 3, .01), r.tell(at, "commonest", .15, .01);
      for (const char* control : {own, newest, another, alone}) {
        const auto here = studies::with(at, {"control", control});
        const bool itself = control == own, near = itself || control == newest;
        const double newer = !near ? -1 : window ? 2.9 : 2, older = itself ? (window ? windowed : recurrent) : guessed;
        r.tell(here, "right", itself ? .9 : .1, .01), r.tell(here, "probed", .3, .01);
        r.tell(here, "bits_newer", newer, .05), r.tell(here, "bits_older", older, .05);
        r.tell(here, "bits", (newer + 7 * older) / 8, .05);
        for (const int age : {1, 32})
          r.tell(studies::with(here, {"age", age}), "bits_aged", age == 1 ? newer : older, .05);
        for (const int back : {1, 32})
          r.tell(studies::with(here, {"back", back}), "probed_back", window && back == 32 ? .14 : .6, .01);
      }
    }
  }
  return r;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_window_ends_and_a_recurrence_fades) {
  auto r = architectures_record(1, .1, .1);
  const page p(paper::selective_architectures(), r);
  for (const char* id : {"equal", "learnt.mamba", "learnt.transformer", "something_of_all.mamba", "oldest_token.mamba",
                         "fades.mamba", "in_full.transformer", "nothing_older.transformer", "newest_transformer.mamba",
                         "in_all_transformer.mamba", "probe_older.mamba", "another.mamba", "another.transformer"})
    BOOST_TEST(p.holds(id), id);
  BOOST_TEST(!p.holds("probe_older.transformer"));
  BOOST_TEST(std::abs(p.claim("something_of_all.mamba").value - .8) < 1e-9);
  BOOST_TEST(std::abs(p.claim("in_full.transformer").value - 290 / 3.) < 1e-9);
  BOOST_TEST(p.finds("the state of the transformer keeps 2.90 bits a token of the newest 4"), p.drawn.finding);
}

BOOST_AUTO_TEST_CASE(what_is_guessed_is_not_kept) {
  auto r = architectures_record(.15, .5, .1);
  const page p(paper::selective_architectures(), r);
  for (const char* id :
       {"something_of_all.mamba", "oldest_token.mamba", "nothing_older.transformer", "in_all_transformer.mamba"})
    BOOST_TEST(!p.holds(id), id);
}

// A state of the newest tokens alone may mislead: to be better than that is not to keep anything.
BOOST_AUTO_TEST_CASE(what_misleads_less_keeps_nothing) {
  auto r = architectures_record(-.2, -.3, -6);
  const page p(paper::selective_architectures(), r);
  for (const char* id : {"something_of_all.mamba", "oldest_token.mamba"}) BOOST_TEST(!p.holds(id), id);
  BOOST_TEST(p.holds("nothing_older.transformer"));
  BOOST_TEST(std::abs(p.claim("something_of_all.mamba").value + .25) < 1e-9);
}

namespace {

/// Two pairs of words. gain: bits that a common word costs less from the state, with a spread over words, and twenty
/// times as many points fewer of omissions; dearer: bits that a rare one costs more without it.
made_up cause_record(double gain, double dearer) {
  made_up r({"first words common", "second words common"}, {8, 32});
  r.declare_label("training", {"decoder"});
  r.declare_group("length", "words", {"8", "32"});
  r.declare_label("word", {"house", "large", "small", "white"});
  r.declare_group("word", "first", {"house", "small"});
  r.declare_group("word", "second", {"large", "white"});
  r.declare("loss", {"model", "training"});
  r.declare("read", {"model", "word"});
  for (const char* one : {"asked", "foreseen", "needed", "kept", "kept_share", "lost", "kept_other"})
    r.declare(one, {"model", "length", "word"});
  int number = 0;
  for (const char* word : {"house", "large", "small", "white"}) {
    const bool of_first = number % 2 == 0;
    const double own = number++ * .1;  // words differ
    for (const char* model : {"first words common", "second words common"}) {
      const bool common = (std::string(model) == "first words common") == of_first;
      r.add({{"model", model}, {"word", word}}, 1, 9, "read", common ? 190 : 10);
      for (const int length : {8, 32}) {
        const labels at{{"model", model}, {"length", length}, {"word", word}};
        const double more = common ? gain + own : 0;
        r.add(at, 1, 9, "asked", 20), r.add(at, 1, 9, "kept_other", -1);
        r.add(at, 1, 9, "foreseen", common ? 8 : 11), r.add(at, 1, 9, "needed", common ? 12 : 12 + dearer);
        r.add(at, 1, 9, "kept", 6 + more + (common ? 0 : dearer)), r.add(at, 1, 9, "kept_share", .5);
        r.add(at, 1, 9, "lost", .4 - more / 5);
      }
    }
  }
  for (const char* model : {"first words common", "second words common"})
    r.add({{"model", model}, {"training", "decoder"}}, 1, 9, "loss", 1);
  return r;
}

}  // namespace

BOOST_AUTO_TEST_CASE(frequency_causes_memory) {
  auto r = cause_record(1, .1);
  const page p(paper::selective_cause(), r);
  for (const char* id : {"made", "learnt_frequency", "learnt", "equal_decoders.8", "dearer.32", "omitted.8"})
    BOOST_TEST(p.holds(id), id);
  BOOST_TEST(!p.holds("small.8"));
  BOOST_TEST(std::abs(p.claim("made").value - 19) < 1e-9);
  // The mean of 1, 1.1, 1.2 and 1.3 less 1.6449 standard errors.
  BOOST_TEST(std::abs(p.claim("dearer.32").value - (1.15 - 1.6449 * std::sqrt(.05 / 3 / 4))) < 1e-9);
  BOOST_TEST(std::abs(p.claim("small.8").value - 1.15) < 1e-9);
  BOOST_TEST(p.finds("costs 4.85 bits from the state of the encoder that has read it 19 times as often, and 6.00 from"),
             p.drawn.finding);
}

BOOST_AUTO_TEST_CASE(frequency_does_nothing) {
  auto r = cause_record(-.15, .4);
  const page p(paper::selective_cause(), r);
  for (const char* id : {"dearer.8", "omitted.32", "equal_decoders.32"}) BOOST_TEST(!p.holds(id), id);
  BOOST_TEST(p.holds("small.8"));
}
