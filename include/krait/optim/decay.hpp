// krait/optim/decay.hpp: which tensors weight decay reaches, by rank and by what their layer says.
#pragma once
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <krait/core/aligned.hpp>
#include <krait/core/reflect.hpp>
#include <krait/kernel/decay.hpp>
#include <string_view>
#include <type_traits>

namespace krait::optim {

enum class decay {
  /// Tensors of two dimensions or more, but for those that their layer marks: what is released does so (Mamba's A_log
  /// and D have `_no_weight_decay`; norms and biases are in a group of their own). A layer marks members of its weights
  /// by name, beside them:
  ///   static constexpr std::array<std::string_view, 2> no_weight_decay{"A_log", "D"};
  matrices,
  all  // every tensor, as torch.optim.AdamW over model.parameters()
};

/// A byte for every kernel::decay_run scalars of the flat weights.
template <class Weights> struct decay_map {
  std::uint8_t reached[sizeof(Weights) / sizeof(float) / kernel::decay_run];
};

namespace detail {

template <class Struct> constexpr bool marks_exist() {
  return std::ranges::all_of(Struct::no_weight_decay, [](std::string_view mark) {
    bool found = false;
    boost::hana::for_each(boost::hana::accessors<Struct>(), [&](auto member) {
      found = found || mark == boost::hana::to<char const*>(boost::hana::first(member));
    });
    return found;
  });
}

/// f(tensor, whether it or a struct that it stands in is marked) for every tensor that is not empty.
template <class Weights, class F> void for_each_mark(const Weights& w, bool marked, const F& f) {
  if constexpr (is_tensor<Weights>) {
    if constexpr (Weights::size > 0) f(w, marked);
  } else if constexpr (krait::detail::is_array<Weights>) {
    for (const auto& part : w) for_each_mark(part, marked, f);
  } else if constexpr (krait::detail::is_list<Weights>) {
    krait::detail::visit_list(w, 0, [&](const auto& part, int) { for_each_mark(part, marked, f); });
  } else {
    constexpr bool marks = requires { Weights::no_weight_decay; };
    if constexpr (marks)
      static_assert(marks_exist<Weights>(), "no_weight_decay names something that is no member of these weights");
    boost::hana::for_each(boost::hana::accessors<Weights>(), [&](auto member) {
      bool now = marked;
      if constexpr (marks)
        now = now || std::ranges::count(Weights::no_weight_decay,
                                        std::string_view(boost::hana::to<char const*>(boost::hana::first(member))));
      for_each_mark(boost::hana::second(member)(w), now, f);
    });
  }
}

}  // namespace detail

/// Where decay::matrices reaches. The values of w do not matter.
template <class Weights> heap<decay_map<Weights>> decayed_matrices(const Weights& w) {
  auto made = make_heap<decay_map<Weights>>();
  detail::for_each_mark(w, false, [&](const auto& tensor, bool marked) {
    static_assert(std::remove_cvref_t<decltype(tensor)>::storage % kernel::decay_run == 0);
    const auto* begin = reinterpret_cast<const std::byte*>(&w);
    const auto at = static_cast<std::size_t>(reinterpret_cast<const std::byte*>(tensor.data) - begin) / sizeof(float);
    std::fill_n(made->reached + at / kernel::decay_run, tensor.storage / kernel::decay_run,
                static_cast<std::uint8_t>(tensor.rank >= 2 && !marked));
  });
  return made;
}

/// Whether an optimiser wants such a map: it says where its decay reaches as `decays`, and then takes a
/// kernel::decay_mask as step's last argument.
template <class O>
inline constexpr bool spares_tensors = [] {
  if constexpr (requires { O::decays; }) return O::decays == decay::matrices;
  return false;
}();

}  // namespace krait::optim
