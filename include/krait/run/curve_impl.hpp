// krait/run/curve_impl.hpp: the members of curve_file.
#pragma once
#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <krait/core/atomic_file.hpp>
#include <krait/report/text.hpp>
#include <krait/run/curve.hpp>
#include <utility>

namespace krait::program {

KRAIT_INLINE curve_file::~curve_file() {
  if (handle_ >= 0) ::close(handle_);
}

KRAIT_INLINE void curve_file::open(std::filesystem::path file) {
  file_ = std::move(file);
  handle_ = ::open(file_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  if (handle_ < 0) krait::detail::fail_to_write(file_, errno);
  write_anew();
}

KRAIT_INLINE void curve_file::add(const std::string& leg, const studies::measurement& one) {
  if (!one.quantity.starts_with("loss")) return;
  if (!lines_.empty() && lines_.back().leg == leg && lines_.back().step == one.step) return;
  const std::string* model = studies::find(one.at, "model");
  lines_.push_back({leg, one.step,
                    fmt::format("{},{},{},{},{}\n", one.step, one.seed, report::detail::csv_text(model ? *model : ""),
                                report::detail::csv_text(leg), report::detail::csv_number(one.value))});
  if (handle_ >= 0) krait::detail::write_all(handle_, lines_.back().text, file_);
}

KRAIT_INLINE void curve_file::forget(const std::string& leg) {
  if (std::erase_if(lines_, [&](const line& one) { return one.leg == leg; }) > 0) write_anew();
}

KRAIT_INLINE void curve_file::arrange(const std::vector<std::string>& legs) {
  const auto place = [&](const line& one) { return std::ranges::find(legs, one.leg) - legs.begin(); };
  if (std::ranges::is_sorted(lines_, {}, place)) return;
  std::ranges::stable_sort(lines_, {}, place);
  write_anew();
}

/// In place: who follows the file goes on to see it.
KRAIT_INLINE void curve_file::write_anew() {
  if (handle_ < 0) return;
  if (::ftruncate(handle_, 0) != 0) krait::detail::fail_to_write(file_, errno);
  std::string text = "step,seed,model,leg,loss\n";
  for (const line& one : lines_) text += one.text;
  krait::detail::write_all(handle_, text, file_);
}

}  // namespace krait::program
