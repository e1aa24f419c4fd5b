#define BOOST_TEST_MODULE data_select
#include <boost/test/unit_test.hpp>
#include <krait/data/select.hpp>
#include <string>
#include <vector>

#include "files.hpp"
using namespace krait;
using namespace krait::data;
using pairs = std::vector<question_answer>;

BOOST_AUTO_TEST_CASE(evenly_spaced_and_in_order) {
  pairs all;
  for (int i = 0; i < 10; ++i) all.push_back({std::to_string(i), "x"});
  BOOST_TEST((data::select(all, 0, 0, "t") == all));
  BOOST_TEST((data::select(all, 10, 0, "t") == all));
  BOOST_TEST((data::select(all, 2, 0, "t") == pairs{all[0], all[5]}));
  BOOST_TEST((data::select(all, 3, 2, "t") == pairs{all[0], all[3], all[6]}));
  BOOST_CHECK_EXCEPTION(data::select(all, 11, 0, "t"), data_error, test::says("t has 10 pairs, but 11 are asked for"));
  BOOST_CHECK_EXCEPTION(data::select(all, 1, 1, "t"), data_error, test::says("0 pairs of at most 1 bytes"));
}

BOOST_AUTO_TEST_CASE(length_counts_bytes_not_letters) {
  BOOST_TEST(no_longer_than({{"é", "é"}}, 3).empty());
  BOOST_TEST(no_longer_than({{"é", "é"}}, 4).size() == 1u);
}
