// krait/train/shared_beginnings.hpp: texts that begin alike ("What is the capital of ...") in groups, so that a
// beginning is read once and every text goes on from the state that it leaves.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <vector>

namespace krait::train {

/// Texts that are read together, shortest first: all have their first `shared` tokens in common, and no two pieces with
/// different numbers of a group have the same ones.
struct reading_piece {
  std::vector<int> texts;
  int shared = 0, group = 0;
};

namespace detail {
/// Finds the groups of texts in the order of their tokens, where alike[i] tokens are shared by the texts i and i + 1.
class beginnings {
 public:
  struct run {
    std::size_t first, last;  // of the texts in order
    int shared;
  };
  static constexpr int least = 8;  // tokens that are worth a state

  explicit beginnings(std::vector<int> alike) : alike_(std::move(alike)) {}
  /// Adds the runs in which the texts [first, last) are best read; returns the tokens that need not be read again.
  long split(std::size_t first, std::size_t last, std::vector<run>& to) const {
    if (last - first < 2) return to.push_back({first, last, 0}), 0;
    const auto begin = alike_.begin() + static_cast<std::ptrdiff_t>(first);
    const int shared = *std::min_element(begin, begin + static_cast<std::ptrdiff_t>(last - first - 1));
    const long as_one = shared < least ? 0 : shared * static_cast<long>(last - first - 1);
    const std::size_t before = to.size();
    long in_parts = 0;
    std::size_t from = first;
    for (std::size_t i = first; i < last; ++i)  // parted wherever no more is shared than by all
      if (i + 1 == last || alike_[i] == shared) {
        if (from == first && i + 1 == last) break;
        in_parts += split(from, i + 1, to);
        from = i + 1;
      }
    if (in_parts > as_one) return in_parts;
    to.resize(before);
    to.push_back({first, last, as_one > 0 ? shared : 0});
    return as_one;
  }

 private:
  std::vector<int> alike_;
};
}  // namespace detail

/// Pieces of at most `size` texts each; every text stands in one. `most`: of each text, how many tokens may lie in a
/// shared beginning.
inline std::vector<reading_piece> shared_beginnings(const std::vector<std::span<const std::int32_t>>& texts,
                                                    const std::vector<int>& most, int size) {
  std::vector<int> order(texts.size());
  std::iota(order.begin(), order.end(), 0);
  const auto text = [&](int i) { return texts[static_cast<std::size_t>(i)]; };
  std::ranges::sort(order, [&](int a, int b) {
    const auto found =
        std::lexicographical_compare_three_way(text(a).begin(), text(a).end(), text(b).begin(), text(b).end());
    return found < 0 || (found == 0 && a < b);
  });
  std::vector<int> alike;
  for (std::size_t i = 0; i + 1 < order.size(); ++i) {
    const auto one = text(order[i]), next = text(order[i + 1]);
    const auto same = std::ranges::mismatch(one, next).in1 - one.begin();
    alike.push_back(std::min({static_cast<int>(same), most[static_cast<std::size_t>(order[i])],
                              most[static_cast<std::size_t>(order[i + 1])]}));
  }
  std::vector<detail::beginnings::run> runs;
  if (!order.empty()) detail::beginnings(std::move(alike)).split(0, order.size(), runs);

  std::vector<std::vector<int>> members(1);  // by group; the first one shares nothing
  std::vector<int> shared{0};
  for (const auto& run : runs) {
    const auto of = std::span(order).subspan(run.first, run.last - run.first);
    if (run.shared > 0) members.emplace_back(), shared.push_back(run.shared);
    auto& to = run.shared > 0 ? members.back() : members.front();
    to.insert(to.end(), of.begin(), of.end());
  }
  std::vector<reading_piece> pieces;
  for (std::size_t g = 0; g < members.size(); ++g) {
    std::ranges::sort(members[g], {}, [&](int i) { return std::pair(text(i).size(), i); });
    for (std::size_t i = 0; i < members[g].size(); i += static_cast<std::size_t>(size)) {
      const auto of = std::span(members[g]).subspan(i, std::min<std::size_t>(size, members[g].size() - i));
      pieces.push_back({{of.begin(), of.end()}, shared[g], static_cast<int>(g)});
    }
  }
  return pieces;
}

}  // namespace krait::train
