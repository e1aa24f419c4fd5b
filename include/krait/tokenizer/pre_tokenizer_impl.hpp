// krait/tokenizer/pre_tokenizer_impl.hpp: definitions of pre_tokenizer.hpp.
#pragma once
#include <cstddef>
#include <krait/tokenizer/normalizer_impl.hpp>
#include <krait/tokenizer/pre_tokenizer.hpp>
#include <krait/tokenizer/regex_impl.hpp>
#include <krait/tokenizer/split.hpp>

namespace krait::tokenizer::detail {

/// A part of a text, and whether it is one that the pattern matches.
struct part {
  std::size_t begin, end;
  bool match;
};

/// All of a text as parts, given the matches.
inline std::vector<part> parts_of(std::string_view text, const std::vector<extent>& matches) {
  std::vector<part> parts;
  std::size_t from = 0;
  for (const extent& m : matches) {
    if (from != m.begin) parts.push_back({from, m.begin, false});
    parts.push_back({m.begin, m.end, true});
    from = m.end;
  }
  if (from != text.size()) parts.push_back({from, text.size(), false});
  return parts;
}

inline std::vector<extent> behave(const std::vector<part>& parts, cut behaviour) {
  std::vector<extent> words;
  bool before = false;  // whether the part before was a match
  switch (behaviour) {
    case cut::removed:
      for (const part& p : parts)
        if (!p.match) words.push_back({p.begin, p.end});
      break;
    case cut::isolated:
      for (const part& p : parts) words.push_back({p.begin, p.end});
      break;
    case cut::with_previous:
      for (const part& p : parts) {
        if (p.match && !before && !words.empty())
          words.back().end = p.end;
        else
          words.push_back({p.begin, p.end});
        before = p.match;
      }
      break;
    case cut::with_next: {
      std::vector<extent> backwards;
      for (auto p = parts.rbegin(); p != parts.rend(); before = p->match, ++p) {
        if (p->match && !before && !backwards.empty())
          backwards.back().begin = p->begin;
        else
          backwards.push_back({p->begin, p->end});
      }
      words.assign(backwards.rbegin(), backwards.rend());
      break;
    }
    case cut::contiguous:
      for (const part& p : parts) {
        if (p.match == before && !words.empty())
          words.back().end = p.end;
        else
          words.push_back({p.begin, p.end});
        before = p.match;
      }
      break;
  }
  return words;
}

/// Every character of the kind; for words_or_signs every run of word characters and every run of other ones, blanks
/// left out.
inline std::vector<extent> find_all(std::string_view text, cut_at::what_kind kind) {
  std::vector<extent> found;
  int before = 0;
  for (const char *begin = text.data(), *p = begin, *end = p + text.size(); p < end;) {
    const auto from = static_cast<std::size_t>(p - begin);
    const std::uint8_t bits = character_table()[next_point(p)];
    const auto to = static_cast<std::size_t>(p - begin);
    int now = 0;
    switch (kind) {
      case cut_at::blanks:
        now = bits & space;
        break;
      case cut_at::punctuation:
        now = bits & detail::punctuation;
        break;
      case cut_at::numbers:
        now = bits & number;
        break;
      case cut_at::words_or_signs:
        now = bits & word ? 1 : bits & space ? 0 : 2;
        break;
    }
    if (now && kind == cut_at::words_or_signs && now == before)
      found.back().end = to;
    else if (now)
      found.push_back({from, to});
    before = now;
  }
  return found;
}

struct word_cutter {
  void (*word)(void*, std::string_view);
  void* context;
  const std::vector<pre_tokenizer_step>& steps;

  void go_on(std::size_t step, std::string_view text, bool at_start) const {
    if (text.empty()) return;
    if (step == steps.size()) return word(context, text);
    std::visit([&](const auto& s) { apply(s, step + 1, text, at_start); }, steps[step]);
  }

  void apply(gpt2_words, std::size_t next, std::string_view text, bool at_start) const {
    const word_scanner scan(text.data() + text.size());
    each(next, text, at_start, [&](const char* p) { return scan.gpt2(p); });
  }
  void apply(qwen_words s, std::size_t next, std::string_view text, bool at_start) const {
    const word_scanner scan(text.data() + text.size());
    each(next, text, at_start, [&](const char* p) { return scan.qwen(p, s.digits); });
  }
  void apply(prefix_space, std::size_t next, std::string_view text, bool at_start) const {
    if (text.front() == ' ') return go_on(next, text, at_start);
    go_on(next, ' ' + std::string(text), at_start);
  }
  void apply(const cut_at& s, std::size_t next, std::string_view text, bool at_start) const {
    auto parts = parts_of(text, find_all(text, s.kind));
    if (s.kind == cut_at::words_or_signs)
      for (part& p : parts) p.match = !p.match;
    each(next, text, at_start, behave(parts, s.behaviour));
  }
  void apply(const cut_at_text& s, std::size_t next, std::string_view text, bool at_start) const {
    auto parts = parts_of(text, find_all(text, s.pattern));
    if (s.invert)
      for (part& p : parts) p.match = !p.match;
    each(next, text, at_start, behave(parts, s.behaviour));
  }
  void apply(const metaspace& s, std::size_t next, std::string_view text, bool at_start) const {
    std::string marked = replaced(text, {" ", s.mark});
    const bool prepend =
        s.prepend == metaspace::prepend::always || (s.prepend == metaspace::prepend::first && at_start);
    if (prepend && !marked.starts_with(s.mark)) marked.insert(0, s.mark);
    if (!s.split) return go_on(next, marked, at_start);
    each(next, marked, at_start, behave(parts_of(marked, find_all(marked, s.mark)), cut::with_next));
  }

  void each(std::size_t next, std::string_view text, bool at_start, const std::vector<extent>& words) const {
    for (const extent& w : words) go_on(next, text.substr(w.begin, w.end - w.begin), at_start && w.begin == 0);
  }
  template <class Scan> void each(std::size_t next, std::string_view text, bool at_start, Scan scan) const {
    for (const char *p = text.data(), *end = p + text.size(); p < end;) {
      const char* stop = scan(p);
      const std::string_view found(p, static_cast<std::size_t>(stop - p));
      if (next == steps.size())
        word(context, found);
      else
        go_on(next, found, at_start && p == text.data());
      p = stop;
    }
  }
};

KRAIT_INLINE void cut_words(const std::vector<pre_tokenizer_step>& steps, std::string_view text, bool at_start,
                            void (*word)(void*, std::string_view), void* context) {
  word_cutter{word, context, steps}.go_on(0, text, at_start);
}

}  // namespace krait::tokenizer::detail
