// tests/experiment/state_probe.cpp: the probe on representations in which the clean answer is planted, kept, moved or
// lost, what it is asked for, what a model holds behind a text, and a whole study with it.
#define BOOST_TEST_MODULE experiment_state_probe
#include "whole_run.hpp"
//
#include <krait/experiment/state_probe.hpp>
#include <krait/experiment/three_phase.hpp>
#include <krait/model/list.hpp>
#include <krait/noise/charflip.hpp>
#include <krait/noise/none.hpp>
#include <krait/paper/noise_state.hpp>
#include <krait/schedule/schedule.hpp>
#include <krait/train/end_reader.hpp>
#include <random>

#include "../train/tiny.hpp"
using namespace krait;
using namespace krait::testing;

namespace {

/// 160 answers that begin with one of five letters behind what all have in common.
std::vector<data::question_answer> lettered() {
  std::vector<data::question_answer> all;
  for (int i = 0; i < 160; ++i)
    all.push_back({"what is " + std::to_string(i) + "?",
                   std::string("It is ") + static_cast<char>('a' + (i * 7 + i / 3) % 5) + std::to_string(i),
                   {},
                   "kind"});
  return all;
}

/// Each letter has a direction in twelve dimensions, among much that tells nothing. Under "spares" phase 2 keeps it,
/// under "moves" in other directions, under "takes" nothing is left.
class planted final : public experiment::phase_models {
 public:
  planted() : pairs_(lettered()), set_of_(pairs_.size()) {
    for (std::size_t i = 0; i < pairs_.size(); ++i) set_of_[i] = static_cast<int>(i % 2);
  }
  std::string_view model() const override { return "mamba"; }
  std::vector<experiment::turn> turns() const override {
    std::vector<experiment::turn> all{{experiment::turn::untrained, {}}, {experiment::turn::learnt, {}}};
    for (const auto noise : names)
      for (const auto name : {experiment::turn::noisy, experiment::turn::relearnt}) all.push_back({name, noise});
    return all;
  }
  std::span<const std::string_view> noises() const override { return names; }
  std::span<const std::string_view> sets() const override { return both; }
  std::span<const int> set_of() const override { return set_of_; }
  const std::vector<data::question_answer>& clean() const override { return pairs_; }
  const std::vector<data::question_answer>& noisy(std::string_view) const override { return pairs_; }
  void go_to(const experiment::turn& where) override { now_ = where; }
  experiment::held read(experiment::reach) override {
    experiment::held all;
    all.hidden.width = 12;
    const auto letters = experiment::answer_letters(pairs_);
    std::mt19937 random(4);
    std::normal_distribution<float> normal;
    const bool lost =
        now_.name == experiment::turn::untrained || (now_.noise == "takes" && now_.name == experiment::turn::noisy);
    const std::size_t first = now_.noise == "moves" && now_.name == experiment::turn::noisy ? 5 : 0;
    for (const auto letter : letters)
      for (std::size_t c = 0; c < 12; ++c)
        all.hidden.values.push_back(.3f * normal(random) +
                                    (!lost && c == first + static_cast<std::size_t>(letter - 'a') ? 1.f : 0.f));
    return all;
  }
  static constexpr std::array<std::string_view, 3> names{"spares", "moves", "takes"};
  static constexpr std::array<std::string_view, 2> both{"trained", "held out"};

 private:
  std::vector<data::question_answer> pairs_;
  std::vector<int> set_of_;
  experiment::turn now_{};
};

studies::record measured_of(experiment::phase_models& by) {
  const program::options asked;
  const experiment::three_phase_plan plan{asked, by.clean()};
  const experiment::state_probe<> probe(plan);
  studies::record all;
  all.seeds = {1};
  all.declare_label("model", {"mamba"});
  all.declare_levels("noise", by.noises());
  all.declare_levels("asked", by.sets());
  all.declare_label("phase", {"1", "2", "3"});
  all.declare("right", {"model", "noise", "phase", "asked"});
  probe.describe(all);
  probe.measure(by, {[&](studies::measurement one) { all.add(std::move(one)); }, 1, 0, .9});
  return all;
}
double value_of(const studies::record& in, const char* quantity, std::initializer_list<studies::label> at) {
  return studies::measured(studies::of(quantity), in, studies::labels(at)).value;
}

constexpr experiment::three_phase_config quick_phases{
    .length = tiny_length, .batch = 8, .learn = 30, .noise = 10, .relearn = 10, .evaluate_every = 10, .learnt = 0};
// (On a page of its own it would say nothing: a dozen pairs teach no probe.)
using study = experiment::three_phase<
    model::list<model::named<"mamba", tiny_mamba>, model::named<"transformer", tiny_transformer>>, a_dozen,
    noise::list<noise::charflip<>, noise::none>, brisk, schedule::constant<>, metric::list<mortal>, quick_phases,
    studies::plain, optim::fp32, experiment::ask_held_out<experiment::ask_held_out_config{.share = .5}>,
    experiment::no_pretraining, experiment::phase_measures<experiment::state_probe<>>>;
const whole_run<study> whole{.lives = {75, 40, 61}, .least_kills = 3};

}  // namespace

// It comes out either way, and tells what was kept in its place from what was moved.
BOOST_AUTO_TEST_CASE(what_is_kept_moved_and_lost) {
  planted by;
  const auto all = measured_of(by);
  const auto read = [&](const char* quantity, const char* noise, const char* turn) {
    return studies::measured(studies::of(quantity), all,
                             {{"model", "mamba"},
                              {"noise", noise},
                              {"turn", turn},
                              {"reach", "question"},
                              {"part", "hidden"},
                              {"letter", "clean"},
                              {"asked", "held out"}})
        .value;
  };
  for (const char* noise : {"spares", "moves", "takes"}) {
    BOOST_TEST(read("read", noise, "untrained") < .4);
    BOOST_TEST(read("read", noise, "P1") > .8);
    BOOST_TEST(read("read", noise, "P3") > .8);
  }
  BOOST_TEST(read("read", "spares", "P2") > .8);
  BOOST_TEST(read("read", "moves", "P2") > .8);
  BOOST_TEST(read("read", "takes", "P2") < .4);
  BOOST_TEST(read("read as after P1", "spares", "P2") > .8);
  BOOST_TEST(read("read as after P1", "moves", "P2") < .4);
  BOOST_TEST(std::abs(value_of(all, "chance",
                               {{"model", "mamba"}, {"noise", "takes"}, {"letter", "clean"}, {"asked", "held out"}}) -
                      .2) < .15);
  BOOST_TEST(value_of(all, "letters", {{"model", "mamba"}, {"asked", "held out"}}) == 80);
  const auto geometry = [&](const char* quantity, const char* noise, const char* turn) {
    return value_of(all, quantity,
                    {{"model", "mamba"}, {"noise", noise}, {"turn", turn}, {"reach", "answer"}, {"part", "hidden"}});
  };
  BOOST_TEST(geometry("moved", "spares", "P2") == 0);
  BOOST_TEST(geometry("moved", "moves", "P2") > .5);
  BOOST_TEST(std::abs(geometry("alike", "spares", "P2") - 1) < 1e-6);
  BOOST_TEST(geometry("alike", "takes", "P2") < geometry("alike", "moves", "P2"));
  BOOST_TEST(geometry("rank", "takes", "P2") > geometry("rank", "spares", "P2"));  // noise alone takes all directions

  const auto page = studies::drawn(paper::forgotten_or_overwritten::of(all), all);
  const auto holds = [&](const std::string& id) {
    const auto found = std::ranges::find(page.claims, id, &report::claim::id);
    BOOST_REQUIRE_MESSAGE(found != page.claims.end(), id);
    return found->holds;
  };
  BOOST_TEST(holds("precondition.mamba"));
  BOOST_TEST(holds("overwritten.mamba.spares"));
  BOOST_TEST(!holds("overwritten.mamba.takes"));
  BOOST_TEST(holds("same_place.mamba.spares"));
  BOOST_TEST(!holds("same_place.mamba.moves"));
  BOOST_TEST(!holds("looked_up_late.mamba"));  // here it stands behind the question, too
}

BOOST_AUTO_TEST_CASE(letters_of_answers) {
  const std::vector<data::question_answer> pairs{{"Capital of Peru?", "It is Lima.", {}, "capital"},
                                                 {"Capital of Latvia?", "It is Riga.", {}, "capital"},
                                                 {"Capital of Libya?", "It is \u00C9tropole.", {}, "capital"},
                                                 {"Capital of Laos?", "It is \u00C8ze.", {}, "capital"},
                                                 {"Symbol of helium?", "The symbol is He.", {}, "symbol"},
                                                 {"Symbol of iron?", "The symbol is Fe.", {}, "symbol"},
                                                 {"Symbol of gold?", "The symbol is ", {}, "symbol"},
                                                 {"alone?", "no other", {}, "lonely"}};
  const std::size_t capital = 6, symbol = 14;
  BOOST_TEST((experiment::common_beginnings(pairs) ==
              std::vector<std::size_t>{capital, capital, capital, capital, symbol, symbol, symbol, 8}));
  BOOST_TEST(
      (experiment::answer_letters(pairs) == std::vector<std::int32_t>{'L', 'R', 0xC389, 0xC388, 'H', 'F', 0, 0}));
  // "Capital" and "of" begin all questions of a kind, and tell nothing.
  BOOST_TEST((experiment::letter_stands_in_question(pairs) == std::vector<char>{0, 0, 0, 0, 1, 0, 0, 0}));
}

// The state is the one that steps lead to, and the head makes the model's logits of what is hidden.
BOOST_AUTO_TEST_CASE(what_is_held_behind_a_text) {
  text_trainer<tiny_mamba> one(3, 1), two(3, 2);
  const std::vector<std::vector<std::int32_t>> texts{{2, 97, 98}, {2, 120}, {2, 99, 100, 101, 102, 31}};
  std::vector<float> states, hidden, states2, hidden2;
  train::end_reader<text_trainer<tiny_mamba>, tiny_length>{one}(texts, states, hidden);
  train::end_reader<text_trainer<tiny_mamba>, tiny_length>{two}(texts, states2, hidden2);
  BOOST_TEST((states == states2 && hidden == hidden2));
  const std::size_t width = states.size() / texts.size();
  BOOST_TEST(width == 2u * (32 * 3 + 32 * 4));
  using state_type = tiny_mamba::state<float, capacity{1, 1}>;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const auto state = make_heap<state_type>();
    std::memset(static_cast<void*>(state.get()), 0, sizeof(state_type));
    const auto logits = make_heap<activations<float, capacity{1, 1}, 256>>();
    for (const std::int32_t id : texts[i])
      tiny_mamba::step(one.on(0), one.current(), ids{&id, {1, 1}}, logits->of({1, 1}), *state);
    std::vector<float> stepped;
    for_each_layer_state(*state, [&](const auto& layer) { append_state_of(layer, 0, 1, stepped); });
    for (std::size_t c = 0; c < width; ++c) BOOST_TEST(std::abs(states[i * width + c] - stepped[c]) < 1e-5);
    double square = 0;
    const float* x = hidden.data() + i * tiny_width;
    for (int c = 0; c < tiny_width; ++c) square += static_cast<double>(x[c]) * x[c] / tiny_width;
    const auto table = one.current().embedding.weight.values();
    const auto scale = one.current().norm_f.weight.values();
    for (int token = 0; token < 256; ++token) {
      double sum = 0;
      for (int c = 0; c < tiny_width; ++c)
        sum += table[token * tiny_width + c] * scale[c] * x[c] / std::sqrt(square + 1e-5);
      BOOST_TEST(std::abs(sum - logits->of({1, 1})[0][token]) < 1e-5);
    }
  }
  text_trainer<tiny_transformer> other(3, 1);
  train::end_reader<text_trainer<tiny_transformer>, tiny_length>{other}(texts, states, hidden);
  BOOST_TEST(states.empty());
  BOOST_TEST(hidden.size() == texts.size() * tiny_width);
}

// A dozen pairs are too few for folds of their own letters, yet every number is measured, and kills change nothing.
BOOST_AUTO_TEST_CASE(a_whole_study) {
  whole.same_after_kills();
  const auto record = nlohmann::json::parse(text_of(whole.uninterrupted() / "record.json"));
  long states = 0, hidden = 0, of_transformer = 0;
  for (const auto& one : record["measured"]) {
    if (one["quantity"] != "rank") continue;
    (one["labels"]["part"] == "state" ? states : hidden) += 1;
    of_transformer += one["labels"]["part"] == "state" && one["labels"]["model"] == "transformer";
    for (const auto& point : one["points"]) BOOST_TEST(point[2].is_number());
  }
  BOOST_TEST(states == 2 * 4 * 3);  // noises, turns, reaches
  BOOST_TEST(hidden == 2 * states);
  BOOST_TEST(of_transformer == 0);
}
