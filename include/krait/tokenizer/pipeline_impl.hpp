// krait/tokenizer/pipeline_impl.hpp: definitions of pipeline.hpp; read_json_impl.hpp has what reads a file.
#pragma once
#include <krait/core/error.hpp>
#include <krait/data/compressed.hpp>
#include <krait/tokenizer/added_tokens_impl.hpp>
#include <krait/tokenizer/decoder_impl.hpp>
#include <krait/tokenizer/merge_model_impl.hpp>
#include <krait/tokenizer/normalizer_impl.hpp>
#include <krait/tokenizer/pipeline.hpp>
#include <krait/tokenizer/pre_tokenizer_impl.hpp>
#include <mutex>
#include <unordered_map>
#include <utility>

namespace krait::tokenizer {

struct pipeline::parts {
  std::string origin;
  std::unique_ptr<const detail::merge_model> model;
  std::vector<added_token> added;
  std::unordered_map<std::int32_t, const added_token*> added_by_id;
  std::unordered_map<std::string_view, const added_token*> added_by_content;
  detail::token_finder in_text, in_normalised;
  std::vector<detail::normalizer_step> normalizer;
  std::vector<detail::pre_tokenizer_step> pre_tokenizer;
  bool byte_level = false;
  std::vector<detail::decoder_step> decoder;
  bool spaced = true;                       // no decoder: tokens with spaces between them
  std::vector<std::int32_t> before, after;  // of the post-processor

  /// A room to work in that nobody else uses, given back at the end.
  class borrowed_room {
   public:
    explicit borrowed_room(parts& from) : from_(from) {
      const std::lock_guard lock(from_.free_mutex_);
      if (from_.free_rooms_.empty()) {
        room_ = std::make_unique<detail::work_room>();
      } else {
        room_ = std::move(from_.free_rooms_.back());
        from_.free_rooms_.pop_back();
      }
    }
    borrowed_room(const borrowed_room&) = delete;
    ~borrowed_room() {
      const std::lock_guard lock(from_.free_mutex_);
      if (from_.free_rooms_.size() < from_.free_rooms_.capacity()) from_.free_rooms_.push_back(std::move(room_));
    }
    detail::work_room& operator*() const { return *room_; }

   private:
    parts& from_;
    std::unique_ptr<detail::work_room> room_;
  };

  parts() { free_rooms_.reserve(256); }

 private:
  std::mutex free_mutex_;
  std::vector<std::unique_ptr<detail::work_room>> free_rooms_;
};

KRAIT_INLINE void pipeline::append(std::string_view text, std::vector<std::int32_t>& ids) const {
  if (text.empty()) return;
  if (const std::size_t at = detail::broken_at(text); at != text.npos)
    throw data_error("A text is no UTF-8 at byte " + std::to_string(at) + ", so that " + origin() +
                     " gives no ids for it; convert it.");
  struct to_ids {
    const detail::merge_model& model;
    detail::work_room& room;
    std::vector<std::int32_t>& ids;
  };
  const parts::borrowed_room room(*parts_);
  to_ids context{*parts_->model, *room, ids};
  const auto add_word = [](void* to, std::string_view word) {
    auto& [model, in, out] = *static_cast<to_ids*>(to);
    model.append(word, in, out);
  };

  std::vector<detail::text_part> outer{{text, -1}}, inner;
  if (!parts_->in_text.empty()) outer.clear(), parts_->in_text.split(text, outer);
  std::string storage;
  for (const detail::text_part& piece : outer) {
    if (piece.id >= 0) {
      ids.push_back(piece.id);
      continue;
    }
    const std::string_view normal = detail::normalise(parts_->normalizer, piece.text, storage);
    inner.clear();
    if (parts_->in_normalised.empty())
      inner.push_back({normal, -1});
    else
      parts_->in_normalised.split(normal, inner);
    for (const detail::text_part& part : inner) {
      if (part.id >= 0)
        ids.push_back(part.id);
      else
        detail::cut_words(parts_->pre_tokenizer, part.text,
                          piece.text.data() == text.data() && part.text.data() == normal.data(), add_word, &context);
    }
  }
}

KRAIT_INLINE std::vector<std::int32_t> pipeline::encode(std::string_view text, bool special) const {
  std::vector<std::int32_t> ids;
  if (special) ids = parts_->before;
  append(text, ids);
  if (special) ids.insert(ids.end(), parts_->after.begin(), parts_->after.end());
  return ids;
}

KRAIT_INLINE std::string pipeline::decode(std::span<const std::int32_t> ids, bool skip_special, broken bytes) const {
  std::vector<std::string> tokens;
  for (const std::int32_t id : ids)
    if (const auto found = token(id); found && !(skip_special && special(id))) tokens.emplace_back(*found);
  if (!parts_->spaced) return detail::decode(parts_->decoder, std::move(tokens), bytes);
  std::string text;
  for (const std::string& token : tokens) text += (&token == tokens.data() ? "" : " ") + token;
  return text;
}

KRAIT_INLINE std::optional<std::int32_t> pipeline::id(std::string_view token) const {
  const auto found = parts_->added_by_content.find(token);
  return found == parts_->added_by_content.end() ? parts_->model->id(token) : found->second->id;
}

KRAIT_INLINE std::optional<std::string_view> pipeline::token(std::int32_t id) const {
  const auto found = parts_->added_by_id.find(id);
  return found == parts_->added_by_id.end() ? parts_->model->token(id) : found->second->content;
}

KRAIT_INLINE bool pipeline::special(std::int32_t id) const {
  const auto found = parts_->added_by_id.find(id);
  return found != parts_->added_by_id.end() && found->second->special;
}

KRAIT_INLINE std::int32_t pipeline::bound() const {
  std::int32_t above = parts_->model->bound();
  for (const added_token& token : parts_->added) above = std::max(above, token.id + 1);
  return above;
}

KRAIT_INLINE const std::vector<added_token>& pipeline::added() const { return parts_->added; }
KRAIT_INLINE const std::string& pipeline::origin() const { return parts_->origin; }

}  // namespace krait::tokenizer

#include <krait/tokenizer/read_json_impl.hpp>
