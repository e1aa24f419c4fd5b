// krait/tokenizer/merge_table.hpp: which pairs of tokens become one, and the merging itself: always the pair of lowest
// rank, the leftmost of equals. Sennrich et al. 2016 (arXiv:1508.07909), algorithm 1.
#pragma once
#include <cstddef>
#include <cstdint>
#include <krait/core/config.hpp>
#include <vector>

namespace krait::tokenizer::detail {

struct merge {
  std::int32_t rank = -1;  // below 0: these two do not merge
  std::int32_t result = -1;
};

/// A hash of pairs in one flat table, at most half full.
class merge_table {
 public:
  explicit merge_table(std::size_t pairs) {
    int bits = 4;
    while ((std::size_t{1} << bits) < 2 * pairs) ++bits;
    shift_ = 64 - bits;
    slots_.resize(std::size_t{1} << bits);
  }
  /// A later merge of the same pair takes the place of the earlier.
  void insert(std::int32_t left, std::int32_t right, merge m) {
    const std::uint64_t key = key_of(left, right);
    std::size_t at = home(key);
    while (slots_[at].key != free && slots_[at].key != key) at = (at + 1) & (slots_.size() - 1);
    slots_[at] = {key, m};
  }
  merge find(std::int32_t left, std::int32_t right) const {
    const std::uint64_t key = key_of(left, right);
    for (std::size_t at = home(key);; at = (at + 1) & (slots_.size() - 1)) {
      if (slots_[at].key == key) return slots_[at].value;
      if (slots_[at].key == free) return {};
    }
  }

 private:
  static constexpr std::uint64_t free = ~std::uint64_t{0};  // ids are not negative
  struct slot {
    std::uint64_t key = free;
    merge value;
  };
  static std::uint64_t key_of(std::int32_t left, std::int32_t right) {
    return static_cast<std::uint64_t>(static_cast<std::uint32_t>(left)) << 32 | static_cast<std::uint32_t>(right);
  }
  std::size_t home(std::uint64_t key) const { return key * 0x9E3779B97F4A7C15u >> shift_; }

  int shift_;
  std::vector<slot> slots_;
};

/// What a thread merges in: kept, so that a word costs no allocation.
struct merge_room {
  struct link {
    std::int32_t before, after;
  };
  struct candidate {
    std::int32_t rank, at, result;
    bool operator>(const candidate& other) const { return rank != other.rank ? rank > other.rank : at > other.at; }
  };
  std::vector<std::int32_t> symbols;  // in: the characters of a word; out: its tokens
  std::vector<merge> next;
  std::vector<link> links;
  std::vector<candidate> queue;
};

/// Merges room.symbols as far as it goes. A few symbols are searched over and over, which is fastest; many stand in a
/// queue, so that n of them take O(n log n).
void merge_all(const merge_table& merges, merge_room& room);

}  // namespace krait::tokenizer::detail

#ifndef KRAIT_COMPILED
#include <krait/tokenizer/merge_table_impl.hpp>
#endif
