// krait/task/decision_tree.hpp: full binary trees in context. Garg et al. 2022 (arXiv:2208.01066), section 5.
//
//  position   1    2    3    4   ...   2n-1  2n      x: N(0, I_d)   y: from the root, right where x_c > 0 (c: any
//  token      x1   y1   x2   y2  ...   xn    yn      coordinate, for each node), to a leaf: N(0, 1)   loss at every x
#pragma once
#include <krait/task/functions.hpp>

namespace krait::task {

struct decision_tree_config {
  int dimensions = 20;  // d
  int points = 101;     // examples a prompt
  int depth = 4;        // 2^depth - 1 nodes, 2^depth leaves
};

/// Coordinates are drawn from all d even where a curriculum has not reached them (there, x_c = 0 goes left), as in the
/// released code. Children of node i are 2 i + 1 and 2 i + 2. E y^2 = 1: who says 0 has error 1.
template <decision_tree_config C = decision_tree_config{}, class Inputs = inputs::standard>
struct decision_tree : functions<decision_tree<C, Inputs>, C.dimensions, C.points, Inputs> {
  static_assert(C.depth >= 0 && C.depth <= 16, "decision_tree: the depth must be from 0 to 16");
  static constexpr std::string_view name = "decision_tree";
  static constexpr int dimensions = C.dimensions, leaves = 1 << C.depth, nodes = leaves - 1;
  static constexpr double unit = 1;

  struct function {
    int coordinate[nodes + 1];  // (one more, so that depth 0 has an array)
    float leaf[leaves];
  };
  static constexpr int function_numbers = nodes + leaves;
  KRAIT_HOST_DEVICE static void draw_function(const prompt_numbers& numbers, extent, function& f) {
    for (int i = 0; i < nodes; ++i) f.coordinate[i] = numbers.below(i, dimensions);
    numbers.normals(nodes, leaves, f.leaf);
  }
  KRAIT_HOST_DEVICE static float value(const function& f, const float* x) {
    int at = 0;
    while (at < nodes) at = 2 * at + 1 + (x[f.coordinate[at]] > 0);
    return f.leaf[at - nodes];
  }
};
static_assert(prompt_task<decision_tree<>> && device_task<decision_tree<>>);

}  // namespace krait::task
