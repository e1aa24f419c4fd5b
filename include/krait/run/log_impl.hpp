// krait/run/log_impl.hpp: the members of measurement_log.
#pragma once
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <iterator>
#include <krait/core/atomic_file.hpp>
#include <krait/core/error.hpp>
#include <krait/run/curve_impl.hpp>
#include <krait/run/log.hpp>
#include <krait/study/record_text.hpp>
#include <utility>

namespace krait::program {

KRAIT_INLINE measurement_log::measurement_log(std::filesystem::path file, bool resume,
                                              std::optional<std::uint64_t> bytes, const std::filesystem::path& curve)
    : file_(std::move(file)) {
  const auto broken = [&] {
    return data_error(file_.string() + " holds no measurements of this study; give --restart to begin anew.");
  };
  if (resume) {
    std::ifstream in(file_, std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(in), {}};
    if (bytes && *bytes > text.size()) throw broken();
    if (bytes) text.resize(*bytes);
    const std::size_t whole = text.rfind('\n');
    text.resize(whole == std::string::npos ? 0 : whole + 1);
    try {
      for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = text.find('\n', at);
        const auto line = report::json::parse(text.begin() + static_cast<std::ptrdiff_t>(at),
                                              text.begin() + static_cast<std::ptrdiff_t>(end));
        const std::string leg = line.at(0);
        if (line.size() == 1)
          finished_.insert(leg);
        else if (line.at(1).is_null())
          measured_.erase(leg), curve_.forget(leg);
        else
          curve_.add(leg,
                     measured_[leg].emplace_back(studies::measurement{
                         studies::detail::labels_from(line.at(1)), line.at(2).get<std::uint64_t>(),
                         line.at(3).get<long>(), line.at(4).get<std::string>(), report::detail::number(line.at(5))}));
        at = end + 1;
      }
    } catch (const nlohmann::json::exception&) {
      throw broken();
    }
    bytes_ = text.size();
  }
  handle_ = ::open(file_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
  if (handle_ < 0 || ::ftruncate(handle_, static_cast<off_t>(bytes_)) != 0 ||
      ::lseek(handle_, static_cast<off_t>(bytes_), SEEK_SET) < 0)
    krait::detail::fail_to_write(file_, errno);
  if (!curve.empty()) curve_.open(curve);
}

KRAIT_INLINE measurement_log::~measurement_log() {
  if (handle_ >= 0) ::close(handle_);
}

KRAIT_INLINE void measurement_log::add(const std::string& leg, studies::measurement one) {
  const report::json line = {leg,          studies::detail::to_json(one.at), one.seed, one.step,
                             one.quantity, report::detail::number(one.value)};
  waiting_ += line.dump(-1, ' ', false, report::json::error_handler_t::replace) + "\n";
  curve_.add(leg, one);
  measured_[leg].push_back(std::move(one));
}
KRAIT_INLINE void measurement_log::finish(const std::string& leg) {
  waiting_ += report::json::array({leg}).dump(-1, ' ', false, report::json::error_handler_t::replace) + "\n";
  finished_.insert(leg);
}
KRAIT_INLINE void measurement_log::forget(const std::string& leg) {
  if (measured_.erase(leg) == 0) return;
  curve_.forget(leg);
  // In the file too: the lines stand there where a kill came between them and their checkpoint.
  waiting_ += report::json::array({leg, nullptr}).dump(-1, ' ', false, report::json::error_handler_t::replace) + "\n";
}

KRAIT_INLINE void measurement_log::flush(bool last) {
  krait::detail::write_all(handle_, waiting_, file_);
  bytes_ += waiting_.size();
  waiting_.clear();
  if (last && ::fdatasync(handle_) != 0 && errno != EINVAL && errno != EROFS)
    krait::detail::fail_to_write(file_, errno);
}

KRAIT_INLINE void measurement_log::gather(const std::vector<std::string>& legs, studies::record& into) const {
  for (const auto& leg : legs)
    if (const auto found = measured_.find(leg); found != measured_.end())
      for (const auto& one : found->second) into.add(one);
}

}  // namespace krait::program
