// tests/task/samplers.cpp: every compiler draws the same prompts; samplers.cu is the same for nvcc.
#define BOOST_TEST_MODULE task_samplers
#include "samplers.hpp"

#include <boost/test/unit_test.hpp>
using namespace krait::testing;

BOOST_AUTO_TEST_CASE(the_same_from_every_compiler) { BOOST_TEST(digest_of_all() == digest_everywhere); }
