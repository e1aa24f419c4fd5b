#define BOOST_TEST_MODULE data_compressed
#include <boost/test/unit_test.hpp>
#include <krait/data/compressed.hpp>
#include <string>

#include "files.hpp"
using namespace krait;
using data::read_file;

namespace {
std::string long_text() {
  std::string text;
  for (int i = 0; text.size() < 300'000; ++i) text += std::to_string(i * 2654435761u) + (i % 7 ? " " : "\r\n");
  text[1000] = '\0';
  return text;
}
}  // namespace

BOOST_AUTO_TEST_CASE(plain_and_packed_files_read_alike) {
  const test::folder dir;
  for (const std::string& text :
       {std::string(), std::string("a"), std::string("\xFD"), std::string(65536, 'x'), long_text()}) {
    BOOST_TEST((read_file(dir.write("plain", text)) == text));
    BOOST_TEST((read_file(dir.write("packed.xz", test::xz(text))) == text));
    BOOST_TEST((read_file(dir.write("named-otherwise", test::xz(text))) == text));
    BOOST_TEST((read_file(dir.write("packed.gz", test::gz(text))) == text));
  }
}

BOOST_AUTO_TEST_CASE(several_streams_in_one_file_are_one_text) {
  const test::folder dir;
  BOOST_TEST(read_file(dir.write("two.xz", test::xz("first, ") + test::xz("second"))) == "first, second");
  BOOST_TEST(read_file(dir.write("two.gz", test::gz("first, ") + test::gz("second"))) == "first, second");
}

BOOST_AUTO_TEST_CASE(broken_files_are_refused) {
  const test::folder dir;
  const std::string packed = test::xz(long_text());
  for (const std::size_t kept : {std::size_t{6}, std::size_t{20}, packed.size() / 2, packed.size() - 1})
    BOOST_CHECK_EXCEPTION(read_file(dir.write("cut.xz", packed.substr(0, kept))), file_error, test::says("cut.xz"));
  std::string flipped = packed;
  flipped[packed.size() / 2] = static_cast<char>(flipped[packed.size() / 2] ^ 1);
  BOOST_CHECK_EXCEPTION(read_file(dir.write("flipped.xz", flipped)), file_error, test::says("fetch it again"));
  BOOST_CHECK_EXCEPTION(read_file(dir.write("tail.xz", packed + "tail")), file_error, test::says("tail.xz"));
  std::string gz = test::gz(long_text());
  for (const std::size_t kept : {std::size_t{6}, std::size_t{20}, gz.size() / 2, gz.size() - 1})
    BOOST_CHECK_EXCEPTION(read_file(dir.write("cut.gz", gz.substr(0, kept))), file_error, test::says("cut.gz"));
  BOOST_CHECK_EXCEPTION(read_file(dir.write("tail.gz", gz + "tail")), file_error, test::says("tail.gz"));
  gz[gz.size() / 2] = static_cast<char>(gz[gz.size() / 2] ^ 1);
  BOOST_CHECK_EXCEPTION(read_file(dir.write("flipped.gz", gz)), file_error, test::says("fetch it again"));
}

BOOST_AUTO_TEST_CASE(the_limit_holds_for_the_text_not_the_file) {
  const test::folder dir;
  const std::string text(200'000, 'a');
  const auto plain = dir.write("plain", text), packed = dir.write("packed.xz", test::xz(text)),
             zipped = dir.write("packed.gz", test::gz(text));
  for (const auto& file : {plain, packed, zipped}) {
    BOOST_TEST(read_file(file, text.size()).size() == text.size());
    BOOST_CHECK_EXCEPTION(read_file(file, text.size() - 1), file_error, test::says("199999 bytes"));
  }
}

BOOST_AUTO_TEST_CASE(missing_files_and_folders_are_refused) {
  const test::folder dir;
  BOOST_CHECK_EXCEPTION(read_file(dir.at / "none"), file_error, test::says("is missing"));
  BOOST_CHECK_EXCEPTION(read_file(dir.at), file_error, test::says("is a folder"));
}

BOOST_AUTO_TEST_CASE(a_plain_file_goes_before_a_packed_one) {
  const test::folder dir;
  BOOST_TEST(data::find_packed_or_plain(dir.at / "a.csv").empty());
  dir.write("a.csv.xz", "");
  BOOST_TEST(data::find_packed_or_plain(dir.at / "a.csv") == dir.at / "a.csv.xz");
  dir.write("a.csv", "");
  BOOST_TEST(data::find_packed_or_plain(dir.at / "a.csv") == dir.at / "a.csv");
}
