// krait/data/dialect_pairs_impl.hpp: by nlohmann-json.
#pragma once
#include <algorithm>
#include <charconv>
#include <cstddef>
#include <krait/core/config.hpp>
#include <krait/core/error.hpp>
#include <krait/core/utf8.hpp>
#include <krait/data/dialect_pairs.hpp>
#include <krait/data/text_source.hpp>
#include <nlohmann/json.hpp>

namespace krait::data {

KRAIT_INLINE std::vector<dialect_pair> parse_dialect_pairs(std::string_view text, const std::string& origin) {
  const auto all = nlohmann::json::parse(text, nullptr, false);
  if (!all.is_object() || all.empty())
    throw data_error(origin + " is no JSON object with features of dialects; take unittests.json of Multi-VALUE.");
  std::vector<dialect_pair> pairs;
  for (const auto& item : all.items()) {
    const std::string& key = item.key();
    const auto& examples = item.value();
    int feature = 0;
    const auto [end, wrong] = std::from_chars(key.data(), key.data() + key.size(), feature);
    const auto refuse = [&](const std::string& what) { throw data_error(origin + ", feature '" + key + "'" + what); };
    if (wrong != std::errc() || end != key.data() + key.size()) refuse(" is no number of a feature; mend the key.");
    if (!examples.is_array()) refuse(" has no list of examples; mend it.");
    for (std::size_t i = 0; i < examples.size(); ++i) {
      const auto& one = examples[i];
      const std::string place = ", example " + std::to_string(i + 1);
      const bool whole = one.is_object() && one.contains("gloss") && one["gloss"].is_string() &&
                         one.contains("dialect") && one["dialect"].is_array() &&
                         std::ranges::all_of(one["dialect"], [](const auto& way) { return way.is_string(); });
      if (!whole) refuse(place + " lacks the text 'gloss' or the list of texts 'dialect'; mend it.");
      for (const auto& way : one["dialect"]) {
        dialect_pair pair{one["gloss"], way, feature};
        if (utf8::words(pair.standard).empty() || utf8::words(pair.dialect).empty() || pair.standard == pair.dialect)
          refuse(place + " has an empty sentence or two equal ones, which is no pair; remove it.");
        pairs.push_back(std::move(pair));
      }
    }
  }
  std::ranges::stable_sort(pairs, {}, &dialect_pair::feature);
  return pairs;
}

KRAIT_INLINE std::vector<dialect_pair> load_dialect_pairs(const std::filesystem::path& folder) {
  const auto file = detail::found_file({folder / "dialect/unittests.json", folder / "unittests.json"},
                                       "unittests.json of https://github.com/SALT-NLP/multi-value is such a file");
  return parse_dialect_pairs(read_file(file), file.string());
}

}  // namespace krait::data
