// krait/pretrained/writer.hpp: a language model that reads a text in few passes and goes on with it token by token.
#pragma once
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <krait/backend/cpu/packed_weights.hpp>
#include <krait/backend/cpu/team.hpp>
#include <krait/core/aligned.hpp>
#include <krait/core/error.hpp>
#include <krait/core/rows.hpp>
#include <krait/kernel/cpu.hpp>
#include <span>
#include <vector>

namespace krait::pretrained {

/// One text at a time, on the CPU. Length: most tokens of a text for a model that keeps them (attention); a recurrence
/// has no such bound. Piece: tokens that are read in one pass, whose activations are kept. The weights must outlive it.
template <class Model, int Length = 2048, int Piece = 64> class writer {
 public:
  using model = Model;
  using weights = typename Model::template weights<float>;
  using state_type = typename Model::template state<float, capacity{1, Length}>;
  static constexpr int vocabulary = Model::out;

  explicit writer(const weights& w) : weights_(w) {
    packed_.pack(w, 0, 1, false);
    on_.packed = packed_.of(w);
  }

  /// Goes on from where the text stands; of several tokens, in pieces. Throws data_error where an id is out of the
  /// vocabulary, or where attention's Length is full.
  void read(std::span<const std::int32_t> tokens) {
    read(tokens, [](std::span<const float>) {});
  }
  /// The same; calls each(logits behind a token) for every one.
  template <class Each> void read(std::span<const std::int32_t> tokens, Each&& each) {
    while (!tokens.empty()) {
      const auto piece = tokens.first(std::min<std::size_t>(tokens.size(), Piece));
      const sequences of{1, static_cast<int>(piece.size())};
      const auto logits = logits_->of(of);
      if (piece.size() == 1)
        Model::step(on_, weights_, ids{piece.data(), of}, logits, *state_);
      else
        Model::forward(on_, weights_, ids{piece.data(), of}, logits, *saved_, state_.get(), state_.get());
      for (int t = 0; t < of.length; ++t) each(next_ = {logits[t], static_cast<std::size_t>(vocabulary)});
      length_ += of.length;
      tokens = tokens.subspan(piece.size());
    }
  }
  /// Logits of the token after those that were read; empty before the first.
  std::span<const float> next() const { return next_; }
  /// Tokens read so far.
  long length() const { return length_; }
  /// Begins a new text.
  void forget() {
    std::memset(static_cast<void*>(state_.get()), 0, sizeof(state_type));
    next_ = {};
    length_ = 0;
  }

  /// All that it remembers, to be kept and taken up again: copies are of a fixed size.
  struct memory {
    heap<state_type> state;
    std::vector<float> next;
    long length;
  };
  memory keep() const {
    memory m{make_heap<state_type>(), {next_.begin(), next_.end()}, length_};
    std::memcpy(static_cast<void*>(m.state.get()), state_.get(), sizeof(state_type));
    return m;
  }
  void resume(const memory& m) {
    std::memcpy(static_cast<void*>(state_.get()), m.state.get(), sizeof(state_type));
    std::ranges::copy(m.next, logits_->data);
    next_ = {logits_->data, m.next.size()};
    length_ = m.length;
  }

 private:
  const weights& weights_;
  backend::team team_{1};  // flushes denormals in this thread
  backend::packed_weights<weights> packed_;
  backend::cpu on_;
  heap<state_type> state_ = make_heap<state_type>();
  using saved_type = typename Model::template saved<float, capacity{1, Piece}>;
  heap<saved_type> saved_ = make_heap<saved_type>();
  using logits_type = activations<float, capacity{1, Piece}, Model::out>;
  heap<logits_type> logits_ = make_heap<logits_type>();
  std::span<const float> next_;
  long length_ = 0;
};

}  // namespace krait::pretrained
