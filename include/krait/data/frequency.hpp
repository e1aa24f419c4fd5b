// krait/data/frequency.hpp: how often tokens and words occur: are rare ones forgotten more? The counts of the Pile's
// tokens (GPT-NeoX ids) are published at https://github.com/Tr1ple-F/convergence-and-divergence-of-llms.
#pragma once
#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace krait::data {

struct token_counts {
  std::vector<long> counts;  // by id
  long total = 0;

  /// 0 for ids beyond the counted ones. Throws data_error for negative ids.
  long of(std::int32_t id) const;
  /// log10 of the share of the text, with one occurrence added to each id, so that none is 0.
  double log_share(std::int32_t id) const;
};

/// Of a text's ids. Throws data_error for an id that is negative or not below the vocabulary.
token_counts count_tokens(std::span<const std::int32_t> ids, int vocabulary);

/// "id<tab>count" a line, ids from 0 on, none left out. Throws data_error with file and line.
token_counts parse_token_counts(std::string_view text, const std::string& origin);

/// frequency/pile_val_neox_counts.tsv of the folder, or there without frequency/. Throws file_error too.
token_counts load_pile_counts(const std::filesystem::path& folder);

/// Words between white space, as often as they are there; of one text or, added up, of several.
std::map<std::string, long, std::less<>> count_words(std::string_view text);

}  // namespace krait::data

#ifndef KRAIT_COMPILED
#include <krait/data/frequency_impl.hpp>
#endif
