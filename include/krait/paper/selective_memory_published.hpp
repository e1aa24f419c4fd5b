// krait/paper/selective_memory_published.hpp: "Characterizing Mamba's Selective Memory using Auto-Encoders"
// (arXiv:2512.15653): ROUGE-1 F1 of rebuilt texts by model size and length, out of the file that draws its scale figure
// (the low end of a bootstrap interval; a single run a size).
#pragma once
#include <krait/study/record.hpp>

namespace krait::paper::detail {

struct selective_memory_published {
  static constexpr const char* scale = "arXiv:2512.15653, scale figure";
  static constexpr studies::published rows[] = {{"rouge1", "model=Mamba 130M, length=4", .9862, scale},
                                                {"rouge1", "model=Mamba 130M, length=8", .9966, scale},
                                                {"rouge1", "model=Mamba 130M, length=16", .9923, scale},
                                                {"rouge1", "model=Mamba 130M, length=32", .9780, scale},
                                                {"rouge1", "model=Mamba 130M, length=64", .9524, scale},
                                                {"rouge1", "model=Mamba 130M, length=128", .8500, scale},
                                                {"rouge1", "model=Mamba 130M, length=256", .6657, scale},
                                                {"rouge1", "model=Mamba 370M, length=4", .9865, scale},
                                                {"rouge1", "model=Mamba 370M, length=8", .9973, scale},
                                                {"rouge1", "model=Mamba 370M, length=16", .9955, scale},
                                                {"rouge1", "model=Mamba 370M, length=32", .9868, scale},
                                                {"rouge1", "model=Mamba 370M, length=64", .9722, scale},
                                                {"rouge1", "model=Mamba 370M, length=128", .9105, scale},
                                                {"rouge1", "model=Mamba 370M, length=256", .7788, scale},
                                                {"rouge1", "model=Mamba 790M, length=4", .9865, scale},
                                                {"rouge1", "model=Mamba 790M, length=8", .9973, scale},
                                                {"rouge1", "model=Mamba 790M, length=16", .9969, scale},
                                                {"rouge1", "model=Mamba 790M, length=32", .9795, scale},
                                                {"rouge1", "model=Mamba 790M, length=64", .9758, scale},
                                                {"rouge1", "model=Mamba 790M, length=128", .9562, scale},
                                                {"rouge1", "model=Mamba 790M, length=256", .8739, scale},
                                                {"rouge1", "model=Mamba 1.4B, length=4", .9861, scale},
                                                {"rouge1", "model=Mamba 1.4B, length=8", .9971, scale},
                                                {"rouge1", "model=Mamba 1.4B, length=16", .9940, scale},
                                                {"rouge1", "model=Mamba 1.4B, length=32", .9829, scale},
                                                {"rouge1", "model=Mamba 1.4B, length=64", .9671, scale},
                                                {"rouge1", "model=Mamba 1.4B, length=128", .9534, scale},
                                                {"rouge1", "model=Mamba 1.4B, length=256", .8594, scale}};
};

}  // namespace krait::paper::detail
