// krait/run/study_entry.hpp: what a study is to the program around it.
#pragma once
#include <concepts>
#include <krait/core/digest.hpp>
#include <krait/run/legs.hpp>
#include <krait/run/options.hpp>
#include <krait/run/progress.hpp>
#include <krait/study/exhibit.hpp>
#include <memory>
#include <string>
#include <typeinfo>

namespace krait::program {

/// What a study's measuring is given.
struct run_context {
  options asked;
  int threads;  // of the team; at least 1
  program::legs& legs;
  progress& shown;
};

/// A study is a type with
///   explicit Study(options&)                 reads its data, may correct the options (fewer seeds with --quick)
///   void describe(studies::record&) const    labels, quantities, facts; nothing is measured yet
///   long steps() const                       optimiser steps in all, for the time left
///   void measure(run_context&)               adds to context.legs what it measures
///   static constexpr const char* unit        what the progress counts: "tokens" or "prompts"
///   using page = ...                         what is told: `static studies::exhibits of(const studies::record&)`, and
///                                            `rows`, an array of studies::published, where something was published
///   static constexpr int seeds               optional: repetitions without --seeds, else 3
///   static constexpr bool on_device          optional: whether it trains with --device cuda too
///   static constexpr bool from_weights       optional: whether it takes --weights (run/first_weights.hpp)
///   static constexpr bool pretrains          optional: whether it takes --pretrained (run/kept_training.hpp)
///   static constexpr setting_option settings[n]     optional: what --set changes; describe() says what it is
template <class S>
concept runnable = std::constructible_from<S, options&> &&
    requires(S& s, const S& c, studies::record& r, const studies::record& of, run_context& context) {
  { S::unit } -> std::convertible_to<const char*>;
  c.describe(r);
  { c.steps() } -> std::convertible_to<long>;
  s.measure(context);
  { S::page::of(of) } -> std::same_as<studies::exhibits>;
};

/// A study as values, for what need not know its type.
struct job {
  virtual ~job() = default;
  virtual void describe(studies::record&) const = 0;
  virtual long steps() const = 0;
  virtual void measure(run_context&) = 0;
};
struct study_entry {
  const char* unit;
  std::string program;  // digest of its type
  std::unique_ptr<job> (*make)(options&);
  void (*publish)(studies::record&);
  studies::exhibits (*page)(const studies::record&);
  int seeds = options{}.seeds;  // without --seeds
};

namespace detail {
template <class Study> struct job_of final : job {
  Study study;
  explicit job_of(options& o) : study(o) {}
  void describe(studies::record& r) const override { study.describe(r); }
  long steps() const override { return study.steps(); }
  void measure(run_context& c) override { study.measure(c); }
};
}  // namespace detail

template <runnable Study> study_entry entry_of() {
  using page = typename Study::page;
  study_entry entry{Study::unit, digest().add(typeid(Study).name()).text(),
                    [](options& o) -> std::unique_ptr<job> { return std::make_unique<detail::job_of<Study>>(o); },
                    [](studies::record& r) {
                      if constexpr (requires { page::rows; }) r.publish(page::rows);
                    },
                    page::of};
  if constexpr (requires { Study::seeds; }) entry.seeds = Study::seeds;
  return entry;
}

}  // namespace krait::program
