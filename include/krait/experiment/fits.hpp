// krait/experiment/fits.hpp: whether models take a task's prompts and answer its questions, as one sentence at the
// user's line.
#pragma once
#include <type_traits>

namespace krait::experiment {

/// Model: of a model::list. Shard: of the task's batches.
template <class Model, class Shard> struct fits {
  using model = typename Model::model;
  static constexpr bool model_of_tokens = requires { model::vocabulary; };
  static constexpr bool prompts_of_tokens = requires(const Shard& s) { s.id; };
  static_assert(model_of_tokens == prompts_of_tokens,
                "in_context: Model and the task do not fit: one is of tokens of a vocabulary, the other of vectors");
  static constexpr bool in_fits = [] {
    if constexpr (!model_of_tokens && !prompts_of_tokens)
      return model::in == std::remove_cvref_t<decltype(std::declval<const Shard&>().input())>::width;
    return true;
  }();
  static constexpr bool out_fits = [] {
    if constexpr (!model_of_tokens && !prompts_of_tokens)
      return model::out == std::remove_cvref_t<decltype(std::declval<const Shard&>().target())>::width;
    return true;
  }();
  static_assert(in_fits, "in_context: Model takes vectors of another width than the task's prompts have");
  static_assert(out_fits, "in_context: Model puts out another number of numbers a token than the task asks for");
  static constexpr bool value = true;
};

/// Task: of tokens. A vocabulary of the model's that has all of the task's tokens.
template <class Model, class Task> struct speaks {
  static_assert(Model::model::vocabulary >= Task::vocabulary,
                "in_context: the vocabulary of Model is smaller than that of the task");
  static constexpr bool value = true;
};

}  // namespace krait::experiment
