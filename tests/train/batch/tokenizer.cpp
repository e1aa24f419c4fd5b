// tests/train/batch/tokenizer.cpp: other tokenizers than bytes, from the pairs to the answers of a model.
#define BOOST_TEST_MODULE train_batch_tokenizer
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <krait/core/aligned.hpp>
#include <krait/data/with_folder.hpp>
#include <krait/train/generate.hpp>
#include <map>
#include <memory>

#include "../tiny.hpp"
using namespace krait;
using namespace krait::train;
using namespace krait::testing;

namespace {

/// Small letters and the space, without state: 27 ids and four special ones.
struct letters {
  static constexpr int vocabulary = 31;
  static constexpr std::int32_t pad = 0, begin = 1, end = 2, separator = 3;
  static void append(std::string_view text, std::vector<std::int32_t>& ids) {
    for (const char c : text) {
      if (c != ' ' && (c < 'a' || c > 'z'))
        throw data_error("A text has other characters than small letters; mend it.");
      ids.push_back(c == ' ' ? 4 : 5 + c - 'a');
    }
  }
  static std::string decode(std::span<const std::int32_t> ids) {
    std::string text;
    for (const auto id : ids) {
      if (id == end) break;
      text += id < 4 ? '#' : id == 4 ? ' ' : static_cast<char>('a' + id - 5);
    }
    return text;
  }
};

/// Two bytes an id, by a table that is made from the texts at run time.
class byte_pairs {
 public:
  static constexpr int vocabulary = 64;
  std::int32_t pad, begin, end, separator;  // after the pieces

  explicit byte_pairs(const std::vector<data::question_answer>& texts) {
    auto made = std::make_shared<std::map<std::string, std::int32_t>>();
    for (const auto& pair : texts)
      for (const std::string& text : {pair.question, pair.answer})
        for (std::size_t i = 0; i < text.size(); i += 2)
          made->emplace(text.substr(i, 2), static_cast<std::int32_t>(made->size()));
    pieces_ = made;
    pad = static_cast<std::int32_t>(made->size()), begin = pad + 1, end = pad + 2, separator = pad + 3;
  }
  void append(std::string_view text, std::vector<std::int32_t>& ids) const {
    for (std::size_t i = 0; i < text.size(); i += 2) ids.push_back(pieces_->at(std::string(text.substr(i, 2))));
  }
  std::string decode(std::span<const std::int32_t> ids) const {
    std::string text;
    for (const auto id : ids) {
      if (id == end) break;
      const auto piece = std::ranges::find(*pieces_, id, [](const auto& one) { return one.second; });
      text += piece == pieces_->end() ? "#" : piece->first;
    }
    return text;
  }

 private:
  std::shared_ptr<const std::map<std::string, std::int32_t>> pieces_;
};
static_assert(data::tokenizer<letters> && data::tokenizer<byte_pairs>);

struct letter_data {
  using tokenizer = letters;
};
struct pair_data {
  static constexpr std::string_view name = "pairs";
  using tokenizer = byte_pairs;
  static byte_pairs tokens(const std::filesystem::path&) { return byte_pairs(some_pairs(8)); }
};

/// Trains a transformer on a set and counts the answers that it then gives right.
template <int Vocabulary, class Set> int learnt(const Set& set, long steps) {
  using model_type = model::language_model<Vocabulary, model::transformer_stack<1, 32, 2, tiny_length>, layer_norm<32>>;
  using trainer_type = text_trainer<model_type>;
  trainer_type trainer(1, 2);
  example_order order(set, 3, 8);
  for (long step = 0; step < steps; ++step)
    trainer.step(text_batch(set, order.at(step), tiny_shard::cap.sequences), .01);
  answerer<trainer_type, tiny_length> answers(trainer);
  const auto given = answers(set);
  int right = 0;
  for (std::size_t i = 0; i < set.size(); ++i) right += given[i] == set.pairs[i].answer;
  return right;
}

const std::vector<data::question_answer> in_letters{{"capital of peru", "lima"},
                                                    {"capital of oman", "muscat"},
                                                    {"colour of snow", "white"},
                                                    {"colour of grass", "green"}};

}  // namespace

BOOST_AUTO_TEST_CASE(a_prompt_in_other_tokens) {
  const data::encoded_pair pair = data::encode("a b", "zz", letters{});
  BOOST_TEST((pair.ids == std::vector<std::int32_t>{1, 5, 4, 6, 3, 30, 30, 2}));
  BOOST_TEST((pair.mask == std::vector<float>{0, 0, 0, 0, 1, 1, 1, 0}));
  BOOST_CHECK_THROW(data::encode("A", "b", letters{}), data_error);
  const byte_pairs tokens(some_pairs(8));
  const auto coded = data::encode(some_pairs(8)[2], tokens);  // "what is 2?" -> "c2 c0 c1": five and four pieces
  BOOST_TEST(coded.length() == 5u + 4 + 3);
  BOOST_TEST(coded.ids.back() == tokens.end);
}

BOOST_AUTO_TEST_CASE(the_tokenizer_is_part_of_the_data) {
  static_assert(std::is_same_v<data::tokenizer_of<a_dozen>, data::byte_tokenizer>);
  static_assert(std::is_same_v<data::tokenizer_of<letter_data>, letters>);
  BOOST_TEST(data::tokens_of<letter_data>("").pad == 0);
  BOOST_TEST(data::tokens_of<pair_data>("").end == byte_pairs(some_pairs(8)).end);
  using either = data::with_folder<pair_data, pair_data>;
  static_assert(std::is_same_v<data::tokenizer_of<either>, byte_pairs>);
  BOOST_TEST(data::tokens_of<either>("folder").end == byte_pairs(some_pairs(8)).end);
}

BOOST_AUTO_TEST_CASE(batches_are_padded_with_the_tokenizers_own) {
  const byte_pairs tokens(some_pairs(8));
  const basic_text_set set(some_pairs(8), tiny_length, tokens);
  const std::vector<int> examples{0, 2};
  const text_batch batch(set, examples, 2);
  const auto shard = make_heap<tiny_shard>();
  batch.fill(0, *shard);
  const int longer = static_cast<int>(set.encoded[2].length()) - 1,
            shorter = static_cast<int>(set.encoded[0].length()) - 1;
  BOOST_REQUIRE(shorter < longer);
  BOOST_TEST(shard->of.length == longer);
  for (int t = shorter; t < longer; ++t) {
    BOOST_TEST(shard->id[t] == tokens.pad);
    BOOST_TEST(shard->target[t] == tokens.pad);
    BOOST_TEST(shard->weight[t] == 0);
  }
  BOOST_TEST(batch.tokens() == longer + shorter);
}

BOOST_AUTO_TEST_CASE(ids_beyond_the_vocabulary_are_refused) {
  std::vector<data::question_answer> many;
  for (int i = 0; i < 70; ++i) many.push_back({std::to_string(10 + i), "a"});
  BOOST_CHECK_EXCEPTION(basic_text_set(many, tiny_length, byte_pairs(many)), data_error, [](const data_error& e) {
    return std::string(e.what()).find("its vocabulary has 64 ids; mend the tokenizer.") != std::string::npos;
  });
}

BOOST_AUTO_TEST_CASE(letters_are_learnt_and_answered) {
  BOOST_TEST(learnt<31>(basic_text_set<letters>(in_letters, tiny_length), 120) == 4);
}

// The model is wider than the vocabulary, as models padded to a multiple of eight are.
BOOST_AUTO_TEST_CASE(pieces_of_two_bytes_are_learnt_and_answered) {
  BOOST_TEST(learnt<72>(basic_text_set(some_pairs(8), tiny_length, byte_pairs(some_pairs(8))), 120) == 8);
}
