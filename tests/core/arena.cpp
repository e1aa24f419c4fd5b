#define BOOST_TEST_MODULE core_arena
#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <krait/backend/arena.hpp>
#include <krait/core/aligned.hpp>
#include <string>
using namespace krait;

BOOST_AUTO_TEST_CASE(frames_give_back_what_they_took) {
  backend::arena arena(std::size_t{1} << 20);
  float* first;
  {
    backend::arena::frame outer(arena);
    first = outer.take<float>(100);
    char* inside;
    {
      backend::arena::frame inner(arena);
      inside = inner.take<char>(1);
    }
    BOOST_TEST((static_cast<void*>(outer.take<char>(1)) == inside));
  }
  backend::arena::frame again(arena);
  BOOST_TEST(again.take<float>(100) == first);
  BOOST_TEST(arena.peak() == 512u + 1);
}

BOOST_AUTO_TEST_CASE(what_is_taken_is_aligned_and_apart) {
  backend::arena arena(std::size_t{1} << 20);
  backend::arena::frame frame(arena);
  std::uintptr_t end = 0;
  for (const std::size_t count : {1, 3, 128, 129, 0, 7}) {
    const auto at = reinterpret_cast<std::uintptr_t>(frame.take<std::uint16_t>(count));
    BOOST_TEST(at % 128 == 0u);
    BOOST_TEST(at >= end);
    end = at + 2 * count;
  }
}

BOOST_AUTO_TEST_CASE(a_spent_arena_is_an_error) {
  backend::arena arena(std::size_t{1} << 20);
  backend::arena::frame frame(arena);
  BOOST_CHECK_EXCEPTION(frame.take<char>((std::size_t{1} << 20) + 1), device_error, [](const device_error& e) {
    return std::string(e.what()) ==
               "A scratch arena of 1 MiB is spent; use a shorter length or fewer sequences a shard." &&
           e.exit_code == 6;
  });
  char* all = frame.take<char>(std::size_t{1} << 20);  // after the error it is as before
  all[(std::size_t{1} << 20) - 1] = 1;
  BOOST_CHECK_THROW(frame.take<char>(1), device_error);
}

BOOST_AUTO_TEST_CASE(heaps_are_zero_and_on_pages) {
  struct large {
    float data[5000];
  };
  const auto p = make_heap<large>();
  BOOST_TEST(reinterpret_cast<std::uintptr_t>(p.get()) % 4096 == 0u);
  for (const float x : p->data) BOOST_REQUIRE(x == 0);
}

BOOST_AUTO_TEST_CASE(no_memory_is_an_error) {
  BOOST_CHECK_EXCEPTION(map_pages(std::size_t{1} << 60), device_error, [](const device_error& e) {
    return std::string(e.what()).starts_with("No memory for 1099511627776 MiB");
  });
}
