// krait/tokenizer/decoder_impl.hpp: definitions of decoder.hpp.
#pragma once
#include <charconv>
#include <krait/tokenizer/byte_alphabet.hpp>
#include <krait/tokenizer/decoder.hpp>
#include <krait/tokenizer/normalizer_impl.hpp>
#include <krait/tokenizer/utf8.hpp>
#include <range/v3/range/conversion.hpp>
#include <range/v3/view/join.hpp>
#include <range/v3/view/transform.hpp>

namespace krait::tokenizer::detail {

using token_texts = std::vector<std::string>;

inline std::string joined(const token_texts& tokens) {
  return tokens | ranges::views::join | ranges::to<std::string>();
}

inline token_texts apply(from_byte_level, const token_texts& tokens, broken policy) {
  std::string bytes =
      tokens | ranges::views::transform([](const std::string& token) { return from_alphabet(token).value_or(token); }) |
      ranges::views::join | ranges::to<std::string>();
  return {policy == broken::keep ? std::move(bytes) : valid_text(bytes)};
}

inline token_texts apply(from_byte_fallback, const token_texts& tokens, broken policy) {
  token_texts result;
  std::string run;
  const auto end_run = [&] {
    if (run.empty()) return;
    if (policy == broken::keep || broken_at(run) == run.npos)
      result.push_back(run);
    else
      result.insert(result.end(), run.size(), "\xEF\xBF\xBD");
    run.clear();
  };
  for (const std::string& token : tokens) {
    unsigned byte = 0;
    const char *from = token.data() + 3, *to = token.data() + 5;
    if (token.size() == 6 && token.starts_with("<0x") && token[5] == '>' &&
        std::from_chars(from, to, byte, 16).ptr == to) {
      run += static_cast<char>(byte);
    } else {
      end_run();
      result.push_back(token);
    }
  }
  end_run();
  return result;
}

inline token_texts apply(fuse, const token_texts& tokens, broken) { return {joined(tokens)}; }

inline token_texts apply(const strip_token& step, token_texts tokens, broken) {
  std::string c;
  add_point(c, step.character);
  for (std::string& token : tokens) {
    for (std::size_t i = 0; i < step.start && token.starts_with(c); ++i) token.erase(0, c.size());
    for (std::size_t i = 0; i < step.stop && token.ends_with(c); ++i) token.resize(token.size() - c.size());
  }
  return tokens;
}

inline token_texts apply(const replace_text& step, token_texts tokens, broken) {
  for (std::string& token : tokens) token = replaced(token, step);
  return tokens;
}

inline token_texts apply(const metaspace& step, token_texts tokens, broken) {
  for (bool first = true; std::string & token : tokens) {
    token = replaced(token, {step.mark, first && step.prepend != metaspace::prepend::never ? "" : " "});
    first = false;
  }
  return tokens;
}

inline token_texts apply(const word_ends& step, token_texts tokens, broken) {
  for (std::string& token : tokens) token = replaced(token, {step.suffix, &token == &tokens.back() ? "" : " "});
  return tokens;
}

KRAIT_INLINE std::string decode(const std::vector<decoder_step>& steps, token_texts tokens, broken policy) {
  for (const decoder_step& step : steps)
    tokens = std::visit([&](const auto& s) { return apply(s, std::move(tokens), policy); }, step);
  return joined(tokens);
}

}  // namespace krait::tokenizer::detail
