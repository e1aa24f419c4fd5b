// krait/experiment/three_phase_plan.hpp: what all models of a noise study have in common, and the facts that it reads.
#pragma once
#include <algorithm>
#include <iterator>
#include <krait/core/digest.hpp>
#include <krait/core/read_files.hpp>
#include <krait/data/audit.hpp>
#include <krait/data/question_answer.hpp>
#include <krait/experiment/pretraining.hpp>
#include <krait/run/options.hpp>
#include <string>
#include <utility>
#include <vector>

namespace krait::experiment {

/// The facts of a run, and the files of its policies. With --quick few of them, and one seed.
template <class Data, class Noises, class Metrics> struct three_phase_facts {
  std::vector<std::string> statements;  // of facts that have some
  data::audited found;

  explicit three_phase_facts(program::options& o) : found(load(o)) {}

 private:
  data::audited load(program::options& o) {
    if (o.quick) o.seeds = std::min(o.seeds, 1);
    read_files<Noises>(o.data);
    read_files<Metrics>(o.data);
    auto facts = Data::load(o.data);
    if (o.quick && facts.size() > 16) facts.resize(16);
    if constexpr (stated<typename decltype(facts)::value_type>)
      for (const auto& one : facts) statements.insert(statements.end(), one.statements.begin(), one.statements.end());
    return data::audit({std::make_move_iterator(facts.begin()), std::make_move_iterator(facts.end())});
  }
};

/// Of one run.
struct three_phase_plan {
  three_phase_plan(const program::options& o, std::vector<data::question_answer> p, std::vector<std::string> s = {})
      : asked(o), pairs(std::move(p)), statements(std::move(s)) {
    for (const auto& pair : pairs) {
      data.add(pair.question).add(pair.answer);
      for (const auto& other : pair.others) data.add(other);
    }
    for (const auto& text : statements) data.add(text);
  }

  const program::options& asked;
  std::vector<data::question_answer> pairs;
  std::vector<std::string> statements;
  digest data;                                       // of all of it
  long learn = 0, noise = 0, relearn = 0, most = 0;  // steps; most: of the pretraining
  double lr = 0, replay = 0;
  int batch = 0;  // texts a step

  /// All texts that are read, said or answered, without noise: what tokens are made of.
  std::vector<std::string> texts() const {
    std::vector<std::string> all = statements;
    for (const auto& pair : pairs) all.push_back(pair.question), all.push_back(pair.answer);
    return all;
  }
};

}  // namespace krait::experiment
