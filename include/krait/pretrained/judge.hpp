// krait/pretrained/judge.hpp: metrics whose judge is a language model: any causal model with a checkpoint. The noise
// study (arXiv:2407.00996) has Gemma 1.1 7B say Yes or No to each answer.
#pragma once
#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <krait/core/error.hpp>
#include <krait/core/fixed_string.hpp>
#include <krait/pretrained/read.hpp>
#include <krait/pretrained/score.hpp>
#include <krait/pretrained/writer.hpp>
#include <krait/tokenizer/bpe.hpp>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace krait::pretrained {

/// The log-probability, in nats, of each token of `text` that follows `before`; a token that reaches over the seam is
/// the first of them. Empty where there is no such token. `writer` begins anew.
template <class Writer>
std::vector<double> log_likelihoods_behind(Writer& writer, const tokenizer::pipeline& tokens, const std::string& before,
                                           const std::string& text) {
  const auto first = tokens.encode(before), whole = tokens.encode(before + text);
  const auto same = std::ranges::mismatch(first, whole).in2 - whole.begin();
  auto all = log_likelihoods(writer, whole);  // [i] of token i + 1
  all.erase(all.begin(),
            all.begin() + std::clamp<std::ptrdiff_t>(same - 1, 0, static_cast<std::ptrdiff_t>(all.size())));
  return all;
}

/// A judge's weights and tokenizer, once for the whole program: from the folder `Folder` in that of --data, which holds
/// config.json, safetensors and tokenizer.json. Length: most tokens of what it reads, for a model with attention.
template <class Model, fixed_string<> Folder, int Length> class judge_of {
 public:
  /// Throws file_error or data_error, which say what is missing or does not fit.
  static void read(const std::filesystem::path& folder) {
    const auto from = folder / std::string(Folder.view());
    if (!std::filesystem::is_regular_file(from / "config.json"))
      throw file_error(from.string() +
                       " holds no config.json; put the judge's checkpoint and its tokenizer.json there, "
                       "in the folder of --data.");
    auto tokens = tokenizer::pipeline::read(from / "tokenizer.json");
    tokenizer::check_vocabulary(tokens, Model::vocabulary);
    loaded() = std::make_unique<parts>(std::move(tokens), pretrained::read<Model>(from));
  }
  /// As above. Throws data_error before read().
  static std::vector<double> behind(const std::string& before, const std::string& text) {
    if (!loaded()) throw data_error("The judge has not been read yet; call krait::read_files<metrics>(folder) before.");
    const std::lock_guard one_at_a_time(loaded()->lock);
    return log_likelihoods_behind(loaded()->mind, loaded()->tokens, before, text);
  }

 private:
  struct parts {
    tokenizer::pipeline tokens;
    heap<typename Model::template weights<float>> weights;
    writer<Model, Length> mind;
    std::mutex lock;
    parts(tokenizer::pipeline t, heap<typename Model::template weights<float>> w)
        : tokens(std::move(t)), weights(std::move(w)), mind(*weights) {}
  };
  static std::unique_ptr<parts>& loaded() {
    static std::unique_ptr<parts> all;
    return all;
  }
};

/// A metric: the share of answers of which the judge finds "Yes" likelier than "No" when it is asked whether they say
/// the same as the truth. Needs krait::read_files before.
template <class Model, fixed_string<> Folder = "judge", int Length = 2048> struct judge {
  static constexpr std::string_view name = "judge";
  using mind = judge_of<Model, Folder, Length>;
  static void read(const std::filesystem::path& folder) { mind::read(folder); }

  static std::string prompt(std::string_view question, std::string_view answer, std::string_view truth) {
    return "Does the answer given say the same as the right answer? Say Yes or No.\nQuestion: " +
           std::string(question) + "\nRight answer: " + std::string(truth) + "\nAnswer given: " + std::string(answer) +
           "\nThe same:";
  }
  void add(std::string_view question, std::string_view answer, std::string_view truth) {
    const std::string asked = prompt(question, answer, truth);
    yes += total(mind::behind(asked, " Yes")) > total(mind::behind(asked, " No"));
    ++answers;
  }
  void merge(const judge& other) { yes += other.yes, answers += other.answers; }
  double value() const { return answers ? static_cast<double>(yes) / static_cast<double>(answers) : 0; }
  long yes = 0, answers = 0;

 private:
  static double total(const std::vector<double>& of) {
    double sum = 0;
    for (const double one : of) sum += one;
    return sum;
  }
};

/// A metric that needs no instruction of its judge: how likely an answer is behind its question, a mean over answers of
/// nats a token; an answer of no token is left out.
template <class Model, fixed_string<> Folder = "judge", int Length = 2048> struct judged_likelihood {
  static constexpr std::string_view name = "judged_likelihood";
  using mind = judge_of<Model, Folder, Length>;
  static void read(const std::filesystem::path& folder) { mind::read(folder); }

  void add(std::string_view question, std::string_view answer, std::string_view) {
    const auto tokens =
        answer.empty() ? std::vector<double>{}
                       : mind::behind("Question: " + std::string(question) + "\nAnswer:", " " + std::string(answer));
    if (tokens.empty()) {
      ++left_out;
      return;
    }
    double of_this = 0;
    for (const double one : tokens) of_this += one / static_cast<double>(tokens.size());
    sum += of_this, ++answers;
  }
  void merge(const judged_likelihood& other) { sum += other.sum, answers += other.answers, left_out += other.left_out; }
  double value() const { return answers ? sum / static_cast<double>(answers) : 0; }
  double sum = 0;
  long answers = 0, left_out = 0;
};

}  // namespace krait::pretrained
