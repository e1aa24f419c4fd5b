// tests/experiment/reconstruction.cpp: texts that are written back from a state: what begins from it, what changes it,
// what is measured, and whole studies.
#define BOOST_TEST_MODULE experiment_reconstruction
#include "whole_run.hpp"
//
#include <krait/experiment/reconstruction.hpp>
#include <krait/metric/rouge.hpp>
#include <krait/model/list.hpp>
#include <krait/paper/selective_memory.hpp>
#include <krait/schedule/schedule.hpp>
#include <numbers>

#include "../train/tiny.hpp"
using namespace krait;
using namespace krait::testing;

namespace {

/// Words of one to three of four letters.
struct babble {
  static constexpr std::string_view name = "babble";
  static data::read_text load(const std::filesystem::path&) {
    const auto text = [](std::uint64_t seed, int size) {
      std::string all;
      for (std::uint64_t i = 0; static_cast<int>(all.size()) < size; ++i) {
        const std::uint64_t number = bits({seed, stream("babble"), i});
        for (std::uint64_t k = 0; k <= number % 3; ++k) all += static_cast<char>('a' + (number >> (8 + 2 * k)) % 4);
        all += ' ';
      }
      return all;
    };
    return {text(1, 4000), text(2, 800), 0, 2, 1};
  }
};
constexpr experiment::reconstruction_config quick_texts{
    .reading = 8, .rebuilding = 12, .alone = .5, .batch = 4, .texts = 12, .bins = 4, .look_every = 4};
template <class Lengths, experiment::reconstruction_config C, class Page = studies::plain>
using study = experiment::reconstruction<
    model::list<model::named<"mamba", tiny_mamba>>, babble, Lengths,
    experiment::start::list<experiment::start::zero, experiment::start::of_another, experiment::start::ssm_only,
                            experiment::start::convolution_only, experiment::start::layer_alone<2>,
                            experiment::start::without_layer<2>, experiment::start::without_layer<3>>,
    experiment::measures<experiment::fidelity<metric::list<mortal, metric::rouge<1>>>>, brisk, mortal_schedule, C,
    Page>;
using lengths = experiment::lengths<3, 8>;
const whole_run<study<lengths, quick_texts>> whole{.lives = {130, 12, 700, 61, 230}, .least_kills = 5};

/// Of a study with one seed: quantity of a control at a length.
double value_of(const std::filesystem::path& out, const std::string& quantity, const std::string& control,
                const std::string& length) {
  const auto record = nlohmann::json::parse(text_of(out / "record.json"));
  for (const auto& one : record["measured"])
    if (one["quantity"] == quantity && one["labels"].value("control", "") == control &&
        one["labels"].value("length", "") == length)
      return one["points"].back()[2].get<double>();
  BOOST_FAIL("nothing of " << quantity << " " << control << " " << length);
  return 0;
}

// A trainer as the study has it.
using pipeline = study<lengths, quick_texts>::pipeline_of<tiny_mamba>;
using trainer = train::trainer<backend::cpu, pipeline>;
using state = pipeline::model::state_type;
const std::vector<std::int32_t> some_text = data::byte_tokenizer::encode(babble::load({}).held_out);

/// Logits of the texts of a batch, one row a token.
template <class Batch> std::vector<std::vector<float>> logits_of(trainer& by, const Batch& batch, std::size_t tokens) {
  std::vector<std::vector<float>> all(tokens);
  by.outputs(batch, [&](int i, auto logits, const auto& in) {
    for (int t = 0; t < in.of.tokens(); ++t)
      all[static_cast<std::size_t>(i * trainer::per_shard * in.of.length + t)].assign(logits[t], logits[t] + 256);
  });
  return all;
}
float greatest_difference(const std::vector<std::vector<float>>& a, const std::vector<std::vector<float>>& b) {
  float most = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    for (std::size_t k = 0; k < a[i].size(); ++k) most = std::max(most, std::abs(a[i][k] - b[i][k]));
  return most;
}

}  // namespace

BOOST_AUTO_TEST_CASE(texts_begin_from_states) {
  trainer one(3, 2);
  const auto texts = train::blocks_evenly(some_text, 8, 7);
  std::vector<heap<state>> own, zeros, others;
  train::state_reader<trainer> read(one);
  read(texts, own);
  BOOST_REQUIRE(own.size() == 2u);
  for (std::size_t i = 0; i < 2; ++i) {
    zeros.push_back(make_heap<state>());
    others.push_back(make_heap<state>());
    *others[i] = *own[i];
    experiment::start::of_another::apply(*others[i], *own[1 - i]);
  }
  const auto from = [&](const std::vector<heap<state>>* states) {
    return logits_of(one, train::rebuilding_batch<state>{texts, 0, states, trainer::per_shard}, 7 * 9);
  };
  BOOST_TEST(greatest_difference(from(&zeros), from(nullptr)) == 0);  // the plain forward, to the bit
  BOOST_TEST(greatest_difference(from(&own), from(nullptr)) > .01f);
  BOOST_TEST(greatest_difference(from(&others), from(&own)) > .01f);

  // Reading x and going on from its state is one pass over both.
  train::chunks long_ones{some_text, {}, 16};
  for (std::size_t s = 0; s < 7; ++s) long_ones.begin.push_back(16 * s);
  train::chunks firsts{some_text, long_ones.begin, 8}, seconds{some_text, {}, 8};
  for (const std::size_t b : firsts.begin) seconds.begin.push_back(b + 7);  // so that the last token read is its edge
  firsts.length = 7;
  read(firsts, own);
  train::chunks whole_texts{some_text, firsts.begin, 9};
  const auto at_once = logits_of(one, train::reading_batch{whole_texts, trainer::per_shard}, 7 * 8);
  seconds.length = 2;
  std::vector<std::vector<float>> resumed(7), direct(7);
  one.outputs(train::rebuilding_batch<state>{seconds, 0, &own, trainer::per_shard}, [&](int i, auto, const auto& in) {
    auto fed = in;  // x_8 in the place of the edge
    for (int s = 0; s < fed.of.count; ++s)
      fed.id[s * fed.of.length] = some_text[firsts.begin[static_cast<std::size_t>(i * 4 + s)] + 7];
    auto saved = make_heap<tiny_mamba::saved<float, trainer::shard::cap>>();
    auto out = make_heap<activations<float, trainer::shard::cap, 256>>();
    backend::cpu on;
    pipeline::model::forward(on, one.current(), fed.input(), out->of(fed.of), *saved);
    for (int s = 0; s < fed.of.count; ++s) {
      const float* row = out->of(fed.of)[s * fed.of.length];
      resumed[static_cast<std::size_t>(i * 4 + s)].assign(row, row + 256);
      direct[static_cast<std::size_t>(i * 4 + s)] = at_once[static_cast<std::size_t>((i * 4 + s) * 8 + 7)];
    }
  });
  BOOST_TEST(greatest_difference(resumed, direct) < 1e-4f);
}

// Greedy writing, token by token, is the likeliest token of the forward over what was written.
BOOST_AUTO_TEST_CASE(writing_equals_teacher_forcing) {
  trainer one(5, 2);
  const auto texts = train::blocks_evenly(some_text, 8, 6);
  std::vector<heap<state>> own;
  train::state_reader<trainer> read(one);
  read(texts, own);
  train::state_writer<trainer> write(one, 0);
  const std::string before(reinterpret_cast<const char*>(own[0].get()), sizeof(state));
  const auto written = write(own, texts.size(), 8);
  BOOST_TEST((before == std::string(reinterpret_cast<const char*>(own[0].get()), sizeof(state))));
  std::vector<std::int32_t> joined;
  train::chunks of{{}, {}, 8};
  for (const auto& text : written) {
    of.begin.push_back(joined.size());
    joined.insert(joined.end(), text.begin(), text.end());
    joined.resize(of.begin.back() + 8, 0);  // an edge and what comes after it
  }
  of.text = joined;
  const auto logits = logits_of(one, train::rebuilding_batch<state>{of, 0, &own, trainer::per_shard}, 6 * 9);
  int different = 0;
  for (std::size_t s = 0; s < 6; ++s)
    for (std::size_t t = 0; t < std::min<std::size_t>(8, written[s].size() + 1); ++t) {
      const auto& row = logits[s * 9 + t];
      BOOST_TEST(std::distance(row.begin(), std::ranges::max_element(row)) == joined[s * 8 + t]);
      different += joined[s * 8 + t] != joined[t];
    }
  BOOST_TEST(different > 0);
}

BOOST_AUTO_TEST_CASE(controls_change_what_they_say) {
  trainer one(3, 1);
  std::vector<heap<state>> own;
  train::state_reader<trainer> read(one);
  read(train::blocks_evenly(some_text, 8, 8), own);
  const auto made = make_heap<state>();
  const auto apply = [&]<class Control>(Control) -> state& {
    *made = *own[0];
    Control::apply(*made, *own[1]);
    return *made;
  };
  /// Per layer: convolution and SSM state are the encoder's (1), zero (0) or something else (-1).
  const auto kept = [&](state& s) {
    std::vector<int> all;
    std::vector<std::pair<std::vector<float>, std::vector<float>>> truth;
    for_each_layer_state(*own[0], [&](auto& layer) {
      truth.push_back({{std::begin(layer.conv), std::end(layer.conv)}, {std::begin(layer.h), std::end(layer.h)}});
    });
    std::size_t number = 0;
    for_each_layer_state(s, [&](auto& layer) {
      const auto judge = [](const auto& part, const std::vector<float>& wanted) {
        if (std::ranges::equal(part, wanted)) return 1;
        return std::ranges::all_of(part, [](float x) { return x == 0; }) ? 0 : -1;
      };
      all.push_back(judge(layer.conv, truth[number].first));
      all.push_back(judge(layer.h, truth[number++].second));
    });
    return all;
  };
  using namespace experiment::start;
  using v = std::vector<int>;
  BOOST_TEST(count_layer_states(*own[0]) == 2);
  BOOST_TEST(kept(apply(as_it_is())) == v({1, 1, 1, 1}), boost::test_tools::per_element());
  BOOST_TEST(kept(apply(zero())) == v({0, 0, 0, 0}), boost::test_tools::per_element());
  BOOST_TEST(kept(apply(of_another())) == v({-1, -1, -1, -1}), boost::test_tools::per_element());
  BOOST_TEST(kept(apply(ssm_only())) == v({0, 1, 0, 1}), boost::test_tools::per_element());
  BOOST_TEST(kept(apply(convolution_only())) == v({1, 0, 1, 0}), boost::test_tools::per_element());
  BOOST_TEST(kept(apply(layer_alone<2>())) == v({0, 0, 1, 1}), boost::test_tools::per_element());
  BOOST_TEST(kept(apply(without_layer<2>())) == v({1, 1, 0, 0}), boost::test_tools::per_element());
  BOOST_TEST(without_layer<12>::name == "without layer 12");
}

BOOST_AUTO_TEST_CASE(measures_by_hand) {
  const std::vector<std::int32_t> text{1, 2, 3, 4, 5, 6, 7, 8};
  const train::chunks two{text, {0, 4}, 4};
  experiment::rebuilt found, alone;
  found.written = {{1, 2, 9, 4, 5}, {6, 7}};
  found.loss.assign(10, std::numbers::ln2), alone.loss.assign(10, 3 * std::numbers::ln2);
  found.loss[0] = 0, found.loss[9] = 50;  // the edge counts in the loss alone
  using v = std::vector<double>;
  BOOST_TEST(experiment::share_right(two, found) == v({.75, 0}), boost::test_tools::per_element());
  BOOST_TEST(experiment::edit_distances(two, found) == v({.5, .5}), boost::test_tools::per_element());
  BOOST_TEST(std::abs(experiment::bits_kept(two, found, alone)[0] - 2.25) < 1e-12);
  BOOST_TEST(std::abs(experiment::bits_kept(two, found, alone)[1] - 2) < 1e-12);
  BOOST_TEST(std::abs(experiment::mean_loss(two, found)[1] - (4 * std::numbers::ln2 + 50) / 5) < 1e-12);
  const auto right = experiment::right_by_part(two, found, 2), kept = experiment::bits_by_part(two, found, alone, 2);
  BOOST_TEST(right[0] == v({1, 0}), boost::test_tools::per_element());
  BOOST_TEST(right[1] == v({.5, 0}), boost::test_tools::per_element());
  BOOST_TEST(std::abs(kept[0][0] - 2.5) < 1e-12);
  BOOST_TEST(std::abs(kept[1][0] - 2) < 1e-12);
}

// Attention hands on its newest pairs; a decoder writes from them as it is taught from them.
BOOST_AUTO_TEST_CASE(a_transformer_hands_on_its_newest_pairs) {
  using model = model::language_model<
      256, repeat<2, residual<rms_norm<8>, attention<attention_config{.d_model = 8, .heads = 2, .rotary = {4}}>>>,
      rms_norm<8>>;
  using transformer_pipeline = study<lengths, quick_texts>::pipeline_of<model>;
  using state_type = transformer_pipeline::model::state_type;
  train::trainer<backend::cpu, transformer_pipeline> one(5, 1);
  const auto texts = train::blocks_evenly(some_text, 8, 4);
  std::vector<heap<state_type>> whole, newest;
  train::state_reader<decltype(one)> read(one);
  read(texts, whole), read(texts, newest);
  experiment::start::keep_newest(*newest[0], 3);
  std::vector<float> all, some;
  for_each_layer_state(*whole[0], [&](auto& layer) { append_state_of(layer, 1, 4, all); });
  for_each_layer_state(*newest[0], [&](auto& layer) { append_state_of(layer, 1, 4, some); });
  BOOST_TEST(all.size() == 2u * 8 * 2 * 8);
  BOOST_TEST(some.size() == 2u * 3 * 2 * 8);
  BOOST_TEST(std::equal(some.begin(), some.begin() + 3 * 8, all.begin() + 5 * 8));  // the keys of the first layer

  const auto taught = [&](const std::vector<heap<state_type>>& from) {
    std::vector<std::vector<float>> rows(4 * 9);
    one.outputs(train::rebuilding_batch<state_type>{texts, 0, &from, 4}, [&](int, auto logits, const auto& in) {
      for (int t = 0; t < in.of.tokens(); ++t) rows[static_cast<std::size_t>(t)].assign(logits[t], logits[t] + 256);
    });
    return rows;
  };
  const auto from_newest = taught(newest);
  BOOST_TEST(greatest_difference(from_newest, taught(whole)) > 1e-5f);
  backend::cpu on;
  const auto out = make_heap<activations<float, capacity{4, 1}, 256>>();
  std::vector<std::vector<float>> stepped(4 * 9);
  for (std::size_t t = 0; t < 9; ++t) {
    std::int32_t now[4];
    for (std::size_t s = 0; s < 4; ++s) now[s] = t == 0 ? 0 : texts[s][t - 1];
    const sequences of{4, 1};
    model::step(on, one.current(), ids{now, of}, out->of(of), *newest[0]);
    for (std::size_t s = 0; s < 4; ++s) {
      const float* row = out->of(of)[static_cast<int>(s)];
      stepped[s * 9 + t].assign(row, row + 256);
    }
  }
  BOOST_TEST(greatest_difference(from_newest, stepped) < 1e-6f);
}

// Two letters and a space of a few: the state is read, and nothing else tells of the text.
BOOST_AUTO_TEST_CASE(short_texts_are_rebuilt) {
  scratch_folder here;
  constexpr experiment::reconstruction_config longer{
      .reading = 300, .rebuilding = 1500, .alone = .2, .batch = 32, .texts = 64, .bins = 2, .look_every = 100};
  const outcome o = run_study<study<experiment::lengths<2, 3>, longer, paper::selective_memory>>(
      here.path, {"--seeds", "1", "--threads", "2", "--out", (here / "out").string()});
  BOOST_TEST_MESSAGE(o.out << o.err);
  const auto out = here / "out";
  BOOST_TEST(value_of(out, "right", "as it is", "3") > .9);
  BOOST_TEST(value_of(out, "bits", "as it is", "3") > 1.3);  // of about 1.9 in a letter
  for (const char* control : {"zero", "of another text", "random encoder", "unconditional decoder"})
    BOOST_TEST(value_of(out, "right", control, "3") < .6, control);
  BOOST_TEST(value_of(out, "bits", "of another text", "3") < 0);
  BOOST_TEST(value_of(out, "bits", "unconditional decoder", "3") == 0);
  BOOST_TEST(value_of(out, "bits_low", "as it is", "3") < value_of(out, "bits", "as it is", "3"));
  for (const auto& [name, text] : contents_of(out))
    BOOST_TEST(!contains(text, "without layer 3,"), name);  // the model has two
}

BOOST_AUTO_TEST_CASE(a_decoder_for_each_length) {
  scratch_folder here;
  const auto run = [&](const char* name, std::vector<std::string> more) {
    std::vector<std::string> all{"--seeds", "1", "--threads", "1", "--out", (here / name).string()};
    all.insert(all.end(), more.begin(), more.end());
    const outcome o = run_study<study<lengths, quick_texts>>(here.path, all);
    BOOST_TEST(files_in(here / name).size() > 5u, o.err);
    return here / name;
  };
  const auto one = run("one", {}), apart = run("apart", {"--set", "apart=1"}), again = run("again", {});
  const auto weights = [](const auto& out, const char* leg) {
    return text_of(out / "checkpoint" / (std::string("mamba-seed1-") + leg + ".safetensors"));
  };
  BOOST_TEST((weights(one, "pretrained") == weights(apart, "pretrained")));
  BOOST_TEST((weights(apart, "decoder-3") != weights(apart, "decoder-8")));
  BOOST_TEST(contains(text_of(apart / "record.csv"), "8"));
  BOOST_TEST(std::isfinite(value_of(apart, "right", "as it is", "8")));
  // What was trained once is kept: the same numbers but for where they come from.
  const auto numbers = [](const auto& out, bool kept) {
    std::istringstream all(text_of(out / "record.csv"));
    std::string some;
    for (std::string line; std::getline(all, line);)
      if (contains(line, "reused") == kept) some += line + '\n';
    return some;
  };
  BOOST_TEST(numbers(again, false) == numbers(one, false));
  BOOST_TEST(!contains(numbers(one, true), ",1\n"));
  BOOST_TEST(std::ranges::count(numbers(again, true), '\n') == 3);
  BOOST_TEST(!contains(numbers(again, true), ",0\n"));
}

BOOST_AUTO_TEST_CASE(one_thread_finds_the_same) { whole.same_for_one_thread(); }
BOOST_AUTO_TEST_CASE(kills_change_nothing) { whole.same_after_kills(); }
BOOST_AUTO_TEST_CASE(kills_at_any_moment_change_nothing) { whole.same_after_kills_at_any_moment(); }
BOOST_AUTO_TEST_CASE(the_page_is_drawn_again) { whole.same_when_drawn_again(); }
