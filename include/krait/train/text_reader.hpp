// krait/train/text_reader.hpp: many texts through a language model in one go: a few at a time, beginnings that several
// of them share only once. What a row puts out and what a state holds is the same to the bit as if a text were read
// alone.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <krait/core/aligned.hpp>
#include <krait/core/carry.hpp>
#include <krait/core/layer_states.hpp>
#include <krait/core/rows.hpp>
#include <krait/train/shared_beginnings.hpp>
#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace krait::train {

/// With a trainer's present weights, and in the memory that its threads have for their shards.
template <class Trainer> class text_reader {
  using model = typename Trainer::model;
  static constexpr capacity cap = Trainer::shard::cap;
  // A model with a layer that has a step alone: its states come of single steps, and no beginning is shared.
  static constexpr bool carries = carries_state<model>;
  using common_state = typename model::template state<float, capacity{1, cap.length}>;

 public:
  static constexpr int together = cap.sequences, longest = cap.length;
  using state_type = typename model::template state<float, cap>;

  /// Texts that were read together.
  struct part {
    std::span<const int> texts;  // their numbers
    int begin;                   // tokens of each that were read before
    rows<const float, model::out> logits;
    const state_type& state;  // behind the last token of each, where it was asked for
    /// What text number s of them puts out behind its token t, t >= begin.
    const float* behind(std::size_t s, int t) const {
      return logits[static_cast<int>(s) * logits.of.length + t - begin];
    }
  };

  explicit text_reader(Trainer& trainer) : trainer_(trainer) {
    for (int i = 0; i < trainer.team().size(); ++i) memory_.push_back(std::make_unique<memory>());
  }

  /// What to read: each text has 1 to `longest` tokens and outlives the reading; its first `most` tokens, fewer than it
  /// has, may be read together with other texts'.
  void plan(std::vector<std::span<const std::int32_t>> texts, const std::vector<int>& most) {
    texts_ = std::move(texts);
    pieces_ = shared_beginnings(texts_, carries ? most : std::vector<int>(texts_.size(), 0), together);
    for (auto& mine : memory_) mine->group = 0;
  }
  std::size_t pieces() const { return pieces_.size(); }

  /// Reads a piece of the plan on a thread of the trainer's team; what it returns is valid until that thread's next
  /// one. `state`: whether the states are wanted.
  part read(int thread, std::size_t i, bool state) {
    const reading_piece& piece = pieces_[i];
    memory& mine = *memory_[static_cast<std::size_t>(thread)];
    auto& saved = trainer_.saved_of(thread);
    auto& out = trainer_.outputs_of(thread);
    auto& on = trainer_.on(thread);
    const auto text = [&](int number) { return texts_[static_cast<std::size_t>(number)]; };
    if constexpr (carries)
      if (piece.shared > 0 && mine.group != piece.group) {
        const sequences of{1, piece.shared};
        model::forward(on, trainer_.current(), ids{text(piece.texts.front()).data(), of}, out.of(of), saved,
                       static_cast<const common_state*>(nullptr), mine.common.get());
        mine.group = piece.group;
      }
    const int count = static_cast<int>(piece.texts.size());
    const int length = static_cast<int>(text(piece.texts.back()).size()) - piece.shared;
    sequences of{count, length};
    for (int s = 0; s < count; ++s) {
      if (piece.shared > 0) copy_sequence<1, cap.sequences>(*mine.common, 0, *mine.state, s);
      const auto rest = text(piece.texts[static_cast<std::size_t>(s)]).subspan(static_cast<std::size_t>(piece.shared));
      std::int32_t* const to = std::ranges::copy(rest, mine.id + s * length).out;
      std::fill(to, mine.id + (s + 1) * length, 0);
      std::fill_n(mine.keep + s * length, rest.size(), std::uint8_t{1});
      std::fill(mine.keep + s * length + rest.size(), mine.keep + (s + 1) * length, std::uint8_t{0});
    }
    const auto logits = out.of(of);
    if constexpr (carries) {
      if (state) of.keep = mine.keep;  // what stands behind a text is not to enter its state
      const state_type* const from = piece.shared > 0 ? mine.state.get() : nullptr;
      model::forward(on, trainer_.current(), ids{mine.id, of}, logits, saved, from, state ? mine.state.get() : nullptr);
    } else {
      model::forward(on, trainer_.current(), ids{mine.id, of}, logits, saved);
      for (int s = 0; state && s < count; ++s) {
        std::memset(static_cast<void*>(mine.common.get()), 0, sizeof(common_state));
        constexpr sequences single{1, 1};
        for (const std::int32_t& token : text(piece.texts[static_cast<std::size_t>(s)]))
          model::step(on, trainer_.current(), ids{&token, single}, mine.single->of(single), *mine.common);
        copy_sequence<1, cap.sequences>(*mine.common, 0, *mine.state, s);
      }
    }
    return {piece.texts, piece.shared, logits, *mine.state};
  }

 private:
  struct memory {
    int group = 0;  // whose beginning `common` holds
    std::int32_t id[cap.tokens()];
    std::uint8_t keep[cap.tokens()];
    heap<common_state> common = make_heap<common_state>();
    heap<state_type> state = make_heap<state_type>();
    using single_type = activations<float, capacity{1, 1}, model::out>;
    heap<single_type> single = make_heap<single_type>();
  };
  Trainer& trainer_;
  std::vector<std::span<const std::int32_t>> texts_;
  std::vector<reading_piece> pieces_;
  std::vector<std::unique_ptr<memory>> memory_;
};

}  // namespace krait::train
