// krait/run/options.hpp: what every experiment can be asked for. Read from the command line by read_options.hpp.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <krait/core/version.hpp>
#include <krait/report/result.hpp>
#include <map>
#include <string>
#include <type_traits>
#include <vector>

namespace krait::program {

enum class scale_kind { desk, paper };
enum class device_kind { cpu, cuda };

/// The compile-time scale of this program: its shapes.
#ifdef KRAIT_SCALE_PAPER
inline constexpr scale_kind scale = scale_kind::paper;
#else
inline constexpr scale_kind scale = scale_kind::desk;
#endif

/// Whether this program was built with CUDA.
#ifdef KRAIT_WITH_CUDA
inline constexpr bool with_cuda = true;
#else
inline constexpr bool with_cuda = false;
#endif

/// For shapes: paper_scale ? 768 : 128.
inline constexpr bool paper_scale = scale == scale_kind::paper;

inline constexpr const char* name_of(scale_kind s) { return s == scale_kind::desk ? "desk" : "paper"; }
inline constexpr const char* name_of(device_kind d) { return d == device_kind::cpu ? "cpu" : "cuda"; }

/// A number of a study's own, which `--set NAME=VALUE` changes: what a control differs in from the main run.
struct setting_option {
  const char* name;        ///< "rate"
  double otherwise;        ///< without --set
  double least, greatest;  ///< what it may be
  const char* text;        ///< one line
};

/// What most studies that train let one change, at 0 the study's own. `setting_or` reads them.
inline constexpr setting_option learning_rate{"lr", 0, 0, 1000, "learning rate; 0 takes the study's own"};
inline constexpr setting_option batch_size{"batch", 0, 0, 65536, "examples a step; 0 takes the study's own"};

/// What an experiment says of itself: `--about` prints it, `examples/run --list` collects it.
struct about {
  std::string name;                   ///< folder/program: "noise/three_phase"
  std::string question;               ///< one line, ends with a question mark
  std::string duration;               ///< "4 min on two cores"
  scale_kind scale = program::scale;  ///< the program's, as compiled
  bool on_device = false;             ///< whether it trains on a device too
  bool from_weights = false;          ///< whether its trainings can start from given weights
  bool pretrains = false;             ///< whether it keeps pretrained weights for later runs
  std::string version = krait::version;
  std::string flags = {};                     ///< of the compiler
  std::string command = {};                   ///< what runs this program: "examples/run noise/three_phase"
  std::vector<setting_option> settings = {};  ///< for --set
};

struct options {
  long steps = 0;  ///< optimiser steps a phase; 0: the study's own
  std::uint64_t seed = 1;
  int seeds = 3;    ///< repetitions, with the seeds seed, seed + 1, ...
  int threads = 0;  ///< 0: one a core
  std::filesystem::path out;
  bool resume = false;
  bool restart = false;               ///< remove what a killed run has left
  bool redraw = false;                ///< --report: draw a finished run's page again
  std::filesystem::path data;         ///< empty: the data that come with krait
  std::filesystem::path weights;      ///< a safetensors file that trainings start from; empty: from the initialisation
  std::filesystem::path pretrained;   ///< where pretrained weights are kept; empty: `pretrained` beside `out`
  std::map<std::string, double> set;  ///< what --set changes
  std::string grid;                   ///< the setting that --grid takes through several values; empty: none
  std::vector<double> grid_values;
  bool quick = false;
  scale_kind scale = program::scale;
  device_kind device = device_kind::cpu;

  /// The present value of a study's own setting.
  double setting(const setting_option& of) const {
    const auto found = set.find(of.name);
    return found == set.end() ? of.otherwise : found->second;
  }
  /// Of a setting that is 0 where it leaves things to the study: rounded where those are whole numbers.
  template <class Number> Number setting_or(const setting_option& of, Number own) const {
    const double value = setting(of);
    if (value == 0) return own;
    if constexpr (std::is_integral_v<Number>) return static_cast<Number>(std::max(1L, std::lround(value)));
    return static_cast<Number>(value);
  }
};

/// The settings that a resumed run must share with the run it continues: all but threads and paths. `program`: the
/// digest of the study's type, with all its policies' settings; `facts`: what the study says of itself, with the digest
/// of its data.
inline std::vector<report::setting> fingerprint(const about& study, const options& o, const std::string& program,
                                                const std::vector<report::setting>& facts) {
  std::vector<report::setting> all = {{"format", std::int64_t{2}},
                                      {"experiment", study.name},
                                      {"version", study.version},
                                      {"program", program},
                                      {"steps", std::int64_t(o.steps)},
                                      {"seed", std::to_string(o.seed)},
                                      {"seeds", std::int64_t(o.seeds)},
                                      {"quick", o.quick},
                                      {"scale", std::string(name_of(o.scale))},
                                      {"device", std::string(name_of(o.device))}};
  all.insert(all.end(), facts.begin(), facts.end());
  return all;
}

}  // namespace krait::program
