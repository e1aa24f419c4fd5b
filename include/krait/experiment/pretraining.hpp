// krait/experiment/pretraining.hpp: what models read before a study's first phase: statements of all facts, and the
// questions of those that are trained on, until they answer so many of the others, whose facts they only read.
#pragma once
#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <krait/core/random.hpp>
#include <krait/schedule/schedule.hpp>
#include <krait/train/batch/text.hpp>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace krait::experiment {

/// Phase 1 begins with the weights of the initialisation.
struct no_pretraining {
  static constexpr bool any = false;
};

struct pretraining_config {
  double lr = 3e-3;   // of the study's optimiser
  double level = .8;  // exact answers on what is held out at which it ends, the same for all models
  long most = 2000;   // steps; where the level is not reached by then, the study says nothing
  long every = 50;    // steps between two looks at the answers
  long settle = 0;    // steps more once the level is reached, in which the rate falls to 0 in a straight line
  int repeats = 2;    // times that a question which is trained on stands among the statements
};
/// Schedule: over `most` steps, of which only those up to the level are made.
template <schedule_policy Schedule, pretraining_config C = pretraining_config{}> struct pretraining {
  static_assert(C.level > 0 && C.level <= 1, "pretraining: level is a share of the answers, above 0 and at most 1");
  static_assert(C.most > 0 && C.every > 0 && C.settle >= 0 && C.repeats >= 0,
                "pretraining: most and every must be positive, settle and repeats not negative");
  static constexpr bool any = true;
  static constexpr pretraining_config config = C;

  /// The rate at a step, of which the level was reached after so many.
  static double rate(long step, long most, std::optional<long> reached) {
    const double rate = C.lr * Schedule::factor(step, most);
    if (!reached) return rate;
    return rate * (1 - static_cast<double>(step - *reached) / static_cast<double>(std::max(1L, C.settle)));
  }
  /// The step at which it ends, as far as is known.
  static long end(long most, std::optional<long> reached) { return reached ? *reached + C.settle : most; }
};

/// Facts that have statements beside question and answer (data/stated_facts.hpp).
template <class Fact>
concept stated = requires(const Fact& fact) {
  { fact.statements } -> std::convertible_to<std::vector<std::string>>;
};

/// What a pretraining needs of a study's facts, and of what it asks (asking.hpp).
template <class Pretraining, class Fact, class Asking> struct pretraining_fits {
  static_assert(!Pretraining::any || stated<Fact>,
                "three_phase: pretraining needs facts with statements, as data::stated_facts has them");
  static_assert(!Pretraining::any || Asking::sets.size() > 1,
                "three_phase: pretraining goes on to a level of what is held out; ask it, by ask_held_out");
};

/// All pairs, several times over.
inline std::vector<data::question_answer> repeated(const std::vector<data::question_answer>& pairs, int repeats) {
  std::vector<data::question_answer> all;
  for (int i = 0; i < repeats; ++i) all.insert(all.end(), pairs.begin(), pairs.end());
  return all;
}
/// What is asked and, to be read, all statements.
template <class Set>
Set corpus(const std::vector<std::string>& statements, std::vector<data::question_answer> asked, int longest,
           const decltype(Set::tokens)& tokens) {
  Set all(std::move(asked), longest, tokens);
  for (const auto& text : statements) all.read(text);
  return all;
}

/// The examples of a step over two sets, one behind the other: `share` of the batch from the second one. Each of them
/// goes through its own epochs; share 0 gives the batches of the first alone.
template <class Set> class replaying_order {
 public:
  replaying_order(const Set& first, const Set& second, std::uint64_t seed, int batch, double share)
      : both_(together(first, second)),
        first_size_(static_cast<int>(first.size())),
        replayed_(second.size() == 0 ? 0 : static_cast<int>(share * batch + .5)),
        new_order_(first, seed, batch - replayed_),
        old_order_(second, seed, replayed_) {}

  const Set& set() const { return both_; }
  /// Valid until the next call.
  std::span<const int> at(long step) {
    const auto fresh = new_order_.at(step);
    if (replayed_ == 0) return fresh;
    batch_.assign(fresh.begin(), fresh.end());
    for (const int e : old_order_.at(step)) batch_.push_back(first_size_ + e);
    std::ranges::sort(batch_, {},
                      [&](int e) { return std::pair(both_.encoded[static_cast<std::size_t>(e)].length(), e); });
    return batch_;
  }

 private:
  static Set together(const Set& first, const Set& second) {
    Set all = first;
    all.pairs.insert(all.pairs.end(), second.pairs.begin(), second.pairs.end());
    all.encoded.insert(all.encoded.end(), second.encoded.begin(), second.encoded.end());
    return all;
  }
  Set both_;
  int first_size_, replayed_;
  train::example_order new_order_, old_order_;
  std::vector<int> batch_;
};

}  // namespace krait::experiment
