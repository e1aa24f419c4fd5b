// krait/data/dialect_features_impl.hpp: the table, checked.
#pragma once
#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <krait/core/config.hpp>
#include <krait/core/error.hpp>
#include <krait/data/csv.hpp>
#include <krait/data/dialect_features.hpp>
#include <krait/data/text_source.hpp>

namespace krait::data {

KRAIT_INLINE std::vector<dialect_pair> dialect_features::pairs_of(std::string_view variety,
                                                                  const std::vector<dialect_pair>& all,
                                                                  double at_least) const {
  const auto found = std::ranges::find(varieties, variety);
  if (found == varieties.end()) {
    std::string known;
    for (const auto& one : varieties) known += (known.empty() ? "" : ", ") + one;
    throw data_error(origin + " has no variety '" + std::string(variety) + "', only: " + known + ".");
  }
  const auto place = static_cast<std::size_t>(found - varieties.begin());
  std::vector<dialect_pair> chosen;
  std::ranges::copy_if(all, std::back_inserter(chosen), [&](const dialect_pair& pair) {
    if (pair.feature < 0 || static_cast<std::size_t>(pair.feature) >= attested.size())
      throw data_error(origin + " has no feature " + std::to_string(pair.feature) + " of the pair '" + pair.dialect +
                       "'; take both files of one release.");
    return attested[static_cast<std::size_t>(pair.feature)][place] >= at_least;
  });
  return chosen;
}

KRAIT_INLINE dialect_features parse_dialect_features(std::string_view csv, const std::string& origin) {
  csv_table table = parse_csv(csv, origin);
  if (table.column("feature_id") != 0 || table.header.size() < 2)
    throw data_error(origin + ", line 1: 'feature_id' and then a column a variety are wanted.");
  dialect_features found{origin, {table.header.begin() + 1, table.header.end()}, {}};
  for (const auto& row : table.rows) {
    const auto number = [&](const std::string& text) {
      char* end = nullptr;
      const double value = std::strtod(text.c_str(), &end);
      if (text.empty() || *end != '\0' || !(value >= 0 && value <= 1))
        throw data_error(origin + ", line " + std::to_string(found.attested.size() + 2) + ": '" + text +
                         "' is no share from 0 to 1; mend it.");
      return value;
    };
    if (row[0] != std::to_string(found.attested.size()))
      throw data_error(origin + ", line " + std::to_string(found.attested.size() + 2) + ": feature " +
                       std::to_string(found.attested.size()) + " is wanted here, not '" + row[0] +
                       "'; they go from 0 on, a line each.");
    std::vector<double> shares;
    std::transform(row.begin() + 1, row.end(), std::back_inserter(shares), number);
    found.attested.push_back(std::move(shares));
  }
  return found;
}

KRAIT_INLINE dialect_features load_dialect_features(const std::filesystem::path& folder) {
  const auto file =
      detail::found_file({folder / "dialect/attestation_vectors.csv", folder / "attestation_vectors.csv"},
                         "attestation_vectors.csv of https://github.com/SALT-NLP/multi-value is such a file");
  return parse_dialect_features(read_file(file), file.string());
}

}  // namespace krait::data
