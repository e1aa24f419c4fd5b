// expect: parallel: First takes In features and puts out Out, Second OtherIn and OtherOut, which must be as many
#include <krait/layer/linear.hpp>
#include <krait/layer/parallel.hpp>
using namespace krait;

parallel<linear<linear_config{8, 8}>, linear<linear_config{8, 9}>>::weights<float> w;
