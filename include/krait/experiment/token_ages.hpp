// krait/experiment/token_ages.hpp: the measure of what a state keeps of each token by its age, the tokens from the end
// of the text to it, and of the newest tokens and all older ones apart: of memories that fade and of those that end.
#pragma once
#include <krait/experiment/reconstructions.hpp>
#include <krait/experiment/start_state.hpp>
#include <numbers>
#include <string_view>
#include <vector>

namespace krait::experiment {

/// Of held-out texts, by control. Labels: age (1: the last token). Quantities, each with the ends of an interval over
/// texts:
///   bits_aged                 bits kept of the token of this age
///   bits_newer, bits_older    bits kept a token of the newest `pairs` tokens (the study's), and of all before them;
///                             these of longer texts alone
///   told_newer, told_older    bits a token that the unconditional decoder needs for them: the most that could be kept
class token_ages {
 public:
  static constexpr std::string_view name = "token ages";

  explicit token_ages(const reconstruction_plan& plan) : plan_(plan) {}
  void describe(studies::record& to) const {
    std::vector<int> ages;
    for (int age = 1; age <= plan_.lengths.back(); ++age) ages.push_back(age);
    to.declare_levels("age", ages);
    declare_with_ends(to, "bits_aged", {"model", "length", "control", "age"});
    for (const char* one : {"bits_newer", "bits_older"}) declare_with_ends(to, one, {"model", "length", "control"});
    for (const char* one : {"told_newer", "told_older"}) declare_with_ends(to, one, {"model", "length"});
  }
  void measure(reconstructions& by, const measuring& to, int length) const {
    const train::chunks texts = plan_.test(length);
    const auto n = static_cast<std::size_t>(length), newest = static_cast<std::size_t>(plan_.config.pairs);
    by.write(texts, {}, [&](std::string_view control, const rebuilt& found, const rebuilt& alone) {
      const studies::labels at = {{"model", by.model()}, {"length", length}, {"control", control}};
      const auto bits = [&](std::size_t first, std::size_t end) {
        return detail::mean_over(texts, first, end, [&](std::size_t s, std::size_t t) {
          return detail::bits_at(texts, found, alone, s, t);
        });
      };
      for (std::size_t age = 1; age <= n; ++age)
        to.add(studies::with(at, {"age", age}), "bits_aged", bits(n - age, n - age + 1));
      if (newest == 0 || newest >= n) return;
      to.add(at, "bits_newer", bits(n - newest, n));
      to.add(at, "bits_older", bits(0, n - newest));
      if (control != start::as_it_is::name) return;
      const auto told = [&](std::size_t first, std::size_t end) {
        return detail::mean_over(texts, first, end, [&](std::size_t s, std::size_t t) {
          return alone.loss[s * (n + 1) + t] / std::numbers::ln2;
        });
      };
      const studies::labels of = {{"model", by.model()}, {"length", length}};
      to.add(of, "told_newer", told(n - newest, n));
      to.add(of, "told_older", told(0, n - newest));
    });
  }

 private:
  const reconstruction_plan& plan_;
};

}  // namespace krait::experiment
