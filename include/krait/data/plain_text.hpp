// krait/data/plain_text.hpp: running text out of plain files, in passages, so that whole passages can be held out.
// Books of Project Gutenberg lose the licence around them.
#pragma once
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <krait/core/error.hpp>
#include <krait/core/lines.hpp>
#include <krait/core/random.hpp>
#include <krait/data/compressed.hpp>
#include <krait/data/encoding.hpp>
#include <krait/data/stated_facts.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace krait::data {

struct plain_text_config {
  int passage = 1000;     // bytes that a passage has at least: whole paragraphs are taken up to there
  long most = 0;          // bytes in all, evenly from all passages; 0: any
  double held_out = .05;  // share of the passages, by chance and the same for all seeds
};

/// What a plain_text policy reads. Passages are divided by an empty line in both texts.
struct read_text {
  std::string train, held_out;
  std::size_t files = 0, passages = 0, passages_held_out = 0;
};

namespace detail {

/// Throws data_error with file and line where the text holds a control byte, as no plain text does.
inline void refuse_control_bytes(std::string_view text, const std::string& origin) {
  const auto bad = std::ranges::find_if(text, [](char c) {
    return static_cast<unsigned char>(c) < ' ' && c != '\n' && c != '\t' && c != '\r' && c != '\f';
  });
  if (bad != text.end())
    throw data_error(origin + " holds the control byte " + std::to_string(static_cast<unsigned char>(*bad)) +
                     " in line " + std::to_string(1 + std::count(text.begin(), bad, '\n')) +
                     ", as no plain text does; remove the byte or the file.");
}

/// Throws data_error with file and line where the text is no UTF-8.
inline void refuse_what_is_no_utf8(std::string_view text, const std::string& origin) {
  refuse_utf16(text, origin);
  if (is_utf8(text)) return;
  for_each_line(text, [&](std::string_view line, std::size_t number) {
    if (!is_utf8(line))
      throw data_error(origin + ", line " + std::to_string(number) +
                       " has bytes that are no UTF-8; save the file as UTF-8.");
  });
}

/// What stands between the lines "*** START OF ..." and "*** END OF ...", where there are such lines.
inline std::string_view within_licence(std::string_view text) {
  const auto start = text.find("*** START OF TH");
  if (start == std::string_view::npos) return text;
  text.remove_prefix(std::min(text.size(), text.find('\n', start)));
  return text.substr(0, text.find("*** END OF TH"));
}

/// Paragraphs, which empty lines divide, put together to passages of at least so many bytes; a shorter rest is added to
/// the last one. What goes on without an empty line for 32 times as many is divided at the end of a line.
inline void add_passages(std::string_view text, std::size_t least, std::vector<std::string>& to) {
  std::string passage, paragraph;
  const std::size_t before = to.size();
  const auto close = [&](std::string& part, std::string& whole) {
    if (part.empty()) return;
    part.pop_back();  // its last line's end
    whole += (whole.empty() ? "" : "\n\n") + part;
    part.clear();
  };
  for_each_line(text, [&](std::string_view line, std::size_t) {
    line = line.substr(0, line.find_last_not_of(" \t\r\f") + 1);
    if (!line.empty()) {
      paragraph += std::string(line) + '\n';
      if (paragraph.size() < 32 * least) return;
    }
    close(paragraph, passage);
    if (passage.size() >= least) to.push_back(std::exchange(passage, {}));
  });
  close(paragraph, passage);
  if (passage.empty()) return;
  if (to.size() > before && passage.size() < least)
    to.back() += "\n\n" + passage;
  else
    to.push_back(std::move(passage));
}

/// Whether KRAIT_DATA names this folder, which holds data of other studies too.
inline bool is_shared(const std::filesystem::path& folder) {
  const char* shared = std::getenv("KRAIT_DATA");
  return shared != nullptr && folder == shared;
}

/// Plain files of `folder` or, first of all, of `folder`/corpus: *.txt and *.txt.xz, in capitals too, by name, with
/// those of its folders (but of what KRAIT_DATA names itself: there stand other studies' data). Hidden folders are
/// passed over.
inline std::vector<std::filesystem::path> plain_files(const std::filesystem::path& folder) {
  namespace fs = std::filesystem;
  for (const auto& place : {folder / "corpus", folder}) {
    std::vector<fs::path> found;
    std::error_code unreadable;  // counts as not there
    fs::recursive_directory_iterator entry(place, fs::directory_options::skip_permission_denied, unreadable), end;
    while (!unreadable && entry != end) {
      std::string name = entry->path().filename().string();
      std::error_code gone;
      if (entry->is_directory(gone) && (name.starts_with('.') || (place == folder && is_shared(folder))))
        entry.disable_recursion_pending();
      for (char& c : name)
        if (c >= 'A' && c <= 'Z') c += 'a' - 'A';
      if (entry->is_regular_file(gone) && (name.ends_with(".txt") || name.ends_with(".txt.xz")))
        found.push_back(entry->path());
      entry.increment(unreadable);
    }
    std::ranges::sort(found);
    if (!found.empty()) return found;
  }
  return {};
}

}  // namespace detail

/// A data policy: the .txt and .txt.xz files of --data DIR or DIR/corpus and of the folders in it. Without a folder, or
/// where KRAIT_DATA names one without such files, the sentences of the facts that come with krait. Throws file_error;
/// data_error where a file is no text, or where nothing is left on one side.
template <plain_text_config C = plain_text_config{}> struct plain_text {
  static_assert(C.passage > 0 && C.most >= 0 && C.held_out > 0 && C.held_out < 1,
                "plain_text: passage must be positive, most not negative, held_out a share between 0 and 1");
  static constexpr std::string_view name = "plain text";

  static std::string describe(const std::filesystem::path& folder) {
    return detail::plain_files(folder).empty() ? "sentences of the facts that come with krait" : "plain text files";
  }
  static read_text load(const std::filesystem::path& folder = {}) {
    std::vector<std::string> passages;
    read_text all;
    const auto files = folder.empty() ? std::vector<std::filesystem::path>{} : detail::plain_files(folder);
    for (const auto& file : files) {
      const std::string text = read_file(file);
      detail::refuse_what_is_no_utf8(text, file.string());
      detail::refuse_control_bytes(text, file.string());
      detail::add_passages(detail::within_licence(text), C.passage, passages);
    }
    all.files = files.size();
    if (files.empty()) {
      if (!folder.empty() && !detail::is_shared(folder))
        throw file_error(
            folder.string() +
            " has no .txt or .txt.xz file, nor has a folder in it; put plain text there, or give no data folder for the sentences that come with krait.");
      add_facts(passages);
    }
    if constexpr (C.most > 0) thin(passages);
    const auto by_chance = [](std::size_t i) { return uniform({0, stream("held-out passages"), i}) < C.held_out; };
    std::size_t last = passages.size();  // one at least is held out
    for (std::size_t i = 0; i < passages.size(); ++i)
      if (by_chance(i)) last = passages.size() + 1;
    if (last == passages.size()) --last;
    for (std::size_t i = 0; i < passages.size(); ++i) {
      const bool out = by_chance(i) || i == last;
      std::string& to = out ? all.held_out : all.train;
      to += (to.empty() ? "" : "\n\n") + passages[i];
      all.passages_held_out += out;
    }
    all.passages = passages.size();
    if (all.train.empty() || all.held_out.empty())
      throw data_error(
          "The text is one passage, of which none can be held out; give more of it, or divide it by empty lines.");
    return all;
  }

 private:
  static void add_facts(std::vector<std::string>& passages) {
    std::vector<std::string> sentences;
    for (const auto& kind : stated_by_kind(facts_folder({}, "statements.csv")))
      for (const auto& fact : kind)
        for (const auto& one : fact.statements) sentences.push_back(one);
    for (const auto& kind : facts_by_template(facts_folder()))
      for (const auto& pair : kind) sentences.push_back(pair.question + ' ' + pair.answer + '.');
    // In an order by chance: a kind at a time would be held out as a whole.
    std::vector<std::pair<std::uint64_t, std::size_t>> order;
    for (std::size_t i = 0; i < sentences.size(); ++i) order.emplace_back(bits({0, stream("sentences"), i}), i);
    std::ranges::sort(order);
    std::string passage;
    for (const auto& [key, i] : order) {
      passage += (passage.empty() ? "" : " ") + sentences[i];
      if (passage.size() >= static_cast<std::size_t>(C.passage)) passages.push_back(std::exchange(passage, {}));
    }
    if (!passage.empty()) passages.push_back(std::move(passage));
  }
  static void thin(std::vector<std::string>& passages) {
    std::size_t bytes = 0;
    for (const auto& one : passages) bytes += one.size();
    const auto every = static_cast<double>(bytes) / static_cast<double>(C.most);
    if (every <= 1) return;
    std::vector<std::string> some;
    for (double at = 0; at < static_cast<double>(passages.size()); at += every)
      some.push_back(std::move(passages[static_cast<std::size_t>(at)]));
    passages = std::move(some);
  }
};

}  // namespace krait::data
