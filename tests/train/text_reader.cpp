// tests/train/text_reader.cpp: texts that are read together, in pieces and behind shared beginnings, put out what each
// puts out alone, to the bit, and leave the state that it leaves.
#define BOOST_TEST_MODULE train_text_reader
#include <boost/test/unit_test.hpp>
#include <krait/train/text_reader.hpp>
#include <map>
#include <set>

#include "tiny.hpp"
using namespace krait;
using namespace krait::train;
using namespace krait::testing;

namespace {

using encoded = std::vector<std::vector<std::int32_t>>;
std::vector<std::span<const std::int32_t>> spans(const encoded& texts) { return {texts.begin(), texts.end()}; }
encoded encode_all(const std::vector<std::string>& texts) {
  encoded all;
  for (const auto& text : texts) all.push_back(data::encode_question(text));
  return all;
}
std::vector<int> all_but_the_last(const encoded& texts) {
  std::vector<int> most;
  for (const auto& text : texts) most.push_back(static_cast<int>(text.size()) - 1);
  return most;
}

/// Two beginnings, texts of their own, one text twice, one that begins another.
const encoded texts =
    encode_all({"what is the age of a", "x", "what is the age of bc", "who was the mother", "what is the age of be",
                "what is the age of c", "another text", "who was the other", "who was the father",
                "what is the age of a", "who was the", "", "what is the age of de", "yz"});

/// What the steps of a text alone, or forward over it alone, leave: its last logits and the layers' numbers.
template <class Model> void as_read_alone() {
  text_trainer<Model> trainer(1, 2);
  take_steps(trainer, text_set(some_pairs(40), tiny_length), 0, 20, 0.01);
  text_reader<text_trainer<Model>> together(trainer), alone(trainer);
  together.plan(spans(texts), all_but_the_last(texts));
  std::set<int> seen, begins;
  for (std::size_t i = 0; i < together.pieces(); ++i) {
    // Each thread reads the beginnings that it needs.
    const auto part = together.read(static_cast<int>(i % 2), i, true);
    begins.insert(part.begin);
    std::vector<std::vector<float>> logits, next;
    const auto after = make_heap<typename text_reader<text_trainer<Model>>::state_type>();
    *after = part.state;
    for (std::size_t s = 0; s < part.texts.size(); ++s)
      for (int t = part.begin; t < static_cast<int>(texts[static_cast<std::size_t>(part.texts[s])].size()); ++t)
        logits.emplace_back(part.behind(s, t), part.behind(s, t) + 256);
    std::size_t row = 0;
    for (std::size_t s = 0; s < part.texts.size(); ++s) {
      const auto& text = texts[static_cast<std::size_t>(part.texts[s])];
      seen.insert(part.texts[s]);
      alone.plan({text}, {0});
      const auto one = alone.read(0, 0, true);
      for (int t = part.begin; t < static_cast<int>(text.size()); ++t, ++row)
        BOOST_TEST((logits[row] == std::vector<float>(one.behind(0, t), one.behind(0, t) + 256)),
                   "text " << part.texts[s] << " token " << t);
      // A further token from each state.
      const auto a = make_heap<typename Model::template state<float, capacity{1, tiny_length}>>();
      const auto b = make_heap<typename Model::template state<float, capacity{1, tiny_length}>>();
      copy_sequence<4, 1>(*after, s, *a, 0);
      copy_sequence<4, 1>(one.state, 0, *b, 0);
      float out[2][activations<float, capacity{1, 1}, 256>::stride];
      const std::int32_t more = 'q';
      const sequences of{1, 1};
      Model::step(trainer.on(0), trainer.current(), ids{&more, of}, rows<float, 256>{out[0], of}, *a);
      Model::step(trainer.on(0), trainer.current(), ids{&more, of}, rows<float, 256>{out[1], of}, *b);
      BOOST_TEST(std::equal(out[0], out[0] + 256, out[1]), "text " << part.texts[s]);
    }
  }
  BOOST_TEST(seen.size() == texts.size());
  BOOST_TEST((begins == std::set<int>{0, 12, 20}));
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_mamba_reads_as_alone) { as_read_alone<tiny_mamba>(); }
BOOST_AUTO_TEST_CASE(a_transformer_reads_as_alone) { as_read_alone<tiny_transformer>(); }

// Every text stands in one piece, and has its piece's tokens; no other grouping was to be had for less.
BOOST_AUTO_TEST_CASE(beginnings_are_shared_where_that_saves_most) {
  const auto pieces = shared_beginnings(spans(texts), all_but_the_last(texts), 4);
  std::set<int> seen;
  for (const auto& piece : pieces) {
    BOOST_TEST(piece.texts.size() <= 4u);
    const auto& first = texts[static_cast<std::size_t>(piece.texts.front())];
    for (const int i : piece.texts) {
      const auto& text = texts[static_cast<std::size_t>(i)];
      BOOST_TEST(static_cast<int>(text.size()) > piece.shared);
      BOOST_TEST(std::equal(text.begin(), text.begin() + piece.shared, first.begin()));
      seen.insert(i);
    }
  }
  BOOST_TEST(seen.size() == texts.size());
  // begin, "what is the age of " of six; begin, "who was the" of four, which saves more than a space more of three
  const auto saved = [](const std::vector<reading_piece>& of) {
    std::map<int, std::pair<int, int>> groups;  // texts, tokens
    for (const auto& piece : of)
      groups[piece.group].first += static_cast<int>(piece.texts.size()), groups[piece.group].second = piece.shared;
    int sum = 0;
    for (const auto& [group, has] : groups) sum += (has.first - 1) * has.second;
    return sum;
  };
  BOOST_TEST(saved(pieces) == 5 * 20 + 3 * 12);

  // What may be shared is limited, and short beginnings are not worth it.
  std::vector<int> few(texts.size(), 9), none(texts.size(), 7);
  for (const auto& piece : shared_beginnings(spans(texts), few, 4))
    BOOST_TEST((piece.shared == 0 || piece.shared == 9));
  for (const auto& piece : shared_beginnings(spans(texts), none, 4)) BOOST_TEST(piece.shared == 0);
  BOOST_TEST(shared_beginnings({}, {}, 4).empty());
}
