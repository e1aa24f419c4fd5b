// krait/experiment/start_state.hpp: controls of what a decoder begins from: policies that change the states that an
// encoder has left. A policy is a name and apply(state, other): `state` of a shard's texts is changed in place, `other`
// is that of other texts.
#pragma once
#include <algorithm>
#include <concepts>
#include <cstring>
#include <iterator>
#include <krait/core/layer_states.hpp>
#include <krait/core/policy_list.hpp>
#include <krait/core/static_name.hpp>
#include <string_view>
#include <type_traits>
#include <vector>

namespace krait::experiment::start {

/// Sets a trivially copyable state, or a layer's, to zero.
template <class State> void clear(State& s) {
  static_assert(std::is_trivially_copyable_v<State>);
  std::memset(static_cast<void*>(&s), 0, sizeof s);
}

/// State of a layer that keeps the last inputs of a convolution.
template <class State>
concept with_convolution = requires(State& s) {
  s.conv;
};
/// A control that needs a layer of this number.
template <class Control>
concept names_a_layer = requires {
  { Control::layer } -> std::convertible_to<int>;
};

struct as_it_is {
  static constexpr std::string_view name = "as it is";
  template <class State> static void apply(State&, const State&) {}
};
struct zero {
  static constexpr std::string_view name = "zero";
  template <class State> static void apply(State& s, const State&) { clear(s); }
};
/// The state that another text has left.
struct of_another {
  static constexpr std::string_view name = "of another text";
  template <class State> static void apply(State& s, const State& other) { s = other; }
};
/// Without the last inputs of the convolutions.
struct ssm_only {
  static constexpr std::string_view name = "SSM only";
  template <class State> static void apply(State& s, const State&) {
    for_each_layer_state(s, []<class Layer>(Layer& layer) {
      if constexpr (with_convolution<Layer>) clear(layer.conv);
    });
  }
};
/// The last inputs of the convolutions alone.
struct convolution_only {
  static constexpr std::string_view name = "convolution only";
  template <class State> static void apply(State& s, const State&) {
    for_each_layer_state(s, []<class Layer>(Layer& layer) {
      if constexpr (with_convolution<Layer>) {
        const std::vector kept(std::begin(layer.conv), std::end(layer.conv));
        clear(layer);
        std::ranges::copy(kept, std::begin(layer.conv));
      } else {
        clear(layer);
      }
    });
  }
};

namespace detail {
/// The states of layers 1, 2, ... of which `cleared` says so become zero.
template <class State, class F> void clear_layers(State& s, F&& cleared) {
  int number = 0;
  for_each_layer_state(s, [&](auto& layer) {
    if (cleared(++number)) clear(layer);
  });
}
inline constexpr std::string_view only = "layer ", only_end = " alone", without = "without layer ";
}  // namespace detail

/// Layers count from 1, the first that a token meets.
template <int Layer> struct layer_alone {
  static constexpr int layer = Layer;
  static constexpr std::string_view name = joined_name<detail::only, number_name<Layer>, detail::only_end>;
  template <class State> static void apply(State& s, const State&) {
    detail::clear_layers(s, [](int number) { return number != Layer; });
  }
};
template <int Layer> struct without_layer {
  static constexpr int layer = Layer;
  static constexpr std::string_view name = joined_name<detail::without, number_name<Layer>>;
  template <class State> static void apply(State& s, const State&) {
    detail::clear_layers(s, [](int number) { return number == Layer; });
  }
};

/// Names of controls that are no change of a state: the encoder's weights are those of its initialisation; the decoder
/// was trained from zeros, and begins from them; the encoder has read the newest tokens of the text alone.
inline constexpr std::string_view random_encoder = "random encoder", unconditional = "unconditional decoder",
                                  newest_alone = "newest tokens alone";

/// Attention layers forget all keys and values but the newest `pairs`; 0: they forget none.
template <class State> void keep_newest(State& s, int pairs) {
  if (pairs <= 0) return;
  for_each_layer_state(s, [&]<class Layer>(Layer& layer) {
    if constexpr (requires { layer.keep_newest(pairs); }) layer.keep_newest(pairs);
  });
}

namespace detail {
struct list_rules {
  template <class Control> static constexpr bool takes = requires(std::vector<float>& s) { Control::apply(s, s); };
  template <std::size_t Place, class Control> struct nameless {
    static_assert(has_name<Control>,
                  "start::list: member Place (Control) needs 'static constexpr std::string_view name'");
  };
  template <std::size_t Place, class Control> struct misfit {
    static_assert(takes<Control>,
                  "start::list: member Place (Control) needs 'static void apply(State& state, const State& other)'");
  };
  template <std::size_t First, std::size_t Second, auto Name> struct twins {
    static_assert(First == Second, "start::list: members First and Second (places from 0) are both called Name");
  };
};
}  // namespace detail

/// Controls besides as_it_is, which every study has, under names of their own.
template <class... Controls>
requires(sizeof...(Controls) > 0 && policies_fit<detail::list_rules, Controls...>()) struct list
    : policy_list<as_it_is, Controls...> {
};

}  // namespace krait::experiment::start
