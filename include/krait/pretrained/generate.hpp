// krait/pretrained/generate.hpp: a prompt to text: read in one go, then token by token, given out as it is written.
#pragma once
#include <algorithm>
#include <cstdint>
#include <krait/core/error.hpp>
#include <krait/pretrained/sampling.hpp>
#include <krait/tokenizer/pipeline.hpp>
#include <krait/tokenizer/stream.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace krait::pretrained {

struct generation {
  int tokens = 100;  // at most
  sampling how = {};
  std::uint64_t seed = 0;               // token i is drawn at draw{seed, stream("generate"), i}
  std::vector<std::int32_t> ends = {};  // a text ends before one of these ids
  std::vector<std::string> stops = {};  // and before one of these texts
};

/// The ids that follow what `writer` has read; calls each(id) as they come, which may return false to end there. An id
/// of `ends` is not among them, and is not read.
template <class Writer, class Each>
std::vector<std::int32_t> write_on(Writer& writer, const generation& g, std::vector<std::int32_t> before, Each&& each) {
  std::vector<std::int32_t> written;
  for (int i = 0; i < g.tokens; ++i) {
    const std::int32_t id =
        choose(writer.next(), before, g.how, draw{g.seed, stream("generate"), static_cast<std::uint64_t>(i)});
    if (std::ranges::find(g.ends, id) != g.ends.end()) break;
    written.push_back(id);
    before.push_back(id);
    if (!each(id)) break;
    if (i + 1 < g.tokens) writer.read({&id, 1});
  }
  return written;
}

/// Text that is held back while it may be the beginning of a stop string.
class stop_filter {
 public:
  explicit stop_filter(const std::vector<std::string>& stops) : stops_(stops) {}
  /// What may be shown by now; stopped() afterwards says whether the text ends there.
  std::string add(std::string_view text) {
    held_ += text;
    std::size_t first = std::string::npos;
    for (const auto& stop : stops_)
      if (!stop.empty()) first = std::min(first, held_.find(stop));
    stopped_ = first != std::string::npos;
    if (stopped_) return std::exchange(held_, {}).substr(0, first);
    std::size_t hold = 0;
    for (const auto& stop : stops_)
      for (std::size_t n = std::min(stop.size(), held_.size()); n > hold; --n)
        if (held_.ends_with(std::string_view(stop).substr(0, n))) hold = n;
    std::string shown = held_.substr(0, held_.size() - hold);
    held_.erase(0, shown.size());
    return shown;
  }
  bool stopped() const { return stopped_; }
  std::string finish() { return stopped_ ? std::string{} : std::exchange(held_, {}); }

 private:
  const std::vector<std::string>& stops_;
  std::string held_;
  bool stopped_ = false;
};

/// The text that follows a prompt; show(text) is called with every piece of it as soon as it is whole. `writer` begins
/// anew. Throws data_error for a prompt of no tokens, or a token that the model has not.
template <class Writer, class Show>
std::string complete(Writer& writer, const tokenizer::pipeline& tokens, std::string_view prompt, const generation& g,
                     Show&& show) {
  check(g.how);
  const auto read = tokens.encode(prompt);
  if (read.empty()) throw data_error("The prompt is empty, so there is nothing to go on from; give it a word.");
  writer.forget();
  writer.read(read);
  std::string text;
  const auto give = [&](std::string piece) {
    if (piece.empty()) return;
    text += piece;
    show(piece);
  };
  tokenizer::text_stream whole(tokens);
  stop_filter stops(g.stops);
  write_on(writer, g, read, [&](std::int32_t id) {
    give(stops.add(whole.add(id)));
    return !stops.stopped();
  });
  if (!stops.stopped()) give(stops.add(whole.finish()));
  give(stops.finish());
  return text;
}

}  // namespace krait::pretrained
