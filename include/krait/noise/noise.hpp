// krait/noise/noise.hpp: what a text noise is, and lists of them. A new noise is one file like charflip.hpp.
#pragma once
#include <array>
#include <concepts>
#include <cstddef>
#include <krait/core/random.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace krait::noise {

/// Something with `static constexpr std::string_view name`.
template <class T>
concept named = requires {
  { T::name } -> std::convertible_to<std::string_view>;
};

/// Something with `static std::string apply(std::string_view text, draw at)`: UTF-8 in and out; the same draw gives the
/// same text, so a noised data set does not depend on threads or on where a run was resumed.
template <class T>
concept applies_to_text = requires(std::string_view text, draw at) {
  { T::apply(text, at) } -> std::same_as<std::string>;
};

/// A noise policy: a name and apply. charflip.hpp is the one to imitate.
template <class T>
concept text_noise = named<T> && applies_to_text<T>;

/// A noise, or a bare detector, that knows its own pattern again: `in_pattern(answer, truth)` says whether the answer
/// looks like noised truth rather than like truth; nothing where the two are the same text, so that nobody can tell.
template <class T>
concept pattern_detector = named<T> && requires(std::string_view answer, std::string_view truth) {
  { T::in_pattern(answer, truth) } -> std::convertible_to<std::optional<bool>>;
};

/// A question/answer pair of whatever type: has a member `answer` that a text can be assigned to.
template <class T>
concept has_answer = requires(T pair, std::string text) {
  pair.answer = std::move(text);
};

/// A text through the noise, or a copy of a pair with its answer through the noise; questions stay clean (the study of
/// arXiv 2407.00996 noises outputs alone).
template <text_noise Noise, class Item> auto noised(const Item& item, draw at) {
  if constexpr (std::convertible_to<const Item&, std::string_view>) {
    return Noise::apply(item, at);
  } else {
    static_assert(has_answer<Item>, "noise::noised: an item is a text or has a text named answer");
    Item copy = item;
    copy.answer = Noise::apply(item.answer, at);
    return copy;
  }
}

namespace detail {
template <std::size_t Place, class Noise> struct named_member {
  static_assert(named<Noise>, "noise::list: member Place (Noise) needs 'static constexpr std::string_view name'");
};
template <std::size_t Place, class Noise> struct applying_member {
  static_assert(applies_to_text<Noise>,
                "noise::list: member Place (Noise) needs 'static std::string apply(std::string_view text, draw at)'");
};

// Instantiates a check for the misfit only: the message is one sentence and names the place.
template <std::size_t Place, class Noise> constexpr bool fits() {
  if constexpr (!named<Noise>) {
    return sizeof(named_member<Place, Noise>) == 0;
  } else if constexpr (!applies_to_text<Noise>) {
    return sizeof(applying_member<Place, Noise>) == 0;
  } else {
    return true;
  }
}

template <class... Noises> constexpr bool all_fit() {
  return []<std::size_t... Place>(std::index_sequence<Place...>) { return (fits<Place, Noises>() && ...); }
  (std::index_sequence_for<Noises...>{});
}
}  // namespace detail

/// Noises side by side, each of which a study runs through in turn.
template <class... Noises>
requires(detail::all_fit<Noises...>()) struct list {
  static constexpr std::size_t size = sizeof...(Noises);
  static constexpr std::array<std::string_view, size> names{Noises::name...};

  /// f(std::type_identity<Noise>{}) for each noise in order.
  template <class F> static constexpr void for_each(F&& f) { (f(std::type_identity<Noises>{}), ...); }
};

}  // namespace krait::noise
