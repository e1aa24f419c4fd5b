// krait/tokenizer/merge_table_impl.hpp: definitions of merge_table.hpp.
#pragma once
#include <algorithm>
#include <functional>
#include <krait/core/error.hpp>
#include <krait/tokenizer/merge_table.hpp>
#include <limits>
#include <string>

namespace krait::tokenizer::detail {

inline void merge_few(const merge_table& merges, merge_room& room) {
  auto& ids = room.symbols;
  auto& next = room.next;  // next[i]: of ids[i] and ids[i + 1]
  std::size_t n = ids.size();
  next.resize(n);
  for (std::size_t i = 0; i + 1 < n; ++i) next[i] = merges.find(ids[i], ids[i + 1]);
  while (n > 1) {
    std::size_t best = n;
    std::int32_t rank = std::numeric_limits<std::int32_t>::max();
    for (std::size_t i = 0; i + 1 < n; ++i)
      if (next[i].rank >= 0 && next[i].rank < rank) rank = next[i].rank, best = i;
    if (best == n) break;
    ids[best] = next[best].result;
    std::copy(ids.begin() + static_cast<std::ptrdiff_t>(best) + 2, ids.begin() + static_cast<std::ptrdiff_t>(n),
              ids.begin() + static_cast<std::ptrdiff_t>(best) + 1);
    std::copy(next.begin() + static_cast<std::ptrdiff_t>(best) + 2, next.begin() + static_cast<std::ptrdiff_t>(n),
              next.begin() + static_cast<std::ptrdiff_t>(best) + 1);
    --n;
    if (best + 1 < n) next[best] = merges.find(ids[best], ids[best + 1]);
    if (best > 0) next[best - 1] = merges.find(ids[best - 1], ids[best]);
  }
  ids.resize(n);
}

inline void merge_many(const merge_table& merges, merge_room& room) {
  auto& ids = room.symbols;  // clang 14 takes no structured bindings into a lambda
  auto& links = room.links;
  auto& queue = room.queue;
  const auto n = static_cast<std::int32_t>(ids.size());
  links.resize(ids.size());
  queue.clear();
  const auto index = [](std::int32_t i) { return static_cast<std::size_t>(i); };
  for (std::int32_t i = 0; i < n; ++i) {
    links[index(i)] = {i - 1, i + 1 < n ? i + 1 : -1};
    if (i + 1 == n) continue;
    if (const merge m = merges.find(ids[index(i)], ids[index(i) + 1]); m.rank >= 0)
      queue.push_back({m.rank, i, m.result});
  }
  std::ranges::make_heap(queue, std::greater<>{});
  const auto propose = [&](std::int32_t i) {
    if (i < 0 || links[index(i)].after < 0) return;
    const merge m = merges.find(ids[index(i)], ids[index(links[index(i)].after)]);
    if (m.rank < 0) return;
    queue.push_back({m.rank, i, m.result});
    std::ranges::push_heap(queue, std::greater<>{});
  };
  while (!queue.empty()) {
    std::ranges::pop_heap(queue, std::greater<>{});
    const auto [rank, at, result] = queue.back();
    queue.pop_back();
    const std::int32_t gone = ids[index(at)] < 0 ? -1 : links[index(at)].after;
    // Out of date where one of the two has been merged otherwise since.
    if (gone < 0 || merges.find(ids[index(at)], ids[index(gone)]).result != result) continue;
    ids[index(at)] = result;
    ids[index(gone)] = -1;
    links[index(at)].after = links[index(gone)].after;
    if (links[index(at)].after >= 0) links[index(links[index(at)].after)].before = at;
    propose(links[index(at)].before);
    propose(at);
  }
  std::erase(ids, -1);
}

KRAIT_INLINE void merge_all(const merge_table& merges, merge_room& room) {
  constexpr std::size_t few = 48;
  if (room.symbols.size() > std::size_t{std::numeric_limits<std::int32_t>::max()})
    throw data_error("A word of " + std::to_string(room.symbols.size()) +
                     " characters is longer than tokens are merged in; split the text.");
  room.symbols.size() <= few ? merge_few(merges, room) : merge_many(merges, room);
}

}  // namespace krait::tokenizer::detail
