// krait/data/squad_impl.hpp: reads SQuAD's JSON.
#pragma once
#include <algorithm>
#include <iterator>
#include <krait/core/error.hpp>
#include <krait/data/encoding.hpp>
#include <krait/data/squad.hpp>
#include <krait/data/tolerant_json.hpp>
#include <nlohmann/json.hpp>
#include <utility>

namespace krait::data {
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

KRAIT_INLINE std::vector<question_answer> parse_squad(std::string_view text, const std::string& origin) {
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

}  // namespace krait::data
