// krait/paper/online_gradient_published.hpp: the printed numbers of arXiv:2509.23779, tables 2 to 5.
#pragma once
#include <krait/study/record.hpp>

namespace krait::paper::online_gradient_published {

inline constexpr const char* source = "arXiv:2509.23779";

inline constexpr studies::published rows[] = {
    {"loss", "model=S6, d=20, examples=4", 8.5911, "arXiv:2509.23779, table 3"},
    {"loss", "model=S6, d=20, examples=6", 7.8292, "arXiv:2509.23779, table 3"},
    {"loss", "model=S6, d=20, examples=8", 7.7009, "arXiv:2509.23779, table 3"},
    {"loss", "model=S6, d=20, examples=10", 6.8235, "arXiv:2509.23779, table 3"},
    {"loss", "model=S6, d=20, examples=12", 6.4004, "arXiv:2509.23779, table 3"},
    {"loss", "model=S6, d=20, examples=14", 6.0612, "arXiv:2509.23779, table 3"},
    {"loss", "model=S6, d=20, examples=16", 5.9689, "arXiv:2509.23779, table 3"},
    {"loss", "model=S6, d=20, examples=18", 5.6193, "arXiv:2509.23779, table 3"},
    {"loss", "model=S6, d=20, examples=20", 5.1426, "arXiv:2509.23779, table 3"},
    {"loss_of_states", "states=6", .2912, "arXiv:2509.23779, table 5 (10 runs, spread .0075)"},
    {"loss_of_states", "states=8", .2933, "arXiv:2509.23779, table 5 (10 runs, spread .0055)"},
    {"loss_of_states", "states=10", .2899, "arXiv:2509.23779, table 5 (10 runs, spread .0116)"},
    {"loss_of_states", "states=12", .2887, "arXiv:2509.23779, table 5 (10 runs, spread .0052)"},
    {"loss_of_states", "states=14", .2929, "arXiv:2509.23779, table 5 (10 runs, spread .0105)"},
    {"loss_of_states", "states=16", .2951, "arXiv:2509.23779, table 5 (10 runs, spread .0097)"},
    {"loss_of_states", "states=18", .2967, "arXiv:2509.23779, table 5 (10 runs, spread .0110)"},
    {"loss_of_states", "states=20", .2959, "arXiv:2509.23779, table 5 (10 runs, spread .0142)"},
    {"step_norm", "", .1773, "arXiv:2509.23779, table 4, after 80 epochs; .8883 before"}};

/// Theory values as printed.
struct theory_value {
  const char* table;
  int d, N;
  double S6, linear_attention;  // the latter 0 where none is printed
};
inline constexpr theory_value theory_values[] = {
    {"2", 10, 10, 2.6671, 2.619},  {"2", 10, 20, 1.8189, 1.7742}, {"2", 10, 30, 1.38, 1.3415},
    {"2", 10, 40, 1.1117, 1.0784}, {"2", 10, 50, .9308, .9016},   {"2", 10, 60, .8005, .7746},
    {"2", 10, 70, .7022, .679},    {"2", 10, 80, .6254, .6044},   {"3", 20, 4, 8.4484, 0},
    {"3", 20, 6, 7.8425, 0},       {"3", 20, 8, 7.3173, 0},       {"3", 20, 10, 6.8579, 0},
    {"3", 20, 12, 6.4526, 0},      {"3", 20, 14, 6.0926, 0},      {"3", 20, 16, 5.7706, 0},
    {"3", 20, 18, 5.481, 0},       {"3", 20, 20, 5.219, 0},       {"5", 4, 30, .2954, 0}};

}  // namespace krait::paper::online_gradient_published
