// krait/train/read_and_write.hpp: what a model's state is after it has read texts, and what a model writes greedily
// from such states.
#pragma once
#include <algorithm>
#include <atomic>
#include <cstdint>
#include <krait/core/aligned.hpp>
#include <krait/core/rows.hpp>
#include <krait/train/batch/chunk.hpp>
#include <memory>
#include <vector>

namespace krait::train {

/// Of a trainer whose model is a model::from_state, with its present weights; keeps its memory for the next time.
template <class Trainer> class state_reader {
  using model = typename Trainer::model;
  static constexpr capacity cap = Trainer::shard::cap;

 public:
  using state_type = typename model::state_type;

  explicit state_reader(Trainer& trainer) : trainer_(trainer) {
    for (int i = 0; i < trainer.team().size(); ++i) memory_.push_back(std::make_unique<memory>());
  }
  /// The states after chunks that were read from zero, a shard each. `to` grows as needed.
  void operator()(const chunks& of, std::vector<heap<state_type>>& to) {
    const int shards = of.shards(Trainer::per_shard);
    while (static_cast<int>(to.size()) < shards) to.push_back(make_heap<state_type>());
    std::atomic<int> next{0};
    trainer_.team().run([&](int thread) {
      memory& mine = *memory_[static_cast<std::size_t>(thread)];
      for (int i; (i = next.fetch_add(1)) < shards;) {
        sequences as{0, of.length};
        as.count = of.in_shard(i, Trainer::per_shard, [&](std::size_t number, int s) {
          std::ranges::copy(of[number], mine.id + s * of.length);
        });
        model::plain::forward(trainer_.on(thread), trainer_.current(), ids{mine.id, as}, mine.out->of(as), *mine.saved,
                              static_cast<const state_type*>(nullptr), to[static_cast<std::size_t>(i)].get());
      }
    });
  }

 private:
  struct memory {
    std::int32_t id[cap.tokens()];
    heap<typename model::template saved<float, cap>> saved = make_heap<typename model::template saved<float, cap>>();
    heap<activations<float, cap, model::out>> out = make_heap<activations<float, cap, model::out>>();
  };
  Trainer& trainer_;
  std::vector<std::unique_ptr<memory>> memory_;
};

/// Greedy continuations of `edge` from given states, with the trainer's present weights.
template <class Trainer> class state_writer {
  using model = typename Trainer::model;
  static constexpr capacity cap = Trainer::shard::cap;

 public:
  using state_type = typename model::state_type;

  /// Only the first `vocabulary` ids are ever written.
  state_writer(Trainer& trainer, std::int32_t edge, int vocabulary = model::out)
      : trainer_(trainer), edge_(edge), vocabulary_(vocabulary) {
    for (int i = 0; i < trainer.team().size(); ++i) memory_.push_back(std::make_unique<memory>());
  }
  /// Tokens up to the next `edge`, which is left out, or `most` of them; one text a sequence. The states, a shard of
  /// per_shard sequences each, are left as they are.
  std::vector<std::vector<std::int32_t>> operator()(const std::vector<heap<state_type>>& states, std::size_t count,
                                                    int most) {
    std::vector<std::vector<std::int32_t>> written(count);
    std::atomic<std::size_t> next{0};
    constexpr auto per_shard = static_cast<std::size_t>(Trainer::per_shard);
    trainer_.team().run([&](int thread) {
      for (std::size_t i; (i = next.fetch_add(1)) * per_shard < count;)
        write(thread, *states[i], std::span(written).subspan(i * per_shard, std::min(per_shard, count - i * per_shard)),
              most);
    });
    return written;
  }

 private:
  using outputs_type = activations<float, capacity{cap.sequences, 1}, model::out>;
  struct memory {
    heap<state_type> state = make_heap<state_type>();
    heap<outputs_type> logits = make_heap<outputs_type>();
  };
  void write(int thread, const state_type& from, std::span<std::vector<std::int32_t>> texts, int most) {
    memory& mine = *memory_[static_cast<std::size_t>(thread)];
    *mine.state = from;
    std::int32_t now[cap.sequences];
    bool ended[cap.sequences] = {};
    std::fill_n(now, cap.sequences, edge_);
    const sequences of{static_cast<int>(texts.size()), 1};
    for (int t = 0; t < most && !std::all_of(ended, ended + of.count, [](bool e) { return e; }); ++t) {
      model::plain::step(trainer_.on(thread), trainer_.current(), ids{now, of}, mine.logits->of(of), *mine.state);
      for (int s = 0; s < of.count; ++s) {
        if (ended[s]) continue;
        const float* row = mine.logits->of(of)[s];
        now[s] = static_cast<std::int32_t>(std::max_element(row, row + vocabulary_) - row);
        ended[s] = now[s] == edge_;
        if (!ended[s]) texts[static_cast<std::size_t>(s)].push_back(now[s]);
      }
    }
  }
  Trainer& trainer_;
  std::int32_t edge_;
  int vocabulary_;
  std::vector<std::unique_ptr<memory>> memory_;
};

}  // namespace krait::train
