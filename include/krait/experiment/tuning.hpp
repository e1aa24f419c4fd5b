// krait/experiment/tuning.hpp: what a model of a noise study is taught between its pretraining and phase 1: to answer
// questions of other kinds, as instruction tuning does it, or, as its control, to go on reading the same texts.
#pragma once
#include <fmt/core.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <krait/core/digest.hpp>
#include <krait/core/error.hpp>
#include <krait/core/fixed_string.hpp>
#include <krait/core/type_name.hpp>
#include <krait/data/question_answer.hpp>
#include <krait/experiment/judge.hpp>
#include <krait/experiment/three_phase_plan.hpp>
#include <krait/model/list.hpp>
#include <krait/study/record.hpp>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace krait::experiment {

struct tuning_config {
  long steps = 100;
  double lr = 1e-3;     // of the study's optimiser and schedule
  bool answers = true;  // the loss is that of the answers; else question and answer are read as one text
  double replay = .5;   // share of a batch that is statements of the pretraining, without which these are forgotten
};

/// On the pairs of Data from which nothing that the study asks could be answered.
template <class Data, tuning_config C = tuning_config{}> struct tuning {
  static_assert(C.steps > 0 && C.lr > 0, "tuning: steps and lr must be positive");
  static_assert(C.replay >= 0 && C.replay < 1, "tuning: replay is a share of the batch, from 0 and below 1");
  static constexpr tuning_config config = C;

  /// Those whose answer is none of `asked` and whose question is none of theirs and does not hold an answer of theirs
  /// ("Which country has Lima as its capital?"). Throws data_error where none is left.
  static std::vector<data::question_answer> pairs(const std::filesystem::path& folder,
                                                  std::span<const data::question_answer> asked) {
    std::vector<data::question_answer> all;
    for (auto& one : Data::load(folder))
      if (std::ranges::none_of(asked, [&](const data::question_answer& other) { return tells(one, other); }))
        all.push_back(std::move(one));
    if (all.empty())
      throw data_error("tuning: every pair of " + type_name<Data>() +
                       " holds an answer that the study asks for; give it pairs of other kinds.");
    return all;
  }

 private:
  static bool tells(const data::question_answer& one, const data::question_answer& asked) {
    return one.question == asked.question || one.answer.find(asked.answer) != std::string::npos ||
           one.question.find(asked.answer) != std::string::npos;
  }
};

/// Another named model of a study, pretrained as that one is, which a tuning then teaches.
template <fixed_string<> Name, class Read, class Tuning> struct tuned : renamed<Name, Read> {
  static_assert(
      requires { typename Read::model; },
      "experiment::tuned: what is tuned is a model under a name; write model::named<\"mamba\", Model>");
  using read_as = Read;
  using tuning = Tuning;
};

/// Whether a named model is one of these.
template <class Named>
concept tuned_model = requires {
  typename Named::tuning;
};
template <class Models>
inline constexpr bool any_tuned = [] {
  bool any = false;
  Models::for_each([&]<class Named>(std::type_identity<Named>) { any = any || tuned_model<Named>; });
  return any;
}();

/// Steps of its tuning in a run.
template <class Named> long tuning_steps(const three_phase_plan& plan) {
  if constexpr (tuned_model<Named>)
    return plan.asked.quick ? std::min(4L, Named::tuning::config.steps) : Named::tuning::config.steps;
  return 0;
}
/// What a tuning trains on: fewer with --quick.
template <tuned_model Named> std::vector<data::question_answer> tuning_pairs(const three_phase_plan& plan) {
  auto all = Named::tuning::pairs(plan.asked.data, plan.pairs);
  if (plan.asked.quick && all.size() > 16) all.resize(16);
  return all;
}

/// Declares the groups "taught to answer", "reads on" and "as pretrained" of the label model, and the quantity "known
/// after tuning": held-out and other answers, as "known" (three_phase.hpp). Says of each tuned model what it was made
/// of, and on what.
template <class Models> void declare_tuning(const three_phase_plan& plan, studies::record& to) {
  std::vector<std::string> taught, reads, plain;
  Models::for_each([&]<class Named>(std::type_identity<Named>) {
    if constexpr (tuned_model<Named>) {
      (Named::tuning::config.answers ? taught : reads).emplace_back(Named::name);
      const auto pairs = tuning_pairs<Named>(plan);
      digest of;
      for (const auto& pair : pairs) of.add(pair.question).add(pair.answer);
      const auto fact = [&](const char* what, report::cell value) {
        to.fact(fmt::format("{}: {}", Named::name, what), std::move(value));
      };
      fact("tuned from", std::string(Named::read_as::name));
      fact("tuning", type_name<typename Named::tuning>());
      fact("pairs of the tuning", static_cast<std::int64_t>(pairs.size()));
      fact("digest of the tuning's data", of.text());
    } else {
      plain.emplace_back(Named::name);
    }
  });
  to.declare_group("model", "taught to answer", std::move(taught));
  to.declare_group("model", "reads on", std::move(reads));
  to.declare_group("model", "as pretrained", std::move(plain));
  to.declare("known after tuning", {"model", "asked"});
}

/// The texts of a tuning, as a training reads them.
template <class Set>
Set tuning_texts(const tuning_config& how, std::vector<data::question_answer> pairs, int longest,
                 const decltype(Set::tokens)& tokens) {
  if (how.answers) return Set(std::move(pairs), longest, tokens);
  Set all({}, longest, tokens);
  for (const auto& pair : pairs) all.read(pair.question + " " + pair.answer);
  return all;
}

}  // namespace krait::experiment
