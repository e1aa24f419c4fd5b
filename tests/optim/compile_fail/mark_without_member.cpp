// expect: no_weight_decay names something that is no member of these weights
#include <array>
#include <krait/optim/decay.hpp>

using namespace krait;

struct weights {
  using matrix = tensor<float, 4, 4>;
  BOOST_HANA_DEFINE_STRUCT(weights, (matrix, A_log));
  static constexpr std::array<std::string_view, 1> no_weight_decay{"A_logs"};
};

int main() { return optim::decayed_matrices(*make_heap<weights>())->reached[0]; }
