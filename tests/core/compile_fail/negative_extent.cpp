// expect: tensor: an extent is negative
#include <krait/core/tensor.hpp>

int main() { return krait::tensor<float, 4, -3>::size; }
