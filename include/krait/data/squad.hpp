// krait/data/squad.hpp: SQuAD 1.1, questions on Wikipedia paragraphs. Rajpurkar et al. 2016 (arXiv:1606.05250).
// The files are at https://rajpurkar.github.io/SQuAD-explorer/ (CC BY-SA 4.0).
#pragma once
#include <filesystem>
#include <krait/core/config.hpp>
#include <krait/core/error.hpp>
#include <krait/data/compressed.hpp>
#include <krait/data/question_answer.hpp>
#include <krait/data/select.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace krait::data {

enum class squad_split { train, dev };

struct squad_config {
  squad_split split = squad_split::train;
  int count = 0;    // pairs, evenly spaced over the articles; 0: all
  int longest = 0;  // bytes of question and answer together; 0: any
};

/// Questions in the file's order, each with its first answer and, as `others`, the different further ones; the
/// paragraphs are left out. NaN and half a surrogate pair, which Python writes, do no harm where nothing is read.
/// Throws data_error if the text is not JSON, not UTF-8 or not SQuAD 1.1.
std::vector<question_answer> parse_squad(std::string_view text, const std::string& origin);

/// A data policy: `squad/train-v1.1.json` or `train-v1.1.json` in data_dir (dev likewise), plain or as .xz.
template <squad_config C = squad_config{}> struct squad {
  static_assert(C.count >= 0 && C.longest >= 0, "squad: count and longest must not be negative (0: no bound)");
  static constexpr std::string_view name = C.split == squad_split::train ? "squad" : "squad_dev";
  static constexpr std::string_view file = C.split == squad_split::train ? "train-v1.1.json" : "dev-v1.1.json";

  /// Throws file_error, data_error.
  static std::vector<question_answer> load(const std::filesystem::path& data_dir) {
    if (data_dir.empty())
      throw file_error("SQuAD does not come with krait; let --data DIR name the folder with " + std::string(file) +
                       ".");
    for (const auto& place : {data_dir / "squad" / file, data_dir / file})
      if (const auto found = find_packed_or_plain(place); !found.empty())
        return select(parse_squad(read_file(found), found.string()), C.count, C.longest, name);
    throw file_error((data_dir / "squad" / file).string() +
                     "[.xz] is missing; fetch it from https://rajpurkar.github.io/SQuAD-explorer/.");
  }
};

}  // namespace krait::data

#ifndef KRAIT_COMPILED
#include <krait/data/squad_impl.hpp>
#endif
