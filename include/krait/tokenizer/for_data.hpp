// krait/tokenizer/for_data.hpp: a tokenizer.json as the tokenizer of a data policy (data/tokenizer.hpp).
#pragma once
#include <cstdint>
#include <filesystem>
#include <krait/core/error.hpp>
#include <krait/data/tokenizer.hpp>
#include <krait/tokenizer/pipeline.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace krait::tokenizer {

/// For models of `Vocabulary` ids. The four ids behind the file's own are pad, begin, end and separator, so that no
/// text has them, whatever stands in it: a model needs four more than the file has tokens.
///   static data_tokenizer tokens(folder) { return data_tokenizer(folder / "tokenizer.json"); }
template <int Vocabulary> class for_data {
 public:
  static constexpr int vocabulary = Vocabulary;

  /// Throws as pipeline::read, and data_error where the ids do not fit into the vocabulary.
  explicit for_data(const std::filesystem::path& file) : for_data(pipeline::read(file)) {}
  explicit for_data(pipeline of)
      : pipeline_(std::move(of)), pad(pipeline_.bound()), begin(pad + 1), end(pad + 2), separator(pad + 3) {
    if (separator >= Vocabulary)
      throw data_error(pipeline_.origin() + " has " + std::to_string(pad) + " ids, and with four special ones " +
                       std::to_string(separator + 1) + " are too many for a vocabulary of " +
                       std::to_string(Vocabulary) + "; give the model a greater one.");
  }

  /// Added tokens are found in the text; nothing is put around it. Throws data_error where it is not UTF-8.
  void append(std::string_view text, std::vector<std::int32_t>& ids) const { pipeline_.append(text, ids); }

  /// Text up to the first `end`. Ids that no text has, which only a model that errs puts there, become U+FFFD.
  std::string decode(std::span<const std::int32_t> ids) const {
    std::string text;
    std::vector<std::int32_t> known;
    const auto write = [&] {
      text += pipeline_.decode(known, false);
      known.clear();
    };
    for (const std::int32_t id : ids) {
      if (id == end) break;
      if (id >= 0 && pipeline_.token(id)) {
        known.push_back(id);
        continue;
      }
      write();
      text += "\uFFFD";
    }
    write();
    return text;
  }

 private:
  pipeline pipeline_;

 public:
  std::int32_t pad, begin, end, separator;
};

}  // namespace krait::tokenizer
