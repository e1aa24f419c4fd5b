// tests/model/carry.hpp: language models whose forward begins from a state and leaves one.
#pragma once
#include <krait/model/presets.hpp>
#include <vector>

#include "../layer/carry.hpp"

namespace krait::testing {

using small_mamba =
    model::language_model<7, model::mamba_stack<2, mamba_config{.d_model = 4, .d_state = 2}>, rms_norm<4>>;

/// See tests/layer/carry.hpp.
template <class T, class Model> struct text_run : carried<T, Model> {
  using base = carried<T, Model>;
  using typename base::state;
  array<std::int32_t> tokens;
  text_run(int count, int length, form f = {})
      : base(count, length, f), tokens(integers("tokens", static_cast<std::size_t>(count * length), Model::out)) {}
  ids x() const { return {tokens.data(), this->of}; }
  template <class Backend> void forward(const state* initial, state* final) {
    Model::forward(on<Backend>(), std::as_const(*this->w), x(), this->y.out(), *this->saved, initial, final);
    settle<Backend>();
  }
  template <class Backend> void backward(const state* initial, const state* dfinal, state* dinitial) {
    Model::backward(on<Backend>(), std::as_const(*this->w), x(), std::as_const(*this->saved), this->dy.in(), *this->dw,
                    initial, dfinal, dinitial);
    settle<Backend>();
  }
  template <class Backend> void step(const text_run& whole, int t, state& s) {
    take(whole, t);
    Model::step(on<Backend>(), std::as_const(*this->w), x(), this->y.out(), s);
    settle<Backend>();
  }
  void take(const text_run& whole, int begin) {
    const auto length = static_cast<std::size_t>(this->of.length), all = static_cast<std::size_t>(whole.of.length);
    for (std::size_t s = 0; s < static_cast<std::size_t>(this->of.count); ++s)
      for (std::size_t t = 0; t < length; ++t)
        tokens[s * length + t] = whole.tokens[s * all + static_cast<std::size_t>(begin) + t];
  }
};

}  // namespace krait::testing
