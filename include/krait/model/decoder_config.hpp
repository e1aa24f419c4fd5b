// krait/model/decoder_config.hpp: the numbers of a transformer of one of the families in decoders.hpp.
#pragma once

namespace krait::model {

struct decoder_config {
  int vocabulary, d_model, layers, heads;
  int kv_heads = 0;    // 0: as many as heads
  int head_width = 0;  // 0: d_model / heads
  int d_hidden = 0;    // of the feed-forward layers; 0: 4 d_model
  int rotary = 0;      // numbers of a head that are turned; 0: all
  int positions = 0;   // learned ones (GPT-2)
  double rope_theta = 10000;
  float eps = 1e-5f;
  bool tied = true;  // head and embedding
  constexpr int kv() const { return kv_heads > 0 ? kv_heads : heads; }
  constexpr int head() const { return head_width > 0 ? head_width : d_model / heads; }
  constexpr int hidden() const { return d_hidden > 0 ? d_hidden : 4 * d_model; }
  constexpr int turned() const { return rotary > 0 ? rotary : head(); }
};

}  // namespace krait::model
