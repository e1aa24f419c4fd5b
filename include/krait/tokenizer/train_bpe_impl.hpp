// krait/tokenizer/train_bpe_impl.hpp: definitions of train_bpe.hpp.
#pragma once
#include <algorithm>
#include <krait/core/error.hpp>
#include <krait/tokenizer/byte_alphabet.hpp>
#include <krait/tokenizer/normalizer_impl.hpp>
#include <krait/tokenizer/pre_tokenizer_impl.hpp>
#include <krait/tokenizer/train_bpe.hpp>
#include <nlohmann/json.hpp>
#include <queue>
#include <set>
#include <unordered_map>
#include <utility>

namespace krait::tokenizer {
namespace detail {

inline void require_utf8(std::string_view text) {
  if (const std::size_t at = broken_at(text); at != text.npos)
    throw data_error("A text to train a tokenizer on is no UTF-8 at byte " + std::to_string(at) + "; convert it.");
}

/// How often each word occurs in some texts.
inline std::vector<std::pair<std::string, std::int64_t>> count_words(std::span<const std::string> texts, bool nfc) {
  std::unordered_map<std::string, std::int64_t> counts;
  const std::vector<pre_tokenizer_step> steps{gpt2_words{}};
  std::string storage;
  for (const std::string& text : texts) {
    require_utf8(text);
    const std::string_view normal = nfc ? normalise({normal_form::nfc}, text, storage) : std::string_view(text);
    cut_words(
        steps, normal, true,
        [](void* to, std::string_view word) { ++(*static_cast<decltype(counts)*>(to))[std::string(word)]; }, &counts);
  }
  return {counts.begin(), counts.end()};
}

/// The pairs of neighbours in some words and how often they occur, kept up to date from merge to merge.
class pair_counter {
 public:
  using pair = std::uint64_t;  // left << 32 | right: in the order in which pairs of equal count are taken
  static pair pair_of(std::int32_t left, std::int32_t right) {
    return static_cast<pair>(left) << 32 | static_cast<std::uint32_t>(right);
  }
  static std::int32_t left(pair p) { return static_cast<std::int32_t>(p >> 32); }
  static std::int32_t right(pair p) { return static_cast<std::int32_t>(p & 0xFFFFFFFF); }

  struct candidate {
    std::int64_t count;
    pair which;
    std::vector<std::uint32_t> words;  // that hold it, sorted
    bool operator<(const candidate& other) const {
      return count != other.count ? count < other.count : which > other.which;
    }
  };

  pair_counter(const std::vector<std::pair<std::string, std::int64_t>>& words, std::span<const std::int32_t> byte_ids) {
    for (const auto& [word, count] : words) {
      auto& symbols = words_.emplace_back();
      for (const char c : word) symbols.push_back(byte_ids[static_cast<unsigned char>(c)]);
      word_counts_.push_back(count);
    }
    for (std::uint32_t w = 0; w < words_.size(); ++w)
      for (std::size_t i = 0; i + 1 < words_[w].size(); ++i)
        change(pair_of(words_[w][i], words_[w][i + 1]), word_counts_[w], w);
    propose();
  }

  /// The most frequent pair, or one that occurs 0 times.
  candidate next() {
    while (!queue_.empty()) {
      candidate top = std::move(const_cast<candidate&>(queue_.top()));
      queue_.pop();
      if (top.count == counts_[top.which]) return top;
      top.count = counts_[top.which];
      if (top.count > 0) queue_.push(std::move(top));
    }
    return {0, 0, {}};
  }

  void merge(const candidate& c, std::int32_t result) {
    const std::int32_t l = left(c.which), r = right(c.which);
    for (const std::uint32_t w : c.words) {
      auto& s = words_[w];
      const std::int64_t n = word_counts_[w];
      // In place: `out` symbols are done, the rest is as it was.
      std::size_t out = 0;
      for (std::size_t i = 0; i < s.size(); ++i, ++out) {
        if (i + 1 == s.size() || s[i] != l || s[i + 1] != r) {
          s[out] = s[i];
          continue;
        }
        if (out > 0) {
          change(pair_of(s[out - 1], l), -n, w);
          change(pair_of(s[out - 1], result), n, w);
        }
        if (i + 2 < s.size()) {
          change(pair_of(r, s[i + 2]), -n, w);
          change(pair_of(result, s[i + 2]), n, w);
        }
        s[out] = result;
        ++i;
      }
      s.resize(out);
    }
    propose();
  }

 private:
  void change(pair p, std::int64_t by, std::uint32_t word) {
    counts_[p] += by;
    if (by <= 0) return;
    auto& in = fresh_[p];
    if (in.empty() || in.back() != word) in.push_back(word);
  }
  void propose() {
    for (auto& [p, words] : fresh_) {
      if (counts_[p] <= 0) continue;
      std::ranges::sort(words);
      words.erase(std::unique(words.begin(), words.end()), words.end());
      queue_.push({counts_[p], p, std::move(words)});
    }
    fresh_.clear();
  }

  std::vector<std::vector<std::int32_t>> words_;
  std::vector<std::int64_t> word_counts_;
  std::unordered_map<pair, std::int64_t> counts_;
  std::unordered_map<pair, std::vector<std::uint32_t>> fresh_;  // new since the last merge, and in which words
  std::priority_queue<candidate> queue_;
};

inline nlohmann::ordered_json added_as_json(const std::vector<std::string>& special) {
  auto list = nlohmann::ordered_json::array();
  for (std::size_t i = 0; i < special.size(); ++i) {
    if (special[i].empty() || std::ranges::count(special, special[i]) != 1)
      throw data_error("The special token \"" + special[i] +
                       "\" is empty or named twice; give each a name of its own.");
    list.push_back({{"id", i},
                    {"content", special[i]},
                    {"single_word", false},
                    {"lstrip", false},
                    {"rstrip", false},
                    {"normalized", false},
                    {"special", true}});
  }
  return list;
}

struct file_parts {
  using json = nlohmann::ordered_json;
  json added, normalizer = nullptr, pre_tokenizer = nullptr, decoder, unknown = nullptr, vocabulary;
  json merges = json::array();
};
/// The text of a tokenizer.json with every field that `tokenizers` writes.
inline std::string tokenizer_file(file_parts parts) {
  const file_parts::json file{{"version", "1.0"},
                              {"truncation", nullptr},
                              {"padding", nullptr},
                              {"added_tokens", std::move(parts.added)},
                              {"normalizer", std::move(parts.normalizer)},
                              {"pre_tokenizer", std::move(parts.pre_tokenizer)},
                              {"post_processor", nullptr},
                              {"decoder", std::move(parts.decoder)},
                              {"model",
                               {{"type", "BPE"},
                                {"dropout", nullptr},
                                {"unk_token", std::move(parts.unknown)},
                                {"continuing_subword_prefix", nullptr},
                                {"end_of_word_suffix", nullptr},
                                {"fuse_unk", false},
                                {"byte_fallback", false},
                                {"ignore_merges", false},
                                {"vocab", std::move(parts.vocabulary)},
                                {"merges", std::move(parts.merges)}}}};
  return file.dump(1);
}

}  // namespace detail

KRAIT_INLINE std::string train_bpe(std::span<const std::string> texts, const bpe_training_config& config) {
  using json = nlohmann::ordered_json;
  const json added = detail::added_as_json(config.special);
  if (config.vocabulary < static_cast<int>(config.special.size()) + 256)
    throw data_error("A byte-level tokenizer has at least " + std::to_string(config.special.size() + 256) +
                     " tokens, but " + std::to_string(config.vocabulary) + " are asked for; raise the vocabulary.");
  std::vector<std::string> tokens = config.special;
  std::unordered_map<std::string, std::int32_t> ids;
  for (std::size_t i = 0; i < tokens.size(); ++i) ids.emplace(tokens[i], static_cast<std::int32_t>(i));
  const auto id_of = [&](const std::string& token) {
    const auto [place, fresh] = ids.emplace(token, static_cast<std::int32_t>(tokens.size()));
    if (fresh) tokens.push_back(token);
    return place->second;
  };
  std::vector<std::pair<char32_t, int>> alphabet;
  for (int b = 0; b < 256; ++b) alphabet.emplace_back(detail::byte_alphabet[static_cast<std::size_t>(b)], b);
  std::ranges::sort(alphabet);
  std::vector<std::int32_t> byte_ids(256);
  for (const auto& [character, byte] : alphabet) {
    const char b = static_cast<char>(byte);
    byte_ids[static_cast<std::size_t>(byte)] = id_of(detail::to_alphabet({&b, 1}));
  }

  detail::pair_counter pairs(detail::count_words(texts, config.nfc), byte_ids);
  json merges = json::array();
  while (static_cast<int>(tokens.size()) < config.vocabulary) {
    const auto best = pairs.next();
    if (best.count < std::max<std::int64_t>(config.least, 1)) break;
    const std::string left = tokens[static_cast<std::size_t>(detail::pair_counter::left(best.which))];
    const std::string right = tokens[static_cast<std::size_t>(detail::pair_counter::right(best.which))];
    pairs.merge(best, id_of(left + right));
    merges.push_back({left, right});
  }

  json vocabulary = json::object();
  auto& table = vocabulary.get_ref<json::object_t&>();
  for (std::size_t i = 0; i < tokens.size(); ++i) table.push_back({tokens[i], i});
  const json byte_level{
      {"type", "ByteLevel"}, {"add_prefix_space", false}, {"trim_offsets", true}, {"use_regex", true}};
  return detail::tokenizer_file({.added = added,
                                 .normalizer = config.nfc ? json{{"type", "NFC"}} : json(nullptr),
                                 .pre_tokenizer = byte_level,
                                 .decoder = byte_level,
                                 .vocabulary = std::move(vocabulary),
                                 .merges = std::move(merges)});
}

KRAIT_INLINE std::string train_characters(std::span<const std::string> texts, std::vector<std::string> special) {
  using json = nlohmann::ordered_json;
  special.push_back("<unk>");
  const json added = detail::added_as_json(special);
  std::set<char32_t> characters;
  for (const std::string& text : texts) {
    detail::require_utf8(text);
    for (const char *p = text.data(), *end = p + text.size(); p < end;) characters.insert(detail::next_point(p));
  }
  json vocabulary = json::object();
  for (const std::string& token : special) vocabulary[token] = vocabulary.size();
  auto& table = vocabulary.get_ref<json::object_t&>();
  for (const char32_t c : characters) {
    std::string token;
    detail::add_point(token, c);
    if (std::ranges::find(special, token) == special.end()) table.push_back({token, table.size()});
  }
  return detail::tokenizer_file(
      {.added = added, .decoder = {{"type", "Fuse"}}, .unknown = "<unk>", .vocabulary = std::move(vocabulary)});
}

}  // namespace krait::tokenizer
