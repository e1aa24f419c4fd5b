// krait/noise/noise.hpp: what a text noise is, and lists of them. A new noise is one file like charflip.hpp.
#pragma once
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <krait/core/fixed_string.hpp>
#include <krait/core/policy_list.hpp>
#include <krait/core/random.hpp>
#include <krait/data/question_answer.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace krait::noise {

/// Something with `static std::string apply(std::string_view text, draw at)`: UTF-8 in and out. `at` is this text's own
/// draw: the same draw gives the same text, so a noised data set does not depend on threads or on where a run was
/// resumed. A noise that needs one number a text takes `uniform(at)`; one that needs a number a letter or word takes
/// `uniform(at.within(i))`, which differs from text to text.
template <class T>
concept applies_to_text = requires(std::string_view text, draw at) {
  { T::apply(text, at) } -> std::same_as<std::string>;
};

/// A noise policy: a name and apply. charflip.hpp is the one to imitate.
template <class T>
concept text_noise = has_name<T> && applies_to_text<T>;

/// Something with `static std::vector<question_answer> apply(std::span<const question_answer> pairs, seed)`: a whole
/// set of pairs in, as many out in the same order. For what one text does not tell: a wrong answer is another's right
/// one. Its random numbers are those of its own name, whatever a list calls it.
template <class T>
concept applies_to_pairs = requires(std::span<const data::question_answer> pairs, std::uint64_t seed) {
  { T::apply(pairs, seed) } -> std::same_as<std::vector<data::question_answer>>;
};

/// A noise policy that needs the whole set: a name and apply. irrelevant.hpp is the one to imitate.
template <class T>
concept set_noise = has_name<T> && applies_to_pairs<T>;

/// A noise with `static std::string invert(std::string_view text)`, which takes a noised text back as far as it can be:
/// what it cannot give back is said there, and restored.hpp measures it.
template <class T>
concept invertible_noise = text_noise<T> && requires(std::string_view text) {
  { T::invert(text) } -> std::same_as<std::string>;
};

/// A noise, or a bare detector, that knows its own pattern again: `in_pattern(answer, truth)` says whether the answer
/// looks like noised truth rather than like truth; nothing where the two are the same text, so that nobody can tell.
/// A noise need not have it: how much of it is retained is then unknown.
template <class T>
concept pattern_detector = has_name<T> && requires(std::string_view answer, std::string_view truth) {
  { T::in_pattern(answer, truth) } -> std::convertible_to<std::optional<bool>>;
};

/// A question/answer pair of whatever type: has a member `answer` that a text can be assigned to.
template <class T>
concept has_answer = requires(T pair, std::string text) {
  pair.answer = std::move(text);
};

/// A text through the noise, or a copy of a pair with its answer through the noise, and its other right answers, where
/// it has such, likewise; questions stay clean (the study of arXiv 2407.00996 noises outputs alone).
template <text_noise Noise, class Item> auto noised(const Item& item, draw at) {
  if constexpr (std::convertible_to<const Item&, std::string_view>) {
    return Noise::apply(item, at);
  } else {
    static_assert(has_answer<Item>, "noise::noised: an item is a text or has a text named answer");
    Item copy = item;
    copy.answer = Noise::apply(item.answer, at);
    if constexpr (requires { copy.others; })
      for (auto& other : copy.others) other = Noise::apply(other, at);
    return copy;
  }
}

/// All pairs of a set through a noise of either kind: pair i of a text noise takes the draw {seed, stream(name), i}.
/// Nothing but answers changes, and the pairs given stay as they are.
template <class Noise>
requires(text_noise<Noise> ||
         set_noise<Noise>) std::vector<data::question_answer> noised_set(std::span<const data::question_answer> pairs,
                                                                         std::uint64_t seed) {
  if constexpr (set_noise<Noise>) {
    return Noise::apply(pairs, seed);
  } else {
    std::vector<data::question_answer> noisy;
    noisy.reserve(pairs.size());
    for (const auto& pair : pairs)
      noisy.push_back(noised<Noise>(pair, draw{seed, stream(Noise::name), static_cast<std::uint64_t>(noisy.size())}));
    return noisy;
  }
}

namespace detail {
/// Whether apply is there, and an object or another result is what it wants.
template <class T>
concept applies_by_object = requires(T noise, std::string_view text, draw at) {
  noise.apply(text, at);
};
template <class T>
concept applies_to_else = requires(std::string_view text, draw at) {
  T::apply(text, at);
};
/// Whether there is something called in_pattern, of whatever form.
template <class T>
concept means_a_pattern = requires {
  &T::in_pattern;
};

struct list_rules {
  template <class Noise> static constexpr bool applies = applies_to_text<Noise> || applies_to_pairs<Noise>;
  template <class Noise>
  static constexpr bool takes = applies<Noise> && (pattern_detector<Noise> || !means_a_pattern<Noise>);

  template <std::size_t Place, class Noise> struct nameless {
    static_assert(has_name<Noise>, "noise::list: member Place (Noise) needs 'static constexpr std::string_view name'");
  };
  template <std::size_t Place, class Noise> struct misfit {
    static_assert(applies<Noise> || !applies_to_else<Noise>,
                  "noise::list: apply of member Place (Noise) gives something else back than a std::string");
    static_assert(applies<Noise> || applies_to_else<Noise> || !applies_by_object<Noise>,
                  "noise::list: apply of member Place (Noise) is not static: a noise is a type, without an object");
    static_assert(applies<Noise> || applies_by_object<Noise>,
                  "noise::list: member Place (Noise) needs 'static std::string apply(std::string_view text, draw at)', "
                  "or for whole sets 'static std::vector<data::question_answer> apply(std::span<const "
                  "data::question_answer> pairs, std::uint64_t seed)'");
    static_assert(!applies<Noise> || pattern_detector<Noise>,
                  "noise::list: in_pattern of member Place (Noise), which it may do without, must be "
                  "'static std::optional<bool> in_pattern(std::string_view answer, std::string_view truth)'");
  };
  template <std::size_t First, std::size_t Second, auto Name> struct twins {
    static_assert(First == Second,
                  "noise::list: members First and Second (places from 0) are both called Name; give one another name, "
                  "as in noise::named<\"charflip 0.3\", Noise>");
  };
};
}  // namespace detail

/// A noise under another name, for lists with the same noise at several settings. Its random numbers are those of its
/// name, as every noise's are.
template <fixed_string<> Name, class Noise> struct named : renamed<Name, Noise> {};

/// Noises side by side under names of their own, each of which a study runs through in turn.
template <class... Noises>
requires(policies_fit<detail::list_rules, Noises...>()) struct list : policy_list<Noises...> {
};

}  // namespace krait::noise
