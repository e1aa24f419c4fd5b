// krait/data/dialect_pairs.hpp: sentences of standard English, each beside the same in a dialect: the unit tests of
// Multi-VALUE (Ziems et al. 2023, arXiv:2212.08011; https://github.com/SALT-NLP/multi-value, Apache 2.0), whose
// features are those of eWAVE.
#pragma once
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace krait::data {

struct dialect_pair {
  std::string standard, dialect;
  int feature = 0;  // its number in eWAVE (ewave-atlas.org): 9 is "I have to get me one of those!"
};

/// {"FEATURE": [{"gloss": "standard", "dialect": ["one way", "another way"]}, ...], ...}: a pair for each way, by
/// feature. Throws data_error: no such JSON, or a pair whose sides are equal or empty (with feature and number).
std::vector<dialect_pair> parse_dialect_pairs(std::string_view text, const std::string& origin);

/// dialect/unittests.json of the folder, or there without dialect/. Throws file_error too.
std::vector<dialect_pair> load_dialect_pairs(const std::filesystem::path& folder);

}  // namespace krait::data

#ifndef KRAIT_COMPILED
#include <krait/data/dialect_pairs_impl.hpp>
#endif
