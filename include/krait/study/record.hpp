// krait/study/record.hpp: all that a study has measured, as one long list of {labels, seed, step, quantity, value}, and
// what it was declared to hold before anything was measured. Tables, plots and claims are functions of it alone.
#pragma once
#include <cstdint>
#include <krait/core/config.hpp>
#include <krait/report/result.hpp>
#include <krait/study/label.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace krait::studies {

/// A published number, as a page lists it: {"rouge1", "model=mamba 130M, length=64", .9524, "scale figure"}.
struct published {
  const char *quantity, *labels;
  double value;
  const char* source;
};

/// One measured number. `step`: optimiser steps done, 0 for what belongs to no step.
struct measurement {
  labels at;
  std::uint64_t seed;
  long step;
  std::string quantity;
  double value;  // NaN: asked for, but without an answer (a training that diverged)
};

/// The values of one quantity under one set of labels.
struct series {
  struct point {
    std::uint64_t seed;
    long step;
    double value;
  };
  std::string quantity;
  labels at;
  std::vector<point> points;  // sorted by seed and step
  std::string source = {};    // of published numbers
  bool analytic = false;      // published by the study itself: a bound, a floor
};

class record {
 public:
  /// A label and the values that it takes, in the order of tables and plots.
  struct dimension {
    /// Levels that have something in common: the models that have a gate.
    struct group {
      std::string name;
      std::vector<std::string> levels;
    };
    std::string name;
    std::vector<std::string> levels;
    std::vector<group> groups = {};
  };
  /// A quantity and the labels that its values have.
  struct declared {
    std::string name;
    std::vector<std::string> labels;
  };

  // What a study says before it measures.
  void declare_label(std::string name, std::vector<std::string> levels);
  template <class Range> void declare_levels(std::string name, const Range& values) {
    std::vector<std::string> levels;
    for (const auto& value : values) levels.push_back(level(value));
    declare_label(std::move(name), std::move(levels));
  }
  /// So that a page need not know a level's name to know what it is.
  void declare_group(std::string_view label, std::string name, std::vector<std::string> levels);
  void declare(std::string quantity, std::vector<std::string> labels);
  /// A setting of the run: on the page, in the fingerprint of --resume, and a number for the page's own use.
  void fact(std::string name, report::cell value) { facts_.push_back({std::move(name), std::move(value)}); }
  void note(std::string sentence) { notes_.push_back(std::move(sentence)); }

  void add(measurement one);
  void add(const labels& at, std::uint64_t seed, long step, std::string_view quantity, double value) {
    add({at, seed, step, std::string(quantity), value});
  }
  /// Published numbers, which join as grey rows and bars: those of a page, and analytic ones that a study adds itself.
  void publish(std::span<const published> rows);
  void publish(std::string_view quantity, labels at, double value, std::string_view source);

  const std::vector<dimension>& dimensions() const { return dimensions_; }
  const std::vector<declared>& quantities() const { return quantities_; }
  const std::vector<series>& measured() const { return measured_; }
  const std::vector<series>& published_series() const { return published_; }
  const std::vector<report::setting>& facts() const { return facts_; }
  const std::vector<std::string>& notes() const { return notes_; }

  /// Throws study_error where nothing of this name was declared.
  const dimension& dimension_of(std::string_view name) const;
  const declared& quantity_of(std::string_view name) const;
  bool has_label(std::string_view name) const;
  bool has_quantity(std::string_view name) const;
  const std::vector<std::string>& levels(std::string_view name) const { return dimension_of(name).levels; }
  /// The levels of a declared group, perhaps none; study_error where it was not declared.
  const std::vector<std::string>& group(std::string_view label, std::string_view name) const;
  /// The first declared group that a level stands in; the level itself where it stands in none.
  std::string family_of(std::string_view label, const std::string& level) const;
  /// The least and the greatest value of a label of numbers, as a level.
  std::string least(std::string_view name) const;
  std::string greatest(std::string_view name) const;
  /// A fact that is a number, or a text; study_error without.
  double number(std::string_view fact) const;
  const std::string& text(std::string_view fact) const;

  std::vector<std::uint64_t> seeds;
  bool quick = false;  // made with --quick: too little to mean anything

 private:
  std::vector<dimension> dimensions_;
  std::vector<declared> quantities_;
  friend std::string json_text(const record&);
  friend record record_from(const std::string&, const std::string&);
  std::vector<series> measured_, published_;
  std::size_t analytic_ = 0;  // of published_: the first so many are the study's own
  std::vector<report::setting> facts_;
  std::vector<std::string> notes_;
};

/// All of a record but the page's published numbers, as the text of record.json; and back. data_error where the text is
/// no record of this version.
std::string json_text(const record& from);
record record_from(const std::string& text, const std::string& file);
/// A line a number, every digit: labels, seed, step, quantity, value.
/// `before`: a label that all of it has, in a column before the others; head: with the line of their names.
std::string csv(const record& from, const std::optional<label>& before = {}, bool head = true);

/// A level as a number; NaN where it is none.
double number_of(std::string_view level);

}  // namespace krait::studies

#ifndef KRAIT_COMPILED
#include <krait/study/record_impl.hpp>
#include <krait/study/record_text.hpp>
#endif
