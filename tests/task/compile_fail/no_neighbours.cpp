// expect: baseline::nearest_neighbours: there must be a neighbour
#include <krait/task/baseline/nearest_neighbours.hpp>
using namespace krait;

int main() {
  return static_cast<int>(
      task::baseline::nearest_neighbours<task::baseline::nearest_neighbours_config{.neighbours = 0}>::name.size());
}
