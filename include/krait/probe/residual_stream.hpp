// krait/probe/residual_stream.hpp: what stands between a model's layers, read out of what its forward pass has saved:
// after each layer of any composition of chain and repeat, for any probe of layers. Alain & Bengio 2016
// (arXiv:1610.01644).
#pragma once
#include <krait/layer/chain.hpp>
#include <krait/layer/repeat.hpp>
#include <type_traits>

namespace krait::probe {
namespace detail {

/// A stack of a type of its own (mamba_stack) is walked as the chain or repeat that it is made from.
struct one_layer {};
template <int N, class L> repeat<N, L> made_from(const repeat<N, L>*);
template <class... L> chain<L...> made_from(const chain<L...>*);
one_layer made_from(const void*);

template <class L, class From = decltype(made_from(static_cast<const L*>(nullptr)))> struct stream {
  template <class Saved, class Rows, class F> static void each(const Saved&, Rows after, F&& f) {
    f(std::type_identity<L>{}, after);
  }
};
template <class L, int N, class Each> struct stream<L, repeat<N, Each>> {
  template <class Saved, class Rows, class F> static void each(const Saved& s, Rows after, F&& f) {
    for (int i = 0; i + 1 < N; ++i) stream<Each>::each(s.layers[i], s.between[i].of(after.of), f);
    stream<Each>::each(s.layers[N - 1], after, f);
  }
};
template <class L, class Only> struct stream<L, chain<Only>> {
  template <class Saved, class Rows, class F> static void each(const Saved& s, Rows after, F&& f) {
    stream<Only>::each(s.first, after, f);
  }
};
template <class L, class First, class Second, class... Rest> struct stream<L, chain<First, Second, Rest...>> {
  template <class Saved, class Rows, class F> static void each(const Saved& s, Rows after, F&& f) {
    stream<First>::each(s.first, s.between.of(after.of), f);
    stream<chain<Second, Rest...>>::each(s.rest, after, f);
  }
};

}  // namespace detail

/// f(std::type_identity<Layer>, rows (tokens, Layer::out)) for every layer of a stack L in its order: the layers that
/// chain and repeat are made of, however they are nested; a residual branch is one, and what it puts out is the
/// residual stream after it. `saved` is what L's forward has left and `after` what it has put out.
template <class L, class Saved, class Rows, class F> void each_layer(const Saved& saved, Rows after, F&& f) {
  detail::stream<L>::each(saved, after, f);
}
/// The same of a whole model, after what its embedding or read-in puts out, for which f is given its layers' own type.
template <class Model, class Saved, class F> void residual_stream(const Saved& saved, sequences of, F&& f) {
  f(std::type_identity<Model>{}, saved.embedded.of(of));
  each_layer<typename Model::layer_type>(saved.layers, saved.mixed.of(of), f);
}

}  // namespace krait::probe
