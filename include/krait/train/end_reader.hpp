// krait/train/end_reader.hpp: what a language model holds behind a text: its recurrent state, and what its last layer
// puts out at the last token.
#pragma once
#include <algorithm>
#include <atomic>
#include <cstdint>
#include <krait/core/aligned.hpp>
#include <krait/core/layer_states.hpp>
#include <krait/core/rows.hpp>
#include <memory>
#include <utility>
#include <vector>

namespace krait::train {

/// With a trainer's present weights; keeps its memory for the next time. Length: most tokens of a text.
template <class Trainer, int Length> class end_reader {
  using model = typename Trainer::model;
  static constexpr capacity cap{1, Length};
  using state_type = typename model::template state<float, capacity{1, 1}>;

 public:
  /// Whether the state is as large for a long text as for a short one.
  static constexpr bool recurrent = sizeof(state_type) == sizeof(typename model::template state<float, capacity{1, 2}>);
  static constexpr std::size_t width = model::width;

  explicit end_reader(Trainer& trainer) : trainer_(trainer) {
    for (int i = 0; i < trainer.team().size(); ++i) memory_.push_back(std::make_unique<memory>());
  }
  /// A row a text, in order: the numbers of all layers' states (left empty by models that are not recurrent), and the
  /// `width` numbers before the last norm. Each text has 1 to Length tokens.
  void operator()(const std::vector<std::vector<std::int32_t>>& texts, std::vector<float>& states,
                  std::vector<float>& hidden) {
    hidden.assign(texts.size() * width, 0.f);
    std::vector<std::vector<float>> of_text(texts.size());
    std::atomic<std::size_t> next{0};
    trainer_.team().run([&](int thread) {
      memory& mine = *memory_[static_cast<std::size_t>(thread)];
      for (std::size_t i; (i = next.fetch_add(1)) < texts.size();) {
        const sequences as{1, static_cast<int>(texts[i].size())};
        const ids text{texts[i].data(), as};
        if constexpr (recurrent) {
          model::forward(trainer_.on(thread), trainer_.current(), text, mine.out->of(as), *mine.saved,
                         static_cast<const state_type*>(nullptr), mine.state.get());
          for_each_layer_state(*mine.state, [&](const auto& layer) { append_state_of(layer, 0, 1, of_text[i]); });
        } else {
          model::forward(trainer_.on(thread), trainer_.current(), text, mine.out->of(as), *mine.saved);
        }
        const float* last = std::as_const(mine.saved->mixed).of(as)[as.length - 1];
        std::copy_n(last, width, hidden.data() + i * width);
      }
    });
    states.clear();
    for (const auto& one : of_text) states.insert(states.end(), one.begin(), one.end());
  }

 private:
  struct memory {
    heap<typename model::template saved<float, cap>> saved = make_heap<typename model::template saved<float, cap>>();
    heap<activations<float, cap, model::out>> out = make_heap<activations<float, cap, model::out>>();
    heap<state_type> state = make_heap<state_type>();
  };
  Trainer& trainer_;
  std::vector<std::unique_ptr<memory>> memory_;
};

}  // namespace krait::train
