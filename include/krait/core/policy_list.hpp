// krait/core/policy_list.hpp: what all lists of policies share (noises, metrics, models, baselines): names, order, and
// one sentence at the user's line where a member does not fit in or two have the same name.
#pragma once
#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <krait/core/fixed_string.hpp>
#include <string_view>
#include <type_traits>
#include <utility>

namespace krait {

/// Something with `static constexpr std::string_view name`.
template <class T>
concept has_name = requires {
  { T::name } -> std::convertible_to<std::string_view>;
};

/// A policy under another name, for lists that hold it at several settings.
template <fixed_string<> Name, class Policy> struct renamed : Policy {
  static constexpr auto text = Name;
  static constexpr std::string_view name = text.view();
};

/// Members side by side, each with a name of its own.
template <class... Members> struct policy_list {
  static constexpr std::size_t size = sizeof...(Members);
  static constexpr std::array<std::string_view, size> names{Members::name...};
  static_assert(((std::string_view(Members::name).find('/') == std::string_view::npos) && ...),
                "policy_list: the name of a member has a slash, and names become those of files; take another letter");

  /// f(std::type_identity<Member>{}) for each in order.
  template <class F> static constexpr void for_each(F&& f) { (f(std::type_identity<Members>{}), ...); }
};

namespace detail {
template <std::size_t Size> struct twin_places {
  std::size_t first = Size, second = Size;  // Size: there are none
};
template <std::size_t Size> constexpr twin_places<Size> find_twins(const std::array<std::string_view, Size>& names) {
  for (std::size_t second = 0; second != Size; ++second)
    for (std::size_t first = 0; first < second; ++first)
      if (names[first] == names[second]) return {first, second};
  return {};
}
/// As a template argument of exactly its length, so that compilers print it.
template <std::size_t Length> constexpr fixed_string<Length> printed(std::string_view name) {
  fixed_string<Length> text;
  std::copy_n(name.begin(), Length, text.text);
  return text;
}

// The message's struct is instantiated for the misfit only, so that there is one sentence.
template <class Rules, std::size_t Place, class Member> constexpr bool member_fits() {
  if constexpr (!has_name<Member>) {
    return sizeof(typename Rules::template nameless<Place, Member>) == 0;
  } else if constexpr (!Rules::template takes<Member>) {
    return sizeof(typename Rules::template misfit<Place, Member>) == 0;
  } else {
    return true;
  }
}
template <class Rules, class... Members> constexpr bool names_differ() {
  constexpr std::size_t size = sizeof...(Members);
  constexpr std::array<std::string_view, size> names{Members::name...};
  constexpr twin_places<size> twins = find_twins<size>(names);
  if constexpr (twins.first < size) {
    constexpr std::string_view name = names[twins.first];
    return sizeof(typename Rules::template twins<twins.first, twins.second, printed<name.size()>(name)>) == 0;
  } else {
    return true;
  }
}
}  // namespace detail

namespace detail {
template <class Rules, class... Members>
std::bool_constant<(Rules::template takes<Members> && ...)> takes_all(const policy_list<Members...>*);
}  // namespace detail
/// A list, or what derives from one, whose members are of the kind that Rules (below) describe.
template <class List, class Rules>
concept list_of = requires(const List* list) {
  requires decltype(detail::takes_all<Rules>(list))::value;
};

/// Whether members make a list. Rules, which hold the sentences of a kind of list, are a struct with
///   template <class Member> static constexpr bool takes      what its members need beside a name
///   template <std::size_t Place, class Member> struct nameless, misfit
///   template <std::size_t First, std::size_t Second, auto Name> struct twins
/// each of which holds a static_assert that fails. Places count from 0.
template <class Rules, class... Members> constexpr bool policies_fit() {
  constexpr bool each = []<std::size_t... Place>(std::index_sequence<Place...>) {
    return (detail::member_fits<Rules, Place, Members>() && ...);
  }
  (std::index_sequence_for<Members...>{});
  if constexpr (each) return detail::names_differ<Rules, Members...>();
  return false;
}

}  // namespace krait
