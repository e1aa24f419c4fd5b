// krait/data/frequency_impl.hpp: counting.
#pragma once
#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <krait/core/config.hpp>
#include <krait/core/error.hpp>
#include <krait/core/lines.hpp>
#include <krait/core/utf8.hpp>
#include <krait/data/frequency.hpp>
#include <krait/data/text_source.hpp>

namespace krait::data {

KRAIT_INLINE long token_counts::of(std::int32_t id) const {
  if (id < 0) throw data_error("The token id " + std::to_string(id) + " is negative; no text has it.");
  const auto place = static_cast<std::size_t>(id);
  return place < counts.size() ? counts[place] : 0;
}
KRAIT_INLINE double token_counts::log_share(std::int32_t id) const {
  return std::log10(static_cast<double>(of(id) + 1) / static_cast<double>(total + static_cast<long>(counts.size())));
}

KRAIT_INLINE token_counts count_tokens(std::span<const std::int32_t> ids, int vocabulary) {
  token_counts found{std::vector<long>(static_cast<std::size_t>(std::max(vocabulary, 0))),
                     static_cast<long>(ids.size())};
  for (const std::int32_t id : ids) {
    if (id < 0 || id >= vocabulary)
      throw data_error("The token id " + std::to_string(id) + " is not below the vocabulary of " +
                       std::to_string(vocabulary) + "; count with the tokenizer that made it.");
    ++found.counts[static_cast<std::size_t>(id)];
  }
  return found;
}

KRAIT_INLINE token_counts parse_token_counts(std::string_view text, const std::string& origin) {
  token_counts found;
  for_each_line(text, [&](std::string_view line, std::size_t number) {
    const char *from = line.data(), *to = from + line.size();
    std::size_t id = 0;
    long count = 0;
    const auto first = std::from_chars(from, to, id);
    const bool tab = first.ec == std::errc() && first.ptr != to && *first.ptr == '\t';
    const auto second = std::from_chars(tab ? first.ptr + 1 : to, to, count);
    const bool ends = second.ptr == to || (second.ptr + 1 == to && *second.ptr == '\r');
    if (!tab || second.ec != std::errc() || !ends || count < 0 || id != found.counts.size())
      throw at_line(
          origin, number,
          "'" + std::to_string(found.counts.size()) + "<tab>count' is wanted here; ids go from 0 on, a line each.");
    found.counts.push_back(count);
    found.total += count;
  });
  if (found.total == 0) throw data_error(origin + " has no counts; 'id<tab>count' a line is wanted.");
  return found;
}

KRAIT_INLINE token_counts load_pile_counts(const std::filesystem::path& folder) {
  const auto file =
      detail::found_file({folder / "frequency/pile_val_neox_counts.tsv", folder / "pile_val_neox_counts.tsv"},
                         "https://github.com/Tr1ple-F/convergence-and-divergence-of-llms has such counts");
  return parse_token_counts(read_file(file), file.string());
}

KRAIT_INLINE std::map<std::string, long, std::less<>> count_words(std::string_view text) {
  std::map<std::string, long, std::less<>> counts;
  for (const std::string_view word : utf8::words(text)) {
    const auto found = counts.find(word);
    ++(found == counts.end() ? counts.emplace(word, 0).first : found)->second;
  }
  return counts;
}

}  // namespace krait::data
