// krait/experiment/own_tokens.hpp: models of one study that read different tokens: the same sentences as bytes and as
// sub-words, side by side.
#pragma once
#include <filesystem>
#include <krait/core/fixed_string.hpp>
#include <krait/data/tokenizer.hpp>
#include <krait/model/list.hpp>
#include <krait/study/record.hpp>
#include <span>
#include <string>
#include <vector>

namespace krait::experiment {

/// A model under a name that reads other tokens than the study's data: those that a tokenizer finds in the study's own
/// texts. Tokens: a tokenizer with `static Tokens made_of(std::span<const std::string> texts)`, as
/// tokenizer::own_bpe<512>.
template <fixed_string<> Name, class Model, class Tokens> struct reads : model::named<Name, Model> {
  static_assert(
      requires(std::span<const std::string> texts) { Tokens::made_of(texts); },
      "experiment::reads: the tokenizer needs 'static Tokens made_of(std::span<const std::string> texts)', as "
      "tokenizer::own_bpe<512> has it");
  using tokenizer = Tokens;
};

namespace detail {
template <class Named>
concept reads_own_tokens = requires {
  typename Named::tokenizer;
};
template <class Named, class Data> struct tokens_read { using type = data::tokenizer_of<Data>; };
template <reads_own_tokens Named, class Data> struct tokens_read<Named, Data> {
  using type = typename Named::tokenizer;
};
}  // namespace detail

/// The tokenizer of a model of a study: its own, or that of the data.
template <class Named, class Data> using tokenizer_read_by = typename detail::tokens_read<Named, Data>::type;

/// The tokenizer itself; texts: all that the study has.
template <class Named, class Data>
tokenizer_read_by<Named, Data> tokens_read_by(const std::filesystem::path& folder, std::span<const std::string> texts) {
  if constexpr (detail::reads_own_tokens<Named>)
    return Named::tokenizer::made_of(texts);
  else
    return data::tokens_of<Data>(folder);
}

/// Declares the label model's groups "tokens of the data" and "own tokens".
template <class Models> void declare_tokens(studies::record& to) {
  std::vector<std::string> given, own;
  Models::for_each([&](auto named) {
    using type = typename decltype(named)::type;
    (detail::reads_own_tokens<type> ? own : given).emplace_back(type::name);
  });
  to.declare_group("model", "tokens of the data", std::move(given));
  to.declare_group("model", "own tokens", std::move(own));
}

}  // namespace krait::experiment
