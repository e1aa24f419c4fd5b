// tests/data/safetensors.cpp: the format's files, whole, cut, garbled and by another writer.
#define BOOST_TEST_MODULE data_safetensors
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>

#include <algorithm>
#include <bit>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <krait/data/safetensors.hpp>
#include <limits>

#include "../oracle.hpp"
#include "../scratch_folder.hpp"
#include "files.hpp"
using namespace krait;
using data::safetensors, data::safetensors_writer;
using krait::testing::in_child;
using krait::testing::text_of;
using test::says;

namespace {

/// A file from a header's text and data, whether they are right or not.
std::filesystem::path file_of(const test::folder& here, const std::string& header, const std::string& bytes) {
  const std::uint64_t size = header.size();
  std::string text(reinterpret_cast<const char*>(&size), 8);
  return here.write("file.safetensors", text + header + bytes);
}
auto of(const std::filesystem::path& file) {
  return [file] { safetensors(file).arrays(); };
}
std::string broken(const std::string& what) { return what + ", so it is no whole safetensors file; "; }

const std::vector<float> floats{1.5f, -2, 3e-40f, std::numeric_limits<float>::infinity(), -0.f, 7};
const std::vector<double> doubles{1e300, -1.0 / 3};
const std::vector<std::int64_t> longs{std::numeric_limits<std::int64_t>::min(), 5};
const std::vector<std::int32_t> ints{-7, 7, 9};
const std::vector<std::uint8_t> bytes{0, 255, 3};

std::filesystem::path sample(const test::folder& here) {
  const auto file = here.at / "sample.safetensors";
  const std::vector<bfloat16> halves{1.f, -3.f};
  safetensors_writer writer;
  writer.add<float>("a.weight", {2, 3}, floats);
  writer.add<double>("b", {2}, doubles);
  writer.add<std::int64_t>("c \"quoted\" \xC3\xA9", {1, 2, 1}, longs);
  writer.add<std::int32_t>("d", {3}, ints);
  writer.add<std::uint8_t>("e", {3}, bytes);
  writer.add<bfloat16>("f", {2}, halves);
  writer.add<float>("empty", {0, 4}, {});
  writer.add<float>("scalar", {}, std::span(floats).first(1));
  writer.write(file, {{"who", "a test"}, {"step", "12"}});
  return file;
}

/// Reads everything that a header claims there is.
double touch(const safetensors& file) {
  double sum = 0;
  for (const auto& [name, a] : file.arrays()) {
    for (const char c : a.bytes) sum += c;
    try {
      for (const double v : file.values<double>(name)) sum += std::isfinite(v) ? v : 0;
    } catch (const data_error&) {}  // a type that is described and not converted
  }
  return sum;
}
/// Whether a file is taken or refused as it should be: never anything but a file or an error of one line.
void is_read_or_refused(const std::filesystem::path& file) {
  try {
    const safetensors found(file);
    BOOST_CHECK_NO_THROW(touch(found));
  } catch (const data_error& e) {
    BOOST_TEST(test::one_sentence(e.what()), e.what());
  } catch (const file_error& e) {
    BOOST_TEST(test::one_sentence(e.what()), e.what());
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(everything_comes_back) {
  const test::folder here;
  const safetensors file(sample(here));
  BOOST_TEST((file.metadata() == data::safetensors_metadata{{"who", "a test"}, {"step", "12"}}));
  BOOST_TEST(file.arrays().size() == 8u);
  BOOST_TEST((file.at("a.weight").shape == std::vector<std::int64_t>{2, 3}));
  BOOST_TEST((file.at("c \"quoted\" \xC3\xA9").shape == std::vector<std::int64_t>{1, 2, 1}));
  BOOST_TEST((file.at("empty").shape == std::vector<std::int64_t>{0, 4}));
  BOOST_TEST(file.at("scalar").shape.empty());
  BOOST_TEST((file.values<float>("a.weight") == floats));
  BOOST_TEST(std::signbit(file.values<float>("a.weight")[4]));
  BOOST_TEST((file.values<double>("b") == doubles));
  BOOST_TEST((file.values<std::int64_t>("c \"quoted\" \xC3\xA9") == longs));
  BOOST_TEST((file.values<std::int32_t>("d") == ints));
  BOOST_TEST((file.values<std::uint8_t>("e") == bytes));
  BOOST_TEST((file.values<float>("f") == std::vector<float>{1, -3}));
  BOOST_TEST(file.values<float>("empty").empty());
  BOOST_TEST(file.values<float>("scalar")[0] == 1.5f);
  // Other types than the file's.
  BOOST_TEST((file.values<double>("d") == std::vector<double>{-7, 7, 9}));
  BOOST_TEST(static_cast<float>(file.values<bfloat16>("b")[1]) == static_cast<float>(bfloat16(-1.f / 3)));
}

BOOST_AUTO_TEST_CASE(the_bits_of_every_nan_are_kept) {
  const test::folder here;
  std::vector<float> odd;
  for (const std::uint32_t bits : {0x7FC00000u, 0x7F800001u, 0xFFC12345u, 0x7FBFFFFFu})
    odd.push_back(std::bit_cast<float>(bits));
  std::vector<bfloat16> halves(3);
  halves[0].bits = 0x7FC1, halves[1].bits = 0xFF81, halves[2].bits = 0x7F80;
  const double wide[] = {std::bit_cast<double>(0x7FF0000000000001ull), std::bit_cast<double>(0xFFF8DEADBEEF0000ull)};
  safetensors_writer writer;
  writer.add<float>("f", {4}, odd);
  writer.add<bfloat16>("h", {3}, halves);
  writer.add<double>("d", {2}, wide);
  writer.write(here.at / "nan");
  const safetensors file(here.at / "nan");
  const auto same = [](const auto& a, const auto& b) {
    return std::memcmp(a.data(), std::data(b), sizeof(a[0]) * a.size()) == 0;
  };
  BOOST_TEST(same(file.values<float>("f"), odd));
  BOOST_TEST(same(file.values<bfloat16>("h"), halves));
  BOOST_TEST(same(file.values<double>("d"), wide));
}

BOOST_AUTO_TEST_CASE(the_data_begin_at_a_multiple_of_eight) {
  const test::folder here;
  for (const int length : {1, 2, 3, 4, 5, 6, 7, 8, 9}) {
    safetensors_writer writer;
    writer.add<float>(std::string(static_cast<std::size_t>(length), 'n'), {6}, floats);
    writer.write(here.at / "x");
    const std::string text = text_of(here.at / "x");
    std::uint64_t header;
    std::memcpy(&header, text.data(), 8);
    BOOST_TEST(header % 8 == 0u);
    BOOST_TEST(text.size() == 8 + header + 24);
    BOOST_TEST(
        (safetensors(here.at / "x").values<float>(std::string(static_cast<std::size_t>(length), 'n')) == floats));
  }
}

BOOST_AUTO_TEST_CASE(no_arrays_at_all) {
  const test::folder here;
  safetensors_writer{}.write(here.at / "x");
  BOOST_TEST(safetensors(here.at / "x").arrays().empty());
}

// Python wrote these.
BOOST_AUTO_TEST_CASE(files_of_another_writer) {
  for (const char* name : {"mamba_lm_checkpoint", "transformer_lm_checkpoint", "adamw", "cross_entropy"}) {
    const safetensors file(std::filesystem::path(KRAIT_ORACLES_DIR) / (std::string(name) + ".safetensors"));
    const testing::oracle o(name);
    BOOST_TEST(!file.arrays().empty());
    for (const auto& [tensor, a] : file.arrays()) {
      BOOST_TEST((file.values<double>(tensor) == o[tensor]), tensor);
      const auto shape = o.shape(tensor);
      BOOST_TEST((a.shape == std::vector<std::int64_t>(shape.begin(), shape.end())));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_file_cut_anywhere_is_refused) {
  const test::folder here;
  const std::string whole = text_of(sample(here));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    std::filesystem::remove(here.at / "cut");
    const auto file = here.write("cut", whole.substr(0, size));
    BOOST_CHECK_THROW(safetensors{file}, data_error);
    is_read_or_refused(file);
  }
  is_read_or_refused(here.write("longer", whole + "more"));
}

BOOST_AUTO_TEST_CASE(a_header_with_any_byte_changed_is_read_or_refused) {
  const test::folder here;
  const std::string whole = text_of(sample(here));
  std::uint64_t header;
  std::memcpy(&header, whole.data(), 8);
  for (std::size_t i = 0; i < 8 + header; ++i)
    for (const char to : {char(whole[i] ^ 1), char(whole[i] ^ 0x80), char(~whole[i]), '\0', '9', '"', '-', '}'}) {
      std::string text = whole;
      text[i] = to;
      std::filesystem::remove(here.at / "garbled");  // or the file system syncs what is overwritten
      is_read_or_refused(here.write("garbled", text));
    }
}

BOOST_AUTO_TEST_CASE(headers_that_lie) {
  const test::folder here;
  const std::string four(4, 'x');
  const auto refused = [&](const std::string& header, const std::string& what) {
    const auto file = file_of(here, header, four);
    BOOST_CHECK_EXCEPTION(of(file)(), data_error, says(what));
    BOOST_CHECK_EXCEPTION(of(file)(), data_error, says(file.string()));
  };
  const auto array = [](const std::string& dtype, const std::string& shape, const std::string& offsets) {
    return R"({"w":{"dtype":)" + dtype + R"(,"shape":)" + shape + R"(,"data_offsets":)" + offsets + "}}";
  };
  BOOST_CHECK_NO_THROW(of(file_of(here, array("\"F32\"", "[1]", "[0,4]"), four))());
  refused("", broken("has a header that is no JSON object"));
  refused("[]", broken("has a header that is no JSON object"));
  refused("{\"w\":", broken("has a header that is no JSON object"));
  refused("{\"w\":3}", broken("describes the array w badly"));
  refused("{\"w\":{}}", broken("describes the array w badly"));
  refused(array("3", "[1]", "[0,4]"), broken("describes the array w badly"));
  refused(array("\"F32\"", "[-1]", "[0,4]"), broken("describes the array w badly"));
  refused(array("\"F32\"", "[1.0]", "[0,4]"), broken("describes the array w badly"));
  refused(array("\"F32\"", "1", "[0,4]"), broken("describes the array w badly"));
  refused(array("\"F32\"", "[1]", "[0]"), broken("describes the array w badly"));
  refused(array("\"F32\"", "[1]", "[0,4,8]"), broken("describes the array w badly"));
  refused(array("\"F31\"", "[1]", "[0,4]"), broken("gives the array w the unknown type F31"));
  refused(array("\"F32\"", "[1]", "[0,8]"), broken("has offsets of w that do not fit its shape"));
  refused(array("\"F32\"", "[1]", "[4,8]"), broken("has offsets of w that do not fit its shape"));
  refused(array("\"F32\"", "[1]", "[4,0]"), broken("has offsets of w that do not fit its shape"));
  refused(array("\"F32\"", "[0]", "[0,4]"), broken("has offsets of w that do not fit its shape"));
  refused(array("\"F32\"", "[4611686018427387904]", "[0,4]"), broken("has less data than the shape of w asks for"));
  refused(array("\"U8\"", "[4294967296,4294967296]", "[0,4]"), broken("has less data than the shape of w asks for"));
  refused(array("\"U8\"", "[18446744073709551615]", "[0,4]"), "so it is no whole safetensors file");
  refused(array("\"U8\"", "[4]", "[18446744073709551615,3]"), broken("has offsets of w that do not fit its shape"));
  refused(R"({"__metadata__":3})", broken("has metadata that are no JSON object"));
  refused(R"({"__metadata__":{"a":1}})", broken("has metadata that are no texts"));
  const std::string one = R"({"dtype":"U8","shape":[3],"data_offsets":[0,3]})",
                    two = R"({"dtype":"U8","shape":[2],"data_offsets":[2,4]})";
  refused("{\"a\":" + one + ",\"b\":" + two + "}", broken("has arrays that overlap"));
  refused("{\"a\":" + one + "}", broken("has bytes behind its arrays that belong to none"));
  refused("{\"b\":" + two + "}", broken("has bytes between its arrays that belong to none"));
  refused("{\"a\":" + one + ",\"a\":" + two + "}", broken("names a twice in its header"));
  // Nested as deep as memory goes: no stack may end.
  refused("{\"w\":" + std::string(200'000, '[') + std::string(200'000, ']') + "}", "describes the array w badly");
}

// The length of a header is the first thing that a broken file lies about.
BOOST_AUTO_TEST_CASE(absurd_header_lengths) {
  const test::folder here;
  for (const std::uint64_t length :
       {std::uint64_t{9}, std::uint64_t{1} << 32, ~std::uint64_t{0}, ~std::uint64_t{0} - 7}) {
    std::string text(reinterpret_cast<const char*>(&length), 8);
    BOOST_CHECK_EXCEPTION(of(here.write("x", text + "{}"))(), data_error, says(broken("ends within its header")));
  }
  BOOST_CHECK_EXCEPTION(of(here.write("x", "short"))(), data_error, says(broken("is shorter than a header")));
}

BOOST_AUTO_TEST_CASE(files_that_are_not_there) {
  const test::folder here;
  BOOST_CHECK_EXCEPTION(safetensors(here.at / "no"), file_error, says("no is missing or may not be read"));
  BOOST_CHECK_EXCEPTION(safetensors{here.at}, file_error, says("is a folder"));
}

BOOST_AUTO_TEST_CASE(what_is_asked_for_is_not_there) {
  const test::folder here;
  const safetensors file(sample(here));
  BOOST_CHECK_EXCEPTION(file.at("w"), data_error, says("has no array w;"));
  std::vector<float> five(5);
  BOOST_CHECK_EXCEPTION(file.copy("a.weight", std::span(five)), data_error,
                        says("has 6 values in a.weight where 5 are wanted"));
  const safetensors small(
      file_of(here, R"({"w":{"dtype":"F8_E4M3","shape":[4],"data_offsets":[0,4]}})", std::string(4, 'x')));
  BOOST_CHECK_EXCEPTION(small.values<float>("w"), data_error, says("the unread type F8_E4M3 in w"));
}

// All 65,536 values, by the definition: (-1)^s 2^(e - 15) (1 + f / 1024), 2^-14 f / 1024 where e is 0.
BOOST_AUTO_TEST_CASE(half_precision_is_read) {
  const test::folder here;
  std::string bits;
  for (int i = 0; i < 65536; ++i) bits += static_cast<char>(i & 255), bits += static_cast<char>(i >> 8);
  const safetensors file(file_of(here, R"({"w":{"dtype":"F16","shape":[256,256],"data_offsets":[0,131072]}})", bits));
  BOOST_TEST(safetensors::readable("F16"));
  const auto values = file.values<double>("w");
  for (int i = 0; i < 65536; ++i) {
    const int exponent = i >> 10 & 31, fraction = i & 1023;
    const double value = values[static_cast<std::size_t>(i)];
    BOOST_REQUIRE(std::signbit(value) == (i >= 32768));
    if (exponent == 31 && fraction > 0)
      BOOST_REQUIRE(std::isnan(value));
    else if (exponent == 31)
      BOOST_REQUIRE(std::isinf(value));
    else
      BOOST_REQUIRE(std::abs(value) == std::ldexp((exponent > 0) * 1024 + fraction, std::max(exponent, 1) - 25));
  }
  BOOST_TEST((file.values<float>("w")[0x3C00] == 1 && static_cast<float>(file.values<bfloat16>("w")[0xC000]) == -2));
}

BOOST_AUTO_TEST_CASE(a_header_beyond_the_bound_is_refused) {
  const test::folder here;
  const std::uint64_t size = 100'000'001;
  const auto file = here.write("x", {reinterpret_cast<const char*>(&size), 8});
  std::filesystem::resize_file(file, 8 + size);  // a hole: it takes no place
  BOOST_CHECK_EXCEPTION(of(file)(), data_error, says(broken("has a header of more than 100,000,000 bytes")));
}

// What a reader would refuse is not written: nothing is there afterwards, and an earlier file stands.
BOOST_AUTO_TEST_CASE(what_cannot_be_read_is_not_written) {
  const test::folder here;
  const auto refuses = [&](const auto& add, const std::string& what, const data::safetensors_metadata& metadata = {}) {
    safetensors_writer writer;
    writer.add<float>("first", {6}, floats);
    add(writer);
    BOOST_CHECK_EXCEPTION(writer.write(here.at / "x", metadata), data_error, says(what));
    BOOST_TEST(std::filesystem::is_empty(here.at));
  };
  const auto array = [](std::string name, std::vector<std::int64_t> shape) {
    return [=](safetensors_writer& writer) { writer.add<float>(name, shape, floats); };
  };
  refuses(array("__metadata__", {6}), "an array has the reserved name __metadata__");
  refuses(array("first", {6}), "two arrays are both written as \"first\"");
  refuses([&](auto& writer) { array("a\xFF", {6})(writer), array("a\xFE", {6})(writer); },
          "two arrays are both written");
  refuses([&](auto& writer) { array("a\xFF", {6})(writer), array("a\uFFFD", {6})(writer); },
          "two arrays are both written");
  for (const auto& shape :
       std::vector<std::vector<std::int64_t>>{{5}, {7}, {}, {0}, {6, 0}, {-6}, {-2, -3}, {1L << 62, 8}})
    refuses(array("w", shape), "the 24 bytes of the array w do not fill its shape");
  refuses([](auto&) {}, "two keys of its metadata are both written", {{"k\xFF", "1"}, {"k\xFE", "2"}});
  refuses([](auto&) {}, "its header has more than 100,000,000 bytes", {{"k", std::string(100'000'001, 'k')}});

  const auto file = sample(here);
  const std::string before = text_of(file);
  safetensors_writer writer;
  writer.add<float>("w", {7}, floats);
  BOOST_CHECK_THROW(writer.write(file), data_error);
  BOOST_TEST((text_of(file) == before));
}

BOOST_AUTO_TEST_CASE(a_name_that_is_no_utf8_is_repaired) {
  const test::folder here;
  safetensors_writer writer;
  writer.add<float>("a\xFF", {3, 2}, floats);
  writer.add<float>("none", {16, 0}, {});
  writer.write(here.at / "x");
  const safetensors file(here.at / "x");
  BOOST_TEST((file.values<float>("a\uFFFD") == floats));
  BOOST_TEST((file.at("none").shape == std::vector<std::int64_t>{16, 0}));
}

// As a quota does: the write fails when the file has grown so far. The earlier file stands, and nothing is beside it.
BOOST_AUTO_TEST_CASE(a_write_that_fails_leaves_the_earlier_file) {
  const test::folder here;
  const auto file = sample(here);
  const std::string before = text_of(file);
  const std::vector<double> many(50'000, 1);
  const int status = in_child([&] {
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit small{10'000, 10'000};
    ::setrlimit(RLIMIT_FSIZE, &small);
    safetensors_writer writer;
    writer.add<double>("w", {50'000}, many);
    try {
      writer.write(file);
    } catch (const file_error& e) {
      const std::string text = e.what();
      ::_exit(text.find(file.string()) != text.npos && text.find("free some space") != text.npos ? 0 : 2);
    }
    ::_exit(1);
  });
  BOOST_TEST(status == 0);
  BOOST_TEST((text_of(file) == before));
  BOOST_TEST(std::distance(std::filesystem::directory_iterator(here.at), {}) == 1);
}

// A disk that is full, where this process may mount one.
BOOST_AUTO_TEST_CASE(a_full_disk_leaves_the_earlier_file) {
  const test::folder here;
  if (::mount("krait-test", here.at.c_str(), "tmpfs", 0, "size=64k") != 0) {
    BOOST_TEST_MESSAGE("skipped: this user may not mount a small disk");
    return;
  }
  const struct unmount {
    const std::filesystem::path& at;
    ~unmount() { ::umount2(at.c_str(), MNT_DETACH); }
  } at_the_end{here.at};
  const auto file = sample(here);
  const std::string before = text_of(file);
  const std::vector<double> many(50'000, 1);
  safetensors_writer writer;
  writer.add<double>("w", {50'000}, many);
  BOOST_CHECK_EXCEPTION(writer.write(file), file_error, [&](const file_error& e) {
    return std::string(e.what()).find("No space left on device; free some space") != std::string::npos;
  });
  BOOST_TEST((text_of(file) == before));
  BOOST_TEST(std::distance(std::filesystem::directory_iterator(here.at), {}) == 1);
}

BOOST_AUTO_TEST_CASE(a_folder_that_is_not_there) {
  const test::folder here;
  safetensors_writer writer;
  writer.add<float>("w", {6}, floats);
  BOOST_CHECK_EXCEPTION(writer.write(here.at / "no/x"), file_error,
                        [](const file_error& e) { return std::string(e.what()).find("cannot write") == 0; });
}
