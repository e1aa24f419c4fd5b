// krait/paper/selective_positions_published.hpp: "Characterizing Mamba's Selective Memory using Auto-Encoders"
// (arXiv:2512.15653): where in the text the omitted words stand, out of the files that draw its histograms (counts in
// sixteenths of the text, the oldest first, here as shares of their sum; of which model is not said).
#pragma once
#include <krait/study/record.hpp>

namespace krait::paper::detail {

struct selective_positions_published {
  static constexpr const char* places = "arXiv:2512.15653, stored positions of omitted words";
  static constexpr studies::published rows[] = {
      {"omissions_at", "model=published Mamba, length=32, control=as it is, position=1", 0.1094, places},
      {"omissions_at", "model=published Mamba, length=32, control=as it is, position=2", 0.0799, places},
      {"omissions_at", "model=published Mamba, length=32, control=as it is, position=3", 0.0789, places},
      {"omissions_at", "model=published Mamba, length=32, control=as it is, position=4", 0.0787, places},
      {"omissions_at", "model=published Mamba, length=32, control=as it is, position=5", 0.0774, places},
      {"omissions_at", "model=published Mamba, length=32, control=as it is, position=6", 0.0789, places},
      {"omissions_at", "model=published Mamba, length=32, control=as it is, position=7", 0.0734, places},
      {"omissions_at", "model=published Mamba, length=32, control=as it is, position=8", 0.0685, places},
      {"omissions_at", "model=published Mamba, length=32, control=as it is, position=9", 0.0626, places},
      {"omissions_at", "model=published Mamba, length=32, control=as it is, position=10", 0.0557, places},
      {"omissions_at", "model=published Mamba, length=32, control=as it is, position=11", 0.0530, places},
      {"omissions_at", "model=published Mamba, length=32, control=as it is, position=12", 0.0493, places},
      {"omissions_at", "model=published Mamba, length=32, control=as it is, position=13", 0.0454, places},
      {"omissions_at", "model=published Mamba, length=32, control=as it is, position=14", 0.0362, places},
      {"omissions_at", "model=published Mamba, length=32, control=as it is, position=15", 0.0312, places},
      {"omissions_at", "model=published Mamba, length=32, control=as it is, position=16", 0.0214, places},
      {"omissions_at", "model=published Mamba, length=64, control=as it is, position=1", 0.1018, places},
      {"omissions_at", "model=published Mamba, length=64, control=as it is, position=2", 0.0880, places},
      {"omissions_at", "model=published Mamba, length=64, control=as it is, position=3", 0.0820, places},
      {"omissions_at", "model=published Mamba, length=64, control=as it is, position=4", 0.0786, places},
      {"omissions_at", "model=published Mamba, length=64, control=as it is, position=5", 0.0751, places},
      {"omissions_at", "model=published Mamba, length=64, control=as it is, position=6", 0.0728, places},
      {"omissions_at", "model=published Mamba, length=64, control=as it is, position=7", 0.0701, places},
      {"omissions_at", "model=published Mamba, length=64, control=as it is, position=8", 0.0668, places},
      {"omissions_at", "model=published Mamba, length=64, control=as it is, position=9", 0.0677, places},
      {"omissions_at", "model=published Mamba, length=64, control=as it is, position=10", 0.0614, places},
      {"omissions_at", "model=published Mamba, length=64, control=as it is, position=11", 0.0568, places},
      {"omissions_at", "model=published Mamba, length=64, control=as it is, position=12", 0.0507, places},
      {"omissions_at", "model=published Mamba, length=64, control=as it is, position=13", 0.0433, places},
      {"omissions_at", "model=published Mamba, length=64, control=as it is, position=14", 0.0383, places},
      {"omissions_at", "model=published Mamba, length=64, control=as it is, position=15", 0.0293, places},
      {"omissions_at", "model=published Mamba, length=64, control=as it is, position=16", 0.0173, places},
      {"omissions_at", "model=published Mamba, length=128, control=as it is, position=1", 0.1082, places},
      {"omissions_at", "model=published Mamba, length=128, control=as it is, position=2", 0.0866, places},
      {"omissions_at", "model=published Mamba, length=128, control=as it is, position=3", 0.0798, places},
      {"omissions_at", "model=published Mamba, length=128, control=as it is, position=4", 0.0756, places},
      {"omissions_at", "model=published Mamba, length=128, control=as it is, position=5", 0.0730, places},
      {"omissions_at", "model=published Mamba, length=128, control=as it is, position=6", 0.0695, places},
      {"omissions_at", "model=published Mamba, length=128, control=as it is, position=7", 0.0671, places},
      {"omissions_at", "model=published Mamba, length=128, control=as it is, position=8", 0.0649, places},
      {"omissions_at", "model=published Mamba, length=128, control=as it is, position=9", 0.0625, places},
      {"omissions_at", "model=published Mamba, length=128, control=as it is, position=10", 0.0588, places},
      {"omissions_at", "model=published Mamba, length=128, control=as it is, position=11", 0.0567, places},
      {"omissions_at", "model=published Mamba, length=128, control=as it is, position=12", 0.0523, places},
      {"omissions_at", "model=published Mamba, length=128, control=as it is, position=13", 0.0485, places},
      {"omissions_at", "model=published Mamba, length=128, control=as it is, position=14", 0.0435, places},
      {"omissions_at", "model=published Mamba, length=128, control=as it is, position=15", 0.0340, places},
      {"omissions_at", "model=published Mamba, length=128, control=as it is, position=16", 0.0191, places},
      {"omissions_at", "model=published Mamba, length=256, control=as it is, position=1", 0.0933, places},
      {"omissions_at", "model=published Mamba, length=256, control=as it is, position=2", 0.0800, places},
      {"omissions_at", "model=published Mamba, length=256, control=as it is, position=3", 0.0746, places},
      {"omissions_at", "model=published Mamba, length=256, control=as it is, position=4", 0.0727, places},
      {"omissions_at", "model=published Mamba, length=256, control=as it is, position=5", 0.0712, places},
      {"omissions_at", "model=published Mamba, length=256, control=as it is, position=6", 0.0684, places},
      {"omissions_at", "model=published Mamba, length=256, control=as it is, position=7", 0.0653, places},
      {"omissions_at", "model=published Mamba, length=256, control=as it is, position=8", 0.0633, places},
      {"omissions_at", "model=published Mamba, length=256, control=as it is, position=9", 0.0602, places},
      {"omissions_at", "model=published Mamba, length=256, control=as it is, position=10", 0.0601, places},
      {"omissions_at", "model=published Mamba, length=256, control=as it is, position=11", 0.0556, places},
      {"omissions_at", "model=published Mamba, length=256, control=as it is, position=12", 0.0550, places},
      {"omissions_at", "model=published Mamba, length=256, control=as it is, position=13", 0.0517, places},
      {"omissions_at", "model=published Mamba, length=256, control=as it is, position=14", 0.0485, places},
      {"omissions_at", "model=published Mamba, length=256, control=as it is, position=15", 0.0449, places},
      {"omissions_at", "model=published Mamba, length=256, control=as it is, position=16", 0.0350, places}};
};

}  // namespace krait::paper::detail
