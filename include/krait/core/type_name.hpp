// krait/core/type_name.hpp: a type with all its template arguments as text, for pages that say what was compiled.
#pragma once
#include <string>
#include <string_view>

namespace krait {

/// "optim::adamw<optim::adamw_config{3.0e-3, ...}>": as the compiler writes it, without krait's own namespace.
template <class T> std::string type_name() {
  std::string_view text = __PRETTY_FUNCTION__;
  const std::string_view start = "T = ";
  text.remove_prefix(text.find(start) + start.size());
  text = text.substr(0, text.rfind(']'));
  if (const auto more = text.find("; std::string"); more != std::string_view::npos) text = text.substr(0, more);
  std::string name;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t next = text.find("krait::", at);
    name += text.substr(at, next - at);
    if (next == std::string_view::npos) break;
    at = next + 7;
  }
  return name;
}

}  // namespace krait
