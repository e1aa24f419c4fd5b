// krait/data/dialect_features.hpp: which features of grammar 50 varieties of English have, and so which pairs of
// sentences speak for one of them: eWAVE (Kortmann, Lunkenheimer & Ehret 2020, ewave-atlas.org, CC BY 3.0), as
// Multi-VALUE has it.
#pragma once
#include <cstddef>
#include <filesystem>
#include <krait/data/dialect_pairs.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace krait::data {

struct dialect_features {
  std::string origin;
  std::vector<std::string> varieties;         // "Appalachian English", ...
  std::vector<std::vector<double>> attested;  // by feature, from 0 (there is none) on; then by variety: 0, .3, .6 or 1

  /// The pairs whose feature is attested in a variety at least so much: 1 is everywhere, .6 often, .3 rarely. Throws
  /// data_error for a variety that is not there (and lists those that are), and for a pair of an unknown feature.
  std::vector<dialect_pair> pairs_of(std::string_view variety, const std::vector<dialect_pair>& all,
                                     double at_least = .6) const;
};

/// A table: feature_id, then a column a variety. Throws data_error with file and line.
dialect_features parse_dialect_features(std::string_view csv, const std::string& origin);

/// dialect/attestation_vectors.csv of the folder, or there without dialect/. Throws file_error too.
dialect_features load_dialect_features(const std::filesystem::path& folder);

}  // namespace krait::data

#ifndef KRAIT_COMPILED
#include <krait/data/dialect_features_impl.hpp>
#endif
