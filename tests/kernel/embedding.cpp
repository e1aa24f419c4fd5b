#define BOOST_TEST_MODULE kernel_embedding
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <krait/kernel/embedding/cpu.hpp>
#include <krait/kernel/embedding/reference.hpp>

#include "../oracle.hpp"
#include "../testing.hpp"
using namespace krait;
using namespace krait::testing;

namespace {

template <class Backend, class T, int Width> void copies_and_adds(int n) {
  constexpr int vocabulary = 13;
  const sequences of{1, n};
  const auto tokens = integers("tokens", static_cast<std::size_t>(n), vocabulary);
  tensor<T, vocabulary, Width> weight{}, dweight{};
  fill(weight.values(), "weight");
  fill(dweight.values(), "dweight");  // backward adds to it
  table<T, Width> y(of);
  const table<T, Width, row_stride(Width) + 16> dy(of, "dy");
  std::vector<double> sums(dweight.data, dweight.data + dweight.size);
  using op = kernel::embedding<Backend, vocabulary, Width>;
  op::forward(on<Backend>(), weight, {tokens.data(), of}, y.out());
  op::backward(on<Backend>(), {tokens.data(), of}, dy.in(), dweight);
  for (int t = 0; t < n; ++t)
    for (int i = 0; i < Width; ++i) {
      const int at = tokens[static_cast<std::size_t>(t)] * Width + i;
      BOOST_TEST(y.in()[t][i] == weight[at]);
      sums[static_cast<std::size_t>(at)] += static_cast<double>(dy.in()[t][i]);
    }
  BOOST_TEST(y.intact());
  BOOST_TEST(worst(dweight.values(), sums) <= tolerance<T>);
}

template <class Backend, class T> void agrees_with_pytorch() {
  const oracle o("embedding");
  const sequences of{3, 4};
  std::vector<std::int32_t> tokens;
  for (const double id : o["tokens"]) tokens.push_back(static_cast<std::int32_t>(id));
  tensor<T, 6, 5> weight{}, dweight{};
  const auto w = o["weight"];
  std::copy(w.begin(), w.end(), weight.data);
  table<T, 5> y(of), dy(of, o["d.y"]);
  kernel::embedding<Backend, 6, 5>::forward(on<Backend>(), weight, {tokens.data(), of}, y.out());
  kernel::embedding<Backend, 6, 5>::backward(on<Backend>(), {tokens.data(), of}, dy.in(), dweight);
  BOOST_TEST(worst(y.values(), o["y"]) == 0);
  BOOST_TEST(worst(dweight.values(), o["d.weight"]) <= tolerance<T>);
}

template <class Backend> void refuses(std::int32_t id) {
  const std::int32_t tokens[] = {2, id};
  const sequences of{1, 2};
  tensor<float, 6, 5> weight{};
  table<float, 5> y(of);
  const auto says_where = [&](const data_error& e) {
    const std::string text = e.what();
    return text.find(std::to_string(id) + " at token 1") != std::string::npos &&
           text.find("0 .. 5") != std::string::npos;
  };
  using op = kernel::embedding<Backend, 6, 5>;
  BOOST_CHECK_EXCEPTION(op::forward(on<Backend>(), weight, {tokens, of}, y.out()), data_error, says_where);
  BOOST_CHECK_EXCEPTION(op::backward(on<Backend>(), {tokens, of}, y.in(), weight), data_error, says_where);
}

}  // namespace

BOOST_DATA_TEST_CASE(is_a_look_up, boost::unit_test::data::make(lengths), n) {
  copies_and_adds<backend::reference, double, 27>(n);
  copies_and_adds<backend::cpu, float, 27>(n);
  copies_and_adds<backend::cpu, float, 32>(n);
  copies_and_adds<backend::cpu, double, 27>(n);
}

BOOST_AUTO_TEST_CASE(pytorch_agrees) {
  agrees_with_pytorch<backend::reference, double>();
  agrees_with_pytorch<backend::cpu, double>();
  agrees_with_pytorch<backend::cpu, float>();
}

BOOST_AUTO_TEST_CASE(ids_out_of_range_are_refused) {
  for (const std::int32_t id : {-1, 6, 1 << 30}) {
    refuses<backend::reference>(id);
    refuses<backend::cpu>(id);
  }
}
