// krait/experiment/text_policy.hpp: what a study asks of the running text that it reads (policies.hpp).
#pragma once
#include <concepts>
#include <filesystem>
#include <krait/data/plain_text.hpp>

namespace krait::experiment::takes {

/// A text to read, split into what is trained on and what is held out.
template <class Given> struct text {
  static constexpr bool fits = requires(const std::filesystem::path& folder) {
    { Given::load(folder) } -> std::same_as<data::read_text>;
  };
  template <bool Fits> struct sentence {
    static_assert(Fits,
                  "study: where its text stands is Given, which has no 'static data::read_text load(const "
                  "std::filesystem::path& folder)'; write data::plain_text<> or one like it");
  };
};

}  // namespace krait::experiment::takes
