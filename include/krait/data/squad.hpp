// krait/data/squad.hpp: SQuAD 1.1, questions on Wikipedia paragraphs. Rajpurkar et al. 2016 (arXiv:1606.05250).
// The files are at https://rajpurkar.github.io/SQuAD-explorer/ (CC BY-SA 4.0).
#pragma once
#include <algorithm>
#include <filesystem>
#include <iterator>
#include <krait/core/error.hpp>
#include <krait/data/compressed.hpp>
#include <krait/data/encoding.hpp>
#include <krait/data/question_answer.hpp>
#include <krait/data/select.hpp>
#include <krait/data/tolerant_json.hpp>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace krait::data {

enum class squad_split { train, dev };

struct squad_config {
  squad_split split = squad_split::train;
  int count = 0;    // pairs, evenly spaced over the articles; 0: all
  int longest = 0;  // bytes of question and answer together; 0: any
};

namespace detail {
inline question_answer squad_pair(const nlohmann::json& item, const tolerant_json& file, const std::string& origin) {
  const auto text = [](const nlohmann::json& object, const char* key) -> const std::string* {
    const auto found = object.is_object() ? object.find(key) : object.end();
    return found == object.end() ? nullptr : found->get_ptr<const std::string*>();
  };
  const std::string* question = text(item, "question");
  std::vector<std::string> golds;
  bool whole = question != nullptr && item["answers"].is_array() && !item["answers"].empty();
  if (whole)
    for (const auto& answer : item["answers"]) {
      const std::string* gold = text(answer, "text");
      whole = whole && gold != nullptr;
      if (gold != nullptr && std::ranges::find(golds, *gold) == golds.end()) golds.push_back(*gold);
    }
  if (!whole)
    throw data_error(origin + " has a question without text or answer" +
                     (question == nullptr ? std::string() : " ('" + *question + "')") +
                     "; version 1.1 of SQuAD answers each, so use that one.");
  const auto torn = [&](const std::string& one) { return file.torn(one); };
  if (torn(*question) || std::ranges::any_of(golds, torn))
    throw data_error(origin +
                     " has half of a surrogate pair, which is no character, in the question or an answer of '" +
                     *question + "'; mend that text.");
  question_answer pair{*question, std::move(golds.front()), {}};
  pair.others.assign(std::move_iterator(golds.begin() + 1), std::move_iterator(golds.end()));
  return pair;
}
}  // namespace detail

/// Questions in the file's order, each with its first answer and, as `others`, the different further ones; the
/// paragraphs are left out. NaN and half a surrogate pair, which Python writes, do no harm where nothing is read.
/// Throws data_error if the text is not JSON, not UTF-8 or not SQuAD 1.1.
inline std::vector<question_answer> parse_squad(std::string_view text, const std::string& origin) {
  using nlohmann::json;
  detail::refuse_utf16(text, origin);
  const detail::tolerant_json file(text);
  std::vector<question_answer> pairs;
  // Each question is taken and dropped as it closes: the document as a tree would be several times the file.
  const auto visit = [&](int, json::parse_event_t event, json& value) {
    if (event == json::parse_event_t::key) return value != "context";
    if (event != json::parse_event_t::object_end || !value.contains("question") || !value.contains("answers"))
      return true;
    pairs.push_back(detail::squad_pair(value, file, origin));
    return false;
  };
  try {
    [[maybe_unused]] const json rest = json::parse(file.text(), visit);
  } catch (const json::exception& broken) {
    const auto* at = dynamic_cast<const json::parse_error*>(&broken);
    throw data_error(origin + " is broken JSON" + (at ? " at byte " + std::to_string(at->byte) : std::string()) +
                     "; fetch it again.");
  }
  if (pairs.empty()) throw data_error(origin + " has no questions; it should be a SQuAD 1.1 file.");
  return pairs;
}

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
