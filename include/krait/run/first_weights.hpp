// krait/run/first_weights.hpp: trainings that start from the weights of --weights.
#pragma once
#include <fmt/core.h>

#include <krait/core/aligned.hpp>
#include <krait/core/digest.hpp>
#include <krait/core/error.hpp>
#include <krait/run/options.hpp>
#include <krait/study/record.hpp>
#include <krait/train/checkpoint.hpp>
#include <string>

namespace krait::program {

/// The digest of --weights.
inline std::string first_weights_digest(const options& asked) {
  const data::safetensors file(asked.weights);
  digest of;
  for (const auto& [name, array] : file.arrays())
    of.add(name).add(array.dtype).add({array.bytes.data(), array.bytes.size()});
  return of.text();
}

/// For a study's describe(): the file's digest, a fact of the run, and which models read what of it. Throws data_error,
/// now and not when its turn comes, where none of Models (a model::list) has these weights; the file may hold more than
/// a model's. Those of several models that it does not fit begin from their initialisation, and the page says so.
template <class Models> void describe_first_weights(const options& asked, studies::record& to) {
  if (asked.weights.empty()) return;
  to.fact("digest of the first weights", first_weights_digest(asked));
  const data::safetensors file(asked.weights);
  std::string fitting, misfit, why, said, unfit;
  Models::for_each([&](auto named) {
    using type = typename decltype(named)::type;
    const auto weights = make_heap<typename type::model::template weights<float>>();
    try {
      const std::size_t read = train::read_weights(file, train::part{"", *weights}).size();
      fitting += fmt::format("{}{}", fitting.empty() ? "" : ", ", type::name);
      said += fmt::format("{}{} with {} of its {} tensors", said.empty() ? "" : ", ", type::name, read,
                          file.arrays().size());
    } catch (const data_error& e) {
      if (misfit.empty()) misfit = type::name, why = e.what();
      unfit += fmt::format("{}{}", unfit.empty() ? "" : ", ", type::name);
    }
  });
  if (fitting.empty()) throw data_error(fmt::format("--weights does not fit the model {}: {}", misfit, why));
  to.note("Training starts from the weights of --weights: " + said + ".");
  if (!unfit.empty()) to.note(fmt::format("They do not fit {}: training begins from the initialisation there.", unfit));
}

/// For a trainer that has just been made.
template <class Trainer> void start_from_first_weights(const options& asked, Trainer& trainer) {
  if (asked.weights.empty()) return;
  try {
    train::start_from(asked.weights, trainer);
  } catch (const data_error&) {  // they are another model's, as describe_first_weights has told
  }
}

}  // namespace krait::program
