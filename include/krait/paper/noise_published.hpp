// krait/paper/noise_published.hpp: the accuracies of the noise study (arXiv:2407.00996) and of its extension to Mamba,
// as shares: after clean training (phase 1), noisy training (2) and clean training again (3). The paper's phase 2 is
// judged after un-flipping, the extension's as given.
#pragma once
#include <krait/study/record.hpp>

namespace krait::paper::detail {

struct noise_published {
  static constexpr const char *paper = "arXiv:2407.00996", *extension = "ARC345/learn-unlearn-mamba, results";
  static constexpr studies::published rows[] = {
      {"right", "noise=charflip, model=OLMo 1B, phase=1", .722, paper},
      {"right", "noise=charflip, model=OLMo 1B, phase=2", .027, paper},
      {"right", "noise=charflip, model=OLMo 1B, phase=3", .652, paper},
      {"right", "noise=charflip, model=Qwen1.5 1.8B, phase=1", .823, paper},
      {"right", "noise=charflip, model=Qwen1.5 1.8B, phase=2", .025, paper},
      {"right", "noise=charflip, model=Qwen1.5 1.8B, phase=3", .797, paper},
      {"right", "noise=charflip, model=Gemma 2B, phase=1", .891, paper},
      {"right", "noise=charflip, model=Gemma 2B, phase=2", .038, paper},
      {"right", "noise=charflip, model=Gemma 2B, phase=3", .859, paper},
      {"right", "noise=charflip, model=Phi-2 2.7B, phase=1", .957, paper},
      {"right", "noise=charflip, model=Phi-2 2.7B, phase=2", .005, paper},
      {"right", "noise=charflip, model=Phi-2 2.7B, phase=3", .907, paper},
      {"right", "noise=charflip, model=Mamba 1.4B, phase=1", .294, extension},
      {"right", "noise=charflip, model=Mamba 1.4B, phase=2", .016, extension},
      {"right", "noise=charflip, model=Mamba 1.4B, phase=3", .370, extension},
      {"right", "noise=charflip, model=Mamba 130M, phase=1", .633, extension},
      {"right", "noise=charflip, model=Mamba 130M, phase=2", .000, extension},
      {"right", "noise=charflip, model=Mamba 130M, phase=3", .470, extension},
      {"right", "noise=wordflip, model=OLMo 1B, phase=1", .722, paper},
      {"right", "noise=wordflip, model=OLMo 1B, phase=2", .450, paper},
      {"right", "noise=wordflip, model=OLMo 1B, phase=3", .704, paper},
      {"right", "noise=wordflip, model=Qwen1.5 1.8B, phase=1", .823, paper},
      {"right", "noise=wordflip, model=Qwen1.5 1.8B, phase=2", .577, paper},
      {"right", "noise=wordflip, model=Qwen1.5 1.8B, phase=3", .819, paper},
      {"right", "noise=wordflip, model=Gemma 2B, phase=1", .891, paper},
      {"right", "noise=wordflip, model=Gemma 2B, phase=2", .641, paper},
      {"right", "noise=wordflip, model=Gemma 2B, phase=3", .828, paper},
      {"right", "noise=wordflip, model=Phi-2 2.7B, phase=1", .957, paper},
      {"right", "noise=wordflip, model=Phi-2 2.7B, phase=2", .697, paper},
      {"right", "noise=wordflip, model=Phi-2 2.7B, phase=3", .931, paper},
      {"right", "noise=wordflip, model=Mamba 1.4B, phase=1", .294, extension},
      {"right", "noise=wordflip, model=Mamba 1.4B, phase=2", .085, extension},
      {"right", "noise=wordflip, model=Mamba 1.4B, phase=3", .363, extension}};
};

}  // namespace krait::paper::detail
