// krait/tokenizer/word_cache.hpp: the tokens of words that came before. Most words of a text did.
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <vector>

namespace krait::tokenizer::detail {

/// An open hash table over two flat arenas, emptied when it is full: bounded, whatever the text.
class word_cache {
 public:
  static constexpr std::size_t longest = 128;  // bytes; longer words do not come again

  static std::uint64_t hash(std::string_view word) {
    const auto load = [&](std::size_t at, std::size_t n) {
      std::uint64_t bytes = 0;
      std::memcpy(&bytes, word.data() + at, n);
      return bytes;
    };
    const auto mix = [](std::uint64_t h, std::uint64_t v) {
      h = (h ^ v) * 0x9E3779B97F4A7C15u;
      return h ^ h >> 32;
    };
    const std::size_t n = word.size();
    std::uint64_t h = n;
    if (n >= 8) {
      for (std::size_t i = 0; i + 8 < n; i += 8) h = mix(h, load(i, 8));
      return mix(h, load(n - 8, 8));
    }
    if (n >= 4) return mix(h, load(0, 4) | load(n - 4, 4) << 32);
    // One to three bytes, without a loop: first, middle, last.
    return mix(h, load(0, 1) | load(n / 2, 1) << 8 | load(n - 1, 1) << 16);
  }

  /// The tokens of a word, or false. `h` is its hash. Words are not empty.
  bool find(std::string_view word, std::uint64_t h, std::vector<std::int32_t>& ids) const {
    for (std::size_t at = h & mask_;; at = (at + 1) & mask_) {
      const slot& s = slots_[at];
      if (s.length == 0) return false;
      if (s.hash == h && s.length == word.size() && !std::memcmp(bytes_.data() + s.word, word.data(), word.size())) {
        if (s.count == 1)
          ids.push_back(tokens_[s.tokens]);
        else
          ids.insert(ids.end(), tokens_.begin() + s.tokens, tokens_.begin() + s.tokens + s.count);
        return true;
      }
    }
  }
  void insert(std::string_view word, std::uint64_t h, std::span<const std::int32_t> ids) {
    if (2 * used_ >= slots_.size()) used_ == most ? clear() : grow();
    std::size_t at = h & mask_;
    while (slots_[at].length) at = (at + 1) & mask_;
    slots_[at] = {h, static_cast<std::uint32_t>(bytes_.size()), static_cast<std::uint32_t>(tokens_.size()),
                  static_cast<std::uint16_t>(word.size()), static_cast<std::uint16_t>(ids.size())};
    bytes_.insert(bytes_.end(), word.begin(), word.end());
    tokens_.insert(tokens_.end(), ids.begin(), ids.end());
    ++used_;
  }

 private:
  static constexpr std::size_t most = std::size_t{1} << 17;
  struct slot {
    std::uint64_t hash = 0;
    std::uint32_t word = 0, tokens = 0;
    std::uint16_t length = 0, count = 0;
  };
  void grow() {
    std::vector<slot> old(2 * slots_.size());
    old.swap(slots_);
    mask_ = slots_.size() - 1;
    for (const slot& s : old) {
      if (!s.length) continue;
      std::size_t at = s.hash & mask_;
      while (slots_[at].length) at = (at + 1) & mask_;
      slots_[at] = s;
    }
  }
  void clear() {
    slots_.assign(slots_.size(), {});
    bytes_.clear();
    tokens_.clear();
    used_ = 0;
  }

  std::vector<slot> slots_ = std::vector<slot>(1024);
  std::size_t mask_ = slots_.size() - 1, used_ = 0;
  std::vector<char> bytes_;
  std::vector<std::int32_t> tokens_;
};

}  // namespace krait::tokenizer::detail
