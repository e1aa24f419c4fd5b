// krait/noise/with_probability.hpp: a noise for some of the texts.
#pragma once
#include <filesystem>
#include <krait/core/decimal_name.hpp>
#include <krait/core/random.hpp>
#include <krait/core/read_files.hpp>
#include <krait/core/static_name.hpp>
#include <krait/noise/noise.hpp>
#include <string>
#include <string_view>

namespace krait::noise {

/// Noise with this probability, else the text as it is. No inverse: an answer does not tell whether it was noised.
template <decimal Probability, text_noise Noise> struct with_probability {
  static_assert(Probability >= 0 && Probability <= 1, "with_probability: Probability is 0 to 1");

 private:
  static constexpr std::string_view of = Noise::name, between = "_with_";

 public:
  static constexpr std::string_view name = joined_name<of, between, decimal_name<Probability>>;

  static std::string apply(std::string_view text, draw at) {
    return uniform(at.within(0)) < Probability ? Noise::apply(text, at.within(1)) : std::string{text};
  }
  static void read(const std::filesystem::path& folder) requires(reads_files<Noise>) { Noise::read(folder); }
};

}  // namespace krait::noise
