// krait/data/tokenizer.hpp: what a tokenizer is: text to the ids that a language model reads, and back. The byte
// tokenizer is the default wherever one is asked for; byte_tokenizer.hpp is the one to imitate.
#pragma once
#include <concepts>
#include <cstdint>
#include <filesystem>
#include <krait/data/byte_tokenizer.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace krait::data {

/// An object, cheap to copy (a table of merges stands behind a shared pointer); its members may be static.
///   static constexpr int vocabulary     ids are 0 .. vocabulary - 1
///   std::int32_t pad, begin, end, separator     special ids, which no text has
///   void append(std::string_view text, std::vector<std::int32_t>& ids) const     adds the ids of a text; throws
///                                                data_error where it cannot be written in them
///   std::string decode(std::span<const std::int32_t> ids) const     a text back, up to the first `end`; special ids
///                                                that a model puts elsewhere must equal no true text
template <class T>
concept tokenizer = std::copyable<T> &&
    requires(const T& t, std::string_view text, std::vector<std::int32_t>& to, std::span<const std::int32_t> ids) {
  requires T::vocabulary >
  0;
  { t.pad } -> std::convertible_to<std::int32_t>;
  { t.begin } -> std::convertible_to<std::int32_t>;
  { t.end } -> std::convertible_to<std::int32_t>;
  { t.separator } -> std::convertible_to<std::int32_t>;
  t.append(text, to);
  { t.decode(ids) } -> std::same_as<std::string>;
};
static_assert(tokenizer<byte_tokenizer>);

namespace detail {
template <class Data> struct tokenizer_of { using type = byte_tokenizer; };
template <class Data>
requires requires { typename Data::tokenizer; }
struct tokenizer_of<Data> {
  using type = typename Data::tokenizer;
};
}  // namespace detail

/// The tokenizer of a data policy, which names another than bytes by `using tokenizer = ...`.
template <class Data> using tokenizer_of = typename detail::tokenizer_of<Data>::type;

/// The tokenizer itself: what `Data::tokens(folder)` gives, for one that is read from a file, or else a fresh one.
template <class Data> tokenizer_of<Data> tokens_of(const std::filesystem::path& folder) {
  static_assert(tokenizer<tokenizer_of<Data>>,
                "tokens_of: Data::tokenizer is no tokenizer; it needs vocabulary, pad, begin, end, separator, append "
                "and decode");
  if constexpr (requires { Data::tokens(folder); })
    return Data::tokens(folder);
  else
    return {};
}

}  // namespace krait::data
