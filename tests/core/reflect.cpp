#define BOOST_TEST_MODULE core_reflect
#include <array>
#include <boost/test/unit_test.hpp>
#include <krait/core/reflect.hpp>
#include <string>
#include <vector>
using namespace krait;

namespace {
template <class T> struct leaf {
  using matrix = tensor<T, 2, 3>;
  using vector = tensor<T, 0>;
  BOOST_HANA_DEFINE_STRUCT(leaf, (matrix, weight), (vector, bias));
};
template <class T> struct tree {
  using vector = tensor<T, 5>;
  using leaves = std::array<leaf<T>, 2>;
  using list = weights_list<leaf<T>, vector, leaves>;
  BOOST_HANA_DEFINE_STRUCT(tree, (vector, scale), (leaves, layers), (list, more));
};
}  // namespace

BOOST_AUTO_TEST_CASE(dotted_names_in_the_order_of_memory) {
  tree<float> w{};
  std::vector<std::string> names;
  const float* last = nullptr;
  for_each_tensor(w, [&](const std::string& name, auto& t) {
    names.push_back(name);
    BOOST_TEST((last < t.data));
    last = t.data;
  });
  const std::vector<std::string> wanted = {"scale",  "layers.0.weight", "layers.1.weight", "more.0.weight",
                                           "more.1", "more.2.0.weight", "more.2.1.weight"};  // empty ones left out
  BOOST_TEST(names == wanted, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(values_come_in_the_same_order_and_can_be_changed) {
  tree<double> w{};
  std::vector<const double*> with_names, without;
  for_each_tensor(w, [&](const std::string&, const auto& t) { with_names.push_back(t.data); });
  for_each_value(w, [&](auto& t) {
    without.push_back(t.data);
    t[0] = 1;
  });
  BOOST_TEST((with_names == without));
  BOOST_TEST(w.layers[1].weight[0] == 1);
  const tree<double>& constant = w;
  double sum = 0;
  for_each_value(constant, [&](const auto& t) { sum += t[0]; });
  BOOST_TEST(sum == 7);
}

BOOST_AUTO_TEST_CASE(parameters_are_counted_without_padding) {
  BOOST_TEST(parameter_count(tree<float>{}) == 5 + 12 + 6 + 5 + 12);
  BOOST_TEST(parameter_count(tensor<float, 0>{}) == 0);
}

BOOST_AUTO_TEST_CASE(a_single_tensor_has_the_name_it_is_given) {
  tensor<float, 2> t{};
  for_each_tensor(
      t, [](const std::string& name, const auto&) { BOOST_TEST(name == "it"); }, "it");
}
