// krait/core/reflect.hpp: weights structs seen from outside: every tensor with its dotted name, by Boost.Hana.
#pragma once
#include <array>
#include <boost/hana/accessors.hpp>
#include <boost/hana/concept/struct.hpp>
#include <boost/hana/define_struct.hpp>
#include <boost/hana/first.hpp>
#include <boost/hana/for_each.hpp>
#include <boost/hana/second.hpp>
#include <boost/hana/tuple.hpp>
#include <cstddef>
#include <krait/core/tensor.hpp>
#include <string>

namespace krait {

/// Weights of layers of different types, one after another; named 0, 1, 2, ...
template <class... Weights> struct weights_list {};
template <class First, class... Rest> struct weights_list<First, Rest...> {
  First first;
  [[no_unique_address]] weights_list<Rest...> rest;
};

namespace detail {
template <class T> inline constexpr bool is_array = false;
template <class T, std::size_t N> inline constexpr bool is_array<std::array<T, N>> = true;
template <class T> inline constexpr bool is_list = false;
template <class... Ts> inline constexpr bool is_list<weights_list<Ts...>> = true;

template <class List, class Visit> void visit_list(List& list, int index, const Visit& visit) {
  if constexpr (requires { list.first; }) {
    visit(list.first, index);
    visit_list(list.rest, index + 1, visit);
  }
}
}  // namespace detail

/// Calls f(tensor) for every tensor that is not empty, in the order of memory. Allocates nothing.
template <class Weights, class F> void for_each_value(Weights& w, F&& f) {
  using plain = std::remove_const_t<Weights>;
  if constexpr (is_tensor<plain>) {
    if constexpr (plain::size > 0) f(w);
  } else if constexpr (detail::is_array<plain>) {
    for (auto& part : w) for_each_value(part, f);
  } else if constexpr (detail::is_list<plain>) {
    detail::visit_list(w, 0, [&](auto& part, int) { for_each_value(part, f); });
  } else {
    static_assert(boost::hana::Struct<plain>::value,
                  "a weights type must be a tensor, a std::array, a weights_list or a struct made by "
                  "BOOST_HANA_DEFINE_STRUCT");
    boost::hana::for_each(boost::hana::accessors<plain>(),
                          [&](auto pair) { for_each_value(boost::hana::second(pair)(w), f); });
  }
}

/// Calls f(dotted name, tensor) likewise: `layers.3.mixer.in_proj.weight` and so on, the names of a safetensors file.
template <class Weights, class F> void for_each_tensor(Weights& w, F&& f, const std::string& prefix = {}) {
  using plain = std::remove_const_t<Weights>;
  const auto dotted = [&](const std::string& name) { return prefix.empty() ? name : prefix + "." + name; };
  if constexpr (is_tensor<plain>) {
    if constexpr (plain::size > 0) f(prefix, w);
  } else if constexpr (detail::is_array<plain>) {
    for (std::size_t i = 0; i < w.size(); ++i) for_each_tensor(w[i], f, dotted(std::to_string(i)));
  } else if constexpr (detail::is_list<plain>) {
    detail::visit_list(w, 0, [&](auto& part, int index) { for_each_tensor(part, f, dotted(std::to_string(index))); });
  } else {
    static_assert(boost::hana::Struct<plain>::value,
                  "a weights type must be a tensor, a std::array, a weights_list or a struct made by "
                  "BOOST_HANA_DEFINE_STRUCT");
    boost::hana::for_each(boost::hana::accessors<plain>(), [&](auto pair) {
      for_each_tensor(boost::hana::second(pair)(w), f, dotted(boost::hana::to<char const*>(boost::hana::first(pair))));
    });
  }
}

/// Number of parameters: scalars in tensors, padding left out.
template <class Weights> long parameter_count(const Weights& w) {
  long count = 0;
  for_each_value(w, [&](const auto& t) { count += t.size; });
  return count;
}

}  // namespace krait
