// tests/task/samplers.cu: every task draws on a device, a thread a prompt, with the host's numbers bit for bit.
#define BOOST_TEST_MODULE task_samplers_cuda
#include <boost/test/unit_test.hpp>

#include "../cuda_testing.hpp"
#include "samplers.hpp"
using namespace krait;
using namespace krait::testing;

namespace {

template <class Prompts> __global__ void draw_all(Prompts* to) {
  const int k = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x);
  if (k < prompts) to->draw(k);
}

/// Prompts<Task> of each task, on the device and here.
template <template <class> class Prompts, class... Task> void draw_the_same(types<Task...>) {
  const auto one = []<class Kind>(std::type_identity<Kind>) {
    std::vector<Kind, shared_memory<Kind>> there(1);
    const auto here = drawn_here<Kind>();
    backend::launch(draw_all<Kind>, 2u, 32u, 0, on<backend::cuda>().stream, there.data());
    settle<backend::cuda>();
    return std::memcmp(here.get(), there.data(), sizeof(Kind)) == 0;
  };
  const bool same[] = {one(std::type_identity<Prompts<Task>>{})...};
  const std::string_view name[] = {Task::name...};
  for (std::size_t i = 0; i < sizeof...(Task); ++i) BOOST_TEST(same[i], name[i]);
}

}  // namespace

BOOST_AUTO_TEST_CASE(tasks_of_functions) { draw_the_same<of_functions>(functions{}); }
BOOST_AUTO_TEST_CASE(tasks_of_vectors) { draw_the_same<of_vectors>(vectors{}); }
BOOST_AUTO_TEST_CASE(tasks_of_tokens) { draw_the_same<of_tokens>(tokens{}); }
// nvcc's host code draws what g++'s does, by tests/task/samplers.cpp.
BOOST_AUTO_TEST_CASE(the_same_from_every_compiler) { BOOST_TEST(digest_of_all() == digest_everywhere); }
