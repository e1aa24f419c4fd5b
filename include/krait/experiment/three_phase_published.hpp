// krait/experiment/three_phase_published.hpp: published accuracies of the noise study and of its extension to Mamba,
// for comparison: accuracy in % after clean training (p1), noisy training (p2) and clean training again (p3).
#pragma once
#include <krait/experiment/names.hpp>
#include <string_view>

namespace krait::experiment {

struct published_phases {
  std::string_view model, noise;
  double p1, p2, p3;
  std::string_view source;
};

inline constexpr std::string_view noise_paper = "arXiv:2407.00996",
                                  noise_extension = "ARC345/learn-unlearn-mamba, results";

inline constexpr published_phases published_three_phases[] = {
    {"OLMo 1B", "charflip", 72.2, 2.7, 65.2, noise_paper},
    {"Qwen1.5 1.8B", "charflip", 82.3, 2.5, 79.7, noise_paper},
    {"Gemma 2B", "charflip", 89.1, 3.8, 85.9, noise_paper},
    {"Phi-2 2.7B", "charflip", 95.7, 0.5, 90.7, noise_paper},
    {"Mamba 1.4B", "charflip", 29.4, 1.6, 37.0, noise_extension},
    {"Mamba 130M", "charflip", 63.3, 0.0, 47.0, noise_extension},
    {"OLMo 1B", "wordflip", 72.2, 45.0, 70.4, noise_paper},
    {"Qwen1.5 1.8B", "wordflip", 82.3, 57.7, 81.9, noise_paper},
    {"Gemma 2B", "wordflip", 89.1, 64.1, 82.8, noise_paper},
    {"Phi-2 2.7B", "wordflip", 95.7, 69.7, 93.1, noise_paper},
    {"Mamba 1.4B", "wordflip", 29.4, 8.5, 36.3, noise_extension},
};

inline const published_phases* find_published(std::string_view model, std::string_view noise) {
  for (const published_phases& p : published_three_phases)
    if (p.model == model && p.noise == noise) return &p;
  return nullptr;
}

}  // namespace krait::experiment
