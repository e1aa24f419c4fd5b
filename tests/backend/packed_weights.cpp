#define BOOST_TEST_MODULE backend_packed_weights
#include <array>
#include <boost/test/unit_test.hpp>
#include <cstring>
#include <krait/backend/cpu/packed_weights.hpp>
#include <string>
#include <vector>

#include "../testing.hpp"
using namespace krait;
using namespace krait::testing;

namespace {

template <class T> struct part {
  using square = tensor<T, 16, 16>;
  using vector = tensor<T, 5>;
  using none = tensor<T, 0>;
  BOOST_HANA_DEFINE_STRUCT(part, (square, weight), (vector, bias), (none, nothing));
};
/// Matrices of every kind of edge: narrower than a vector, a panel and a bit, one row, one column, in arrays and lists.
template <class T> struct sample {
  using first = tensor<T, 7, 3>;
  using second = std::array<part<T>, 3>;
  using third = weights_list<tensor<T, 33, 18>, tensor<T, 40>, tensor<T, 1, 29>>;
  using fourth = tensor<T, 65, 1>;
  using last = tensor<T, 17, 31>;
  BOOST_HANA_DEFINE_STRUCT(sample, (first, a), (second, b), (third, c), (fourth, d), (last, e));
};
template <class T> heap<sample<T>> made() {
  auto w = make_heap<sample<T>>();
  for_each_tensor(*w, [](const std::string& name, auto& t) { fill(t.values(), name); });
  return w;
}

/// Both kinds of panels of every matrix, through the backend's own functions.
template <class T, class F> void each_panel(backend::cpu& on, const sample<T>& w, F&& f) {
  for_each_tensor(w, [&](const std::string& name, const auto& t) {
    if constexpr (backend::is_matrix<std::remove_cvref_t<decltype(t)>>) {
      backend::arena::frame frame(on.scratch);
      f(name, t, on.panels_by_rows(t, frame), on.panels_by_columns(t, frame));
    }
  });
}

template <class T> bool lies_in(const T* p, const void* begin, std::size_t bytes) {
  const auto* from = static_cast<const std::byte*>(begin);
  const auto* at = reinterpret_cast<const std::byte*>(p);
  return at >= from && at < from + bytes;
}

template <class T> void packed_is_what_is_packed_on_the_fly(int threads) {
  const auto w = made<T>();
  backend::packed_weights<sample<T>> packed;
  for (int thread = threads; thread-- > 0;) packed.pack(*w, thread, threads);
  backend::cpu fly, found;
  found.packed = packed.of(*w);
  std::vector<std::vector<T>> expected;
  each_panel(fly, *w, [&](const std::string&, const auto& t, const T* by_rows, const T* by_columns) {
    expected.emplace_back(by_rows, by_rows + t.size);
    expected.emplace_back(by_columns, by_columns + t.size);
  });
  std::size_t place = 0, matrices = 0;
  each_panel(found, *w, [&](const std::string& name, const auto& t, const T* by_rows, const T* by_columns) {
    BOOST_TEST_CONTEXT(name << ", " << threads << " threads") {
      const std::size_t bytes = sizeof(T) * static_cast<std::size_t>(t.size);
      BOOST_TEST(std::memcmp(by_rows, expected[place].data(), bytes) == 0);
      BOOST_TEST(std::memcmp(by_columns, expected[place + 1].data(), bytes) == 0);
      BOOST_TEST(lies_in(by_rows, found.packed.by_rows, found.packed.bytes));  // found, not packed again
      BOOST_TEST(lies_in(by_columns, found.packed.by_columns, found.packed.bytes));
    }
    place += 2, ++matrices;
  });
  BOOST_TEST(matrices == 8u);
  BOOST_TEST(found.scratch.peak() == 0u);
}

}  // namespace

BOOST_AUTO_TEST_CASE(packed_is_what_is_packed_on_the_fly_) {
  for (const int threads : {1, 2, 3, 20}) {
    packed_is_what_is_packed_on_the_fly<float>(threads);
    packed_is_what_is_packed_on_the_fly<double>(threads);
  }
}

BOOST_AUTO_TEST_CASE(panels_hold_the_matrix_in_their_order) {
  const auto w = made<float>();
  backend::cpu on;
  static constexpr int width = backend::panel_width<float>;
  each_panel(on, *w, [](const std::string& name, const auto& t, const float* by_rows, const float* by_columns) {
    using plain = std::remove_cvref_t<decltype(t)>;
    constexpr int rows = plain::extents[0], columns = plain::extents[1];
    bool right = true;
    for (int r = 0; r < rows; ++r)
      for (int c = 0; c < columns; ++c) {
        const int row_panel = r / width * width, column_panel = c / width * width;
        const int high = std::min(width, rows - row_panel), wide = std::min(width, columns - column_panel);
        right &= by_rows[row_panel * columns + c * high + r % width] == t[r * columns + c];
        right &= by_columns[column_panel * rows + r * wide + c % width] == t[r * columns + c];
      }
    BOOST_TEST_CONTEXT(name) { BOOST_TEST(right); }
  });
}

// After a step the panels are those of the new weights, and a matrix from elsewhere is not looked for among them.
BOOST_AUTO_TEST_CASE(packing_again_and_strangers) {
  const auto w = made<float>();
  backend::packed_weights<sample<float>> packed;
  packed.pack(*w, 0, 1);
  w->a[0] = 99;
  packed.pack(*w, 0, 1);
  backend::cpu on;
  on.packed = packed.of(*w);
  const auto stranger = made<float>();
  backend::arena::frame frame(on.scratch);
  BOOST_TEST(on.panels_by_rows(w->a, frame)[0] == 99);
  BOOST_TEST(on.panels_by_rows(stranger->a, frame)[0] == stranger->a[0]);
  BOOST_TEST(!lies_in(on.panels_by_rows(stranger->a, frame), on.packed.by_rows, on.packed.bytes));
  BOOST_TEST((on.packed.panels(reinterpret_cast<const float*>(&*w + 1), on.packed.by_rows) == nullptr));
  BOOST_TEST((backend::packed_image{}.panels(w->a.data, nullptr) == nullptr));
}
