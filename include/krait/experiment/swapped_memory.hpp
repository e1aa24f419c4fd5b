// krait/experiment/swapped_memory.hpp: the measure of what is kept of words whose frequency in the encoder's text was
// made (data/swapped_words.hpp), word by word.
#pragma once
#include <algorithm>
#include <array>
#include <cstddef>
#include <krait/core/error.hpp>
#include <krait/core/unicode_words.hpp>
#include <krait/data/swapped_words.hpp>
#include <krait/experiment/reconstructions.hpp>
#include <krait/experiment/start_state.hpp>
#include <limits>
#include <numbers>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace krait::experiment {

struct swapped_memory_config {
  int chunks = 4000;  // at most so many of each length that hold such a word, evenly from all; with --quick few
};

/// Of the pairs' words in blocks of held-out text that hold one in full, at the asked lengths. Labels: word (with the
/// groups "first" and "second": those of the pairs in their order). Quantities:
///   read        times that a word stands in what the encoder has read, by model and word
///   asked       occurrences in the blocks, by length and word
/// and means over a word's occurrences, by model, length and word:
///   foreseen    bits that the encoder needs for it as it reads (none where it begins the block)
///   needed      bits that the unconditional decoder needs for it
///   kept        of them, bits that the state saves
///   kept_share  kept / needed, sums over the occurrences
///   lost        share that is lacking in what is written from the state, which has the word fewer times
///   kept_other  bits that another text's state saves
class swapped_memory_measure {
 public:
  static constexpr std::string_view name = "swapped memory";

  swapped_memory_measure(const reconstruction_plan& plan, data::word_pairs pairs, std::vector<int> lengths,
                         swapped_memory_config c)
      : plan_(plan), pairs_(std::move(pairs)), lengths_(std::move(lengths)), config_(c) {
    if (plan.asked.quick) config_.chunks = 24;
    for (const auto& pair : pairs_)
      for (const auto& word : pair) number_[word] = all_.size(), all_.push_back(word);
    text_ = plan.tokens.decode(plan.held_out);
    if (text_.size() != plan.held_out.size())
      throw data_error("swapped_memory: the words are found by their bytes; take a study over bytes.");
    for (const std::string_view word : utf8::unicode_words(text_))
      if (const auto found = number_.find(std::string(word)); found != number_.end())
        places_.push_back({static_cast<std::size_t>(word.data() - text_.data()), found->second});
  }

  void describe(studies::record& to) const {
    to.declare_label("word", all_);
    std::array<std::vector<std::string>, 2> sides;
    for (const auto& pair : pairs_)
      for (std::size_t side = 0; side < 2; ++side) sides[side].push_back(pair[side]);
    to.declare_group("word", "first", sides[0]);
    to.declare_group("word", "second", sides[1]);
    std::vector<std::string> asked;
    for (const int length : lengths_) asked.push_back(studies::level(length));
    to.declare_group("length", "words", asked);
    to.declare("read", {"model", "word"});
    to.declare("asked", {"model", "length", "word"});
    for (const char* one : {"foreseen", "needed", "kept", "kept_share", "lost", "kept_other"})
      to.declare(one, {"model", "length", "word"});
  }

  void measure(reconstructions& by, const measuring& to, int length) const {
    if (std::ranges::find(lengths_, length) == lengths_.end()) return;
    if (length == lengths_.front()) count(by, to);
    const auto n = static_cast<std::size_t>(length);
    train::chunks texts{plan_.held_out, {}, length};
    std::vector<std::vector<placed>> words;  // of each block, those that stand in it in full
    for (const placed& one : places_) {
      const std::size_t block = one.at / n * n;
      if (one.at + all_[one.word].size() > block + n || block + n > plan_.held_out.size()) continue;
      if (texts.begin.empty() || texts.begin.back() != block) texts.begin.push_back(block), words.emplace_back();
      words.back().push_back({one.at - block, one.word});
    }
    thin(texts.begin, words);
    if (texts.size() < 2 * static_cast<std::size_t>(plan_.config.per_shard))
      throw data_error("swapped_memory: too few held-out texts hold a swapped word; give more text.");
    std::vector<sums> of(all_.size());
    const std::vector<double> foreseen = by.surprise(texts);
    each(words, [&](std::size_t s, const placed& one) {
      ++of[one.word].asked;
      if (one.at == 0 || foreseen.empty()) return;
      ++of[one.word].foreseen_times;
      for (std::size_t t = 0; t < all_[one.word].size(); ++t) of[one.word].foreseen += foreseen[s * n + one.at + t];
    });
    by.write(texts, {start::as_it_is::name, start::of_another::name},
             [&](std::string_view control, const rebuilt& found, const rebuilt& alone) {
               const bool own = control == start::as_it_is::name;
               each(words, [&](std::size_t s, const placed& one) {
                 sums& w = of[one.word];
                 for (std::size_t t = 0; t < all_[one.word].size(); ++t) {
                   const std::size_t at = s * (n + 1) + one.at + t;
                   (own ? w.kept : w.other) += alone.loss[at] - found.loss[at];
                   if (own) w.needed += alone.loss[at];
                 }
               });
               if (own) count_lost(words, found, of);
             });
    for (std::size_t w = 0; w < of.size(); ++w)
      if (of[w].asked > 0) tell(of[w], {{"model", by.model()}, {"length", length}, {"word", all_[w]}}, to);
  }

 private:
  struct placed {
    std::size_t at, word;  // first byte; number
  };
  struct sums {
    double asked = 0, foreseen_times = 0, foreseen = 0, needed = 0, kept = 0, other = 0, lost = 0;
  };

  template <class F> static void each(const std::vector<std::vector<placed>>& words, F&& f) {
    for (std::size_t s = 0; s < words.size(); ++s)
      for (const placed& one : words[s]) f(s, one);
  }
  void thin(std::vector<std::size_t>& begin, std::vector<std::vector<placed>>& words) const {
    const std::size_t all = begin.size(), taken = std::min(all, static_cast<std::size_t>(config_.chunks));
    for (std::size_t i = 0; i < taken; ++i)
      if (const std::size_t from = i * all / taken; from != i) {
        begin[i] = begin[from];
        words[i] = std::move(words[from]);
      }
    begin.resize(taken), words.resize(taken);
  }
  void count(const reconstructions& by, const measuring& to) const {
    std::vector<double> times(all_.size());
    const std::string text = plan_.tokens.decode(plan_.to_read(by.model()));
    for (const std::string_view word : utf8::unicode_words(text))
      if (const auto found = number_.find(std::string(word)); found != number_.end()) ++times[found->second];
    for (std::size_t w = 0; w < times.size(); ++w) to.add({{"model", by.model()}, {"word", all_[w]}}, "read", times[w]);
  }
  void count_lost(const std::vector<std::vector<placed>>& words, const rebuilt& found, std::vector<sums>& of) const {
    for (std::size_t s = 0; s < words.size(); ++s) {
      std::unordered_map<std::size_t, long> there;
      const std::string text = plan_.tokens.decode(found.written[s]);
      for (const std::string_view word : utf8::unicode_words(text))
        if (const auto known = number_.find(std::string(word)); known != number_.end()) ++there[known->second];
      for (const placed& one : words[s]) of[one.word].lost += there[one.word]-- <= 0;
    }
  }
  static void tell(const sums& w, const studies::labels& at, const measuring& to) {
    const double bits = 1 / (w.asked * std::numbers::ln2);
    to.add(at, "asked", w.asked);
    if (w.foreseen_times > 0) to.add(at, "foreseen", w.foreseen / (w.foreseen_times * std::numbers::ln2));
    to.add(at, "needed", w.needed * bits), to.add(at, "kept", w.kept * bits), to.add(at, "kept_other", w.other * bits);
    to.add(at, "kept_share", w.kept / w.needed), to.add(at, "lost", w.lost / w.asked);
  }

  const reconstruction_plan& plan_;
  data::word_pairs pairs_;
  std::vector<int> lengths_;
  swapped_memory_config config_;
  std::string text_;
  std::vector<std::string> all_;
  std::unordered_map<std::string, std::size_t> number_;
  std::vector<placed> places_;
};

/// Data: the study's, a data::swapped_words. Lengths: some of the study's.
template <class Data, class Lengths, swapped_memory_config C = swapped_memory_config{}>
struct swapped_memory : swapped_memory_measure {
  static_assert(C.chunks > 0, "swapped_memory: chunks must be positive");
  explicit swapped_memory(const reconstruction_plan& plan)
      : swapped_memory_measure(plan, Data::pairs(plan.asked.data), {Lengths::all.begin(), Lengths::all.end()}, C) {}
};

}  // namespace krait::experiment
