// krait/tokenizer/read_json_impl.hpp: a tokenizer.json as the parts of a pipeline. Whatever is not understood is named.
#pragma once
#include <krait/tokenizer/pipeline_impl.hpp>
#include <nlohmann/json.hpp>

namespace krait::tokenizer::detail {
using nlohmann::json;

/// A field, or `fallback` where it is absent or null. Throws data_error where it is of another type.
template <class T> T field(const json& object, const char* name, T fallback) {
  const auto found = object.is_object() ? object.find(name) : object.end();
  if (found == object.end() || found->is_null()) return fallback;
  const auto fits = [&] {
    if constexpr (std::is_same_v<T, bool>) return found->is_boolean();
    if constexpr (std::is_same_v<T, std::string>) return found->is_string();
    return found->is_number_integer() && *found >= 0 && *found < most_tokens;
  };
  if (!fits()) throw data_error("its field " + std::string(name) + " is " + shown(found->dump().substr(0, 40)));
  return found->get<T>();
}

inline const json& part(const json& object, const char* name) {
  static const json nothing;
  const auto found = object.is_object() ? object.find(name) : object.end();
  return found == object.end() ? nothing : *found;
}

inline std::string type_of(const json& object, const char* role) {
  const auto type = field(object, "type", std::string());
  if (type.empty()) throw data_error("its " + std::string(role) + " has no type");
  return type;
}

[[noreturn]] inline void unsupported(const std::string& what) { throw data_error(what + ", which is not supported"); }

/// The steps of a Sequence, or the one step itself, in turn.
template <class Step>
void each_step(const json& object, const char* role, const char* members, Step step, int depth = 0) {
  if (object.is_null()) return;
  const std::string type = type_of(object, role);
  if (type != "Sequence") return step(object, type);
  if (depth == 8) unsupported("its " + std::string(role) + " holds Sequences in Sequences in Sequences");
  const json& all = part(object, members);
  if (!all.is_array()) throw data_error("its " + std::string(role) + " is a Sequence without " + members);
  for (const json& one : all) each_step(one, role, members, step, depth + 1);
}

inline std::variant<std::string, regex> read_pattern(const json& object) {
  const json& pattern = part(object, "pattern");
  if (pattern.is_object() && pattern.contains("Regex")) return regex(field(pattern, "Regex", std::string()));
  if (!pattern.is_object() || !pattern.contains("String"))
    throw data_error("one of its patterns is no String and no Regex");
  return field(pattern, "String", std::string());
}

inline replace_text read_replace(const json& object) {
  return {read_pattern(object), field(object, "content", std::string())};
}

inline void read_normalizer(const json& object, std::vector<normalizer_step>& to) {
  each_step(object, "normalizer", "normalizers", [&](const json& step, const std::string& type) {
    if (type == "NFC")
      to.push_back(normal_form::nfc);
    else if (type == "NFD")
      to.push_back(normal_form::nfd);
    else if (type == "NFKC")
      to.push_back(normal_form::nfkc);
    else if (type == "NFKD")
      to.push_back(normal_form::nfkd);
    else if (type == "Lowercase")
      to.push_back(to_lower_case{});
    else if (type == "Strip")
      to.push_back(strip_blanks{field(step, "strip_left", true), field(step, "strip_right", true)});
    else if (type == "Prepend")
      to.push_back(prepend_text{field(step, "prepend", std::string())});
    else if (type == "Replace")
      to.push_back(read_replace(step));
    else
      unsupported("it has the normalizer " + shown(type));
  });
}

inline cut read_behaviour(const json& step, const char* fallback) {
  const auto name = field(step, "behavior", std::string(fallback));
  if (name == "Removed") return cut::removed;
  if (name == "Isolated") return cut::isolated;
  if (name == "MergedWithPrevious") return cut::with_previous;
  if (name == "MergedWithNext") return cut::with_next;
  if (name == "Contiguous") return cut::contiguous;
  unsupported("it splits with the behavior " + shown(name));
}

inline metaspace read_metaspace(const json& step) {
  const auto old = field(step, "add_prefix_space", true);
  const auto scheme = field(step, "prepend_scheme", std::string(old ? "always" : "never"));
  metaspace result{metaspace::prepend::always, field(step, "split", true),
                   field(step, "replacement", std::string(space_mark))};
  if (scheme == "never")
    result.prepend = metaspace::prepend::never;
  else if (scheme == "first")
    result.prepend = metaspace::prepend::first;
  else if (scheme != "always")
    unsupported("its Metaspace has the prepend_scheme " + shown(scheme));
  return result;
}

inline pre_tokenizer_step read_split(const json& step) {
  const cut behaviour = read_behaviour(step, "");
  const bool invert = field(step, "invert", false);
  const json& pattern = part(part(step, "pattern"), "Regex");
  if ((behaviour == cut::isolated && !invert) || (behaviour == cut::removed && invert)) {  // these match everything
    if (pattern == gpt2_regex) return gpt2_words{};
    if (pattern == qwen_regex) return qwen_words{1};
    if (pattern == llama3_regex) return qwen_words{3};
  }
  return cut_at_text{read_pattern(step), behaviour, invert};
}

inline void read_pre_tokenizer(const json& object, pipeline::parts& to) {
  auto& steps = to.pre_tokenizer;
  each_step(object, "pre_tokenizer", "pretokenizers", [&](const json& step, const std::string& type) {
    if (to.byte_level) unsupported("it has the pre_tokenizer " + shown(type) + " behind ByteLevel");
    if (type == "ByteLevel") {
      to.byte_level = true;
      if (field(step, "add_prefix_space", true)) steps.push_back(prefix_space{});
      if (field(step, "use_regex", true)) steps.push_back(gpt2_words{});
    } else if (type == "Split")
      steps.push_back(read_split(step));
    else if (type == "Metaspace")
      steps.push_back(read_metaspace(step));
    else if (type == "Digits")
      steps.push_back(
          cut_at{cut_at::numbers, field(step, "individual_digits", false) ? cut::isolated : cut::contiguous});
    else if (type == "Punctuation")
      steps.push_back(cut_at{cut_at::punctuation, read_behaviour(step, "Isolated")});
    else if (type == "Whitespace")
      steps.push_back(cut_at{cut_at::words_or_signs, cut::removed});
    else if (type == "WhitespaceSplit")
      steps.push_back(cut_at{cut_at::blanks, cut::removed});
    else if (type == "CharDelimiterSplit")
      steps.push_back(cut_at_text{field(step, "delimiter", std::string()), cut::removed, false});
    else
      unsupported("it has the pre_tokenizer " + shown(type));
  });
}

inline void read_decoder(const json& object, pipeline::parts& to) {
  to.spaced = object.is_null();
  each_step(object, "decoder", "decoders", [&](const json& step, const std::string& type) {
    if (type == "ByteLevel")
      to.decoder.push_back(from_byte_level{});
    else if (type == "ByteFallback")
      to.decoder.push_back(from_byte_fallback{});
    else if (type == "Fuse")
      to.decoder.push_back(fuse{});
    else if (type == "Replace")
      to.decoder.push_back(read_replace(step));
    else if (type == "Metaspace")
      to.decoder.push_back(read_metaspace(step));
    else if (type == "BPEDecoder")
      to.decoder.push_back(word_ends{field(step, "suffix", std::string("</w>"))});
    else if (type == "Strip") {
      const auto content = field(step, "content", std::string());
      if (content.empty() || piece_at(content, 0).length != content.size())
        throw data_error("its decoder Strip has the content " + shown(content) + ", which is not one character");
      const char* p = content.data();
      const auto count = [&](const char* name) { return static_cast<std::size_t>(field(step, name, std::int32_t{0})); };
      to.decoder.push_back(strip_token{next_point(p), count("start"), count("stop")});
    } else
      unsupported("it has the decoder " + shown(type));
  });
}

inline void read_template(const json& step, pipeline::parts& to) {
  const json& single = part(step, "single");
  if (!single.is_array()) throw data_error("its TemplateProcessing has no list \"single\"");
  std::vector<std::int32_t> before, after;
  int sequences = 0;
  for (const json& piece : single) {
    if (part(piece, "Sequence").is_object()) {
      ++sequences;
      continue;
    }
    const auto name = field(part(piece, "SpecialToken"), "id", std::string());
    const json& ids = part(part(part(step, "special_tokens"), name.c_str()), "ids");
    if (!ids.is_array())
      throw data_error("its TemplateProcessing uses the special token " + shown(name) + " without ids");
    for (const json& id : ids)
      (sequences ? after : before).push_back(field(json{{"ids", id}}, "ids", std::int32_t{-1}));
  }
  if (sequences != 1) unsupported("its TemplateProcessing names the text " + std::to_string(sequences) + " times");
  to.before.insert(to.before.begin(), before.begin(), before.end());
  to.after.insert(to.after.end(), after.begin(), after.end());
}

inline void read_post_processor(const json& object, pipeline::parts& to) {
  each_step(object, "post_processor", "processors", [&](const json& step, const std::string& type) {
    if (type == "ByteLevel") return;  // moves offsets only
    if (type == "TemplateProcessing") return read_template(step, to);
    if (type != "RobertaProcessing" && type != "BertProcessing")
      unsupported("it has the post_processor " + shown(type));
    const auto id = [&](const char* name) {
      const json& pair = part(step, name);
      if (!pair.is_array() || pair.size() != 2)
        throw data_error("its post_processor has no pair \"" + std::string(name) + '"');
      return field(json{{"id", pair[1]}}, "id", std::int32_t{-1});
    };
    to.before.insert(to.before.begin(), id("cls"));
    to.after.push_back(id("sep"));
  });
}

inline std::pair<std::string, std::string> read_merge(const json& merge, std::size_t place) {
  const auto bad = [&]() -> data_error {
    return data_error("its merge " + std::to_string(place) + " is " + shown(merge.dump().substr(0, 40)) +
                      ", not two tokens");
  };
  if (merge.is_array()) {
    if (merge.size() != 2 || !merge[0].is_string() || !merge[1].is_string()) throw bad();
    return {merge[0].get<std::string>(), merge[1].get<std::string>()};
  }
  if (!merge.is_string()) throw bad();
  const auto& text = merge.get_ref<const std::string&>();
  const auto space = text.find(' ');
  if (space == text.npos || text.find(' ', space + 1) != text.npos) throw bad();
  return {text.substr(0, space), text.substr(space + 1)};
}

inline merge_model_config read_model(const json& model) {
  if (!model.is_object()) throw data_error("it has no model");
  const auto type = field(model, "type", std::string(part(model, "merges").is_array() ? "BPE" : "unknown"));
  if (type != "BPE") unsupported("its model is of the type " + shown(type));
  const json& dropout = part(model, "dropout");
  if (!dropout.is_null() && dropout != 0) unsupported("its model has the dropout " + dropout.dump().substr(0, 40));
  const json &vocabulary = part(model, "vocab"), &merges = part(model, "merges");
  if (!vocabulary.is_object() || !merges.is_array())
    throw data_error("its model has no table \"vocab\" or no list \"merges\"");
  merge_model_config c;
  c.vocabulary.reserve(vocabulary.size());
  for (const auto& [token, id] : vocabulary.items()) {
    if (!id.is_number_integer() || id < 0 || id >= most_tokens)
      throw data_error("the id of its token " + shown(token) + " is " + shown(id.dump().substr(0, 40)));
    c.vocabulary.emplace_back(token, id.get<std::int32_t>());
  }
  c.merges.reserve(merges.size());
  for (const json& merge : merges)
    if (!merge.is_string() || !merge.get_ref<const std::string&>().starts_with("#version"))
      c.merges.push_back(read_merge(merge, c.merges.size() + 1));
  if (const auto unknown = field(model, "unk_token", std::string()); !part(model, "unk_token").is_null())
    c.unknown = unknown;
  c.prefix = field(model, "continuing_subword_prefix", std::string());
  c.suffix = field(model, "end_of_word_suffix", std::string());
  c.byte_fallback = field(model, "byte_fallback", false);
  c.fuse_unknown = field(model, "fuse_unk", false);
  c.ignore_merges = field(model, "ignore_merges", false);
  return c;
}

/// `tokenizers` numbers added tokens anew: one of the vocabulary keeps its id there, any other gets the next free one.
/// A file that says otherwise would mean one thing here and another there.
inline void read_added(const json& list, pipeline::parts& to) {
  if (list.is_null()) return;
  if (!list.is_array()) throw data_error("its added_tokens are no list");
  auto next = static_cast<std::int32_t>(to.model->size());
  to.added.reserve(list.size());
  for (const json& one : list) {
    added_token t{field(one, "content", std::string()), field(one, "id", std::int32_t{-1}),
                  field(one, "single_word", false),     field(one, "lstrip", false),
                  field(one, "rstrip", false),          field(one, "normalized", true),
                  field(one, "special", false)};
    if (t.content.empty()) throw data_error("one of its added_tokens has no content");
    const auto known = to.model->id(t.content);
    const std::int32_t expected = known ? *known : next;
    if (t.id != expected)
      throw data_error(fmt::format("its added token {} has the id {}, but would be given {} by tokenizers",
                                   shown(t.content), t.id, expected));
    if (to.added_by_content.contains(t.content))
      throw data_error("its added token " + shown(t.content) + " stands there twice");
    if (!known && to.model->token(t.id))
      throw data_error(fmt::format("its added token {} has the id {} of another token", shown(t.content), t.id));
    next = std::max(next, t.id + 1);
    to.added.push_back(std::move(t));
    to.added_by_id.emplace(to.added.back().id, &to.added.back());
    to.added_by_content.emplace(to.added.back().content, &to.added.back());
  }
  for (const bool special : {true, false})
    for (const added_token& t : to.added) {
      if (t.special != special) continue;
      std::string storage;
      if (t.normalized)
        to.in_normalised.add(t, std::string(normalise(to.normalizer, t.content, storage)));
      else
        to.in_text.add(t, t.content);
    }
}

inline void read_all(const json& file, pipeline::parts& to) {
  if (!file.is_object()) throw data_error("it is no JSON object");
  for (const auto& [name, unused] : file.items())
    if (constexpr std::array known{"version", "truncation", "padding", "added_tokens", "normalizer", "pre_tokenizer",
                                   "post_processor", "decoder", "model"};
        std::ranges::find(known, name) == known.end())
      unsupported("it has the field " + shown(name));
  for (const char* off : {"truncation", "padding"})
    if (!part(file, off).is_null()) unsupported("it has " + std::string(off) + " switched on");
  if (const auto version = field(file, "version", std::string("1.0")); version != "1.0")
    unsupported("it is of version " + shown(version));
  read_normalizer(part(file, "normalizer"), to.normalizer);
  read_pre_tokenizer(part(file, "pre_tokenizer"), to);
  read_post_processor(part(file, "post_processor"), to);
  read_decoder(part(file, "decoder"), to);
  merge_model_config model = read_model(part(file, "model"));
  model.byte_level = to.byte_level;
  to.model = std::make_unique<const merge_model>(std::move(model));
  read_added(part(file, "added_tokens"), to);
}

}  // namespace krait::tokenizer::detail

namespace krait::tokenizer {

KRAIT_INLINE pipeline pipeline::parse(std::string_view text, const std::string& origin) {
  auto made = std::make_shared<parts>();
  made->origin = origin;
  detail::json file;
  try {
    file = detail::json::parse(text);
  } catch (const detail::json::parse_error& e) {
    throw data_error(origin + " is no JSON at byte " + std::to_string(e.byte) + "; fetch it again.");
  }
  try {
    detail::read_all(file, *made);
  } catch (const data_error& e) {
    throw data_error(origin + " is no tokenizer that krait can use, for " + e.what() +
                     "; take another file or change this one.");
  }
  return pipeline(std::move(made));
}

KRAIT_INLINE pipeline pipeline::read(const std::filesystem::path& file) {
  return parse(data::read_file(file), file.string());
}

}  // namespace krait::tokenizer
