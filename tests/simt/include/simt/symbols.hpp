// simt/symbols.hpp: what the program's own ELF symbol table says: the names of kernels, and where __shared__ variables
// lie.
//
// __shared__ expands to a thread_local with the ABI tag "shared" (simt/language.hpp). The tag goes into the mangled
// name (tile[abi:shared]), so every such variable can be found, with its size and its place in a thread's local
// storage, without registering it anywhere: templates, lambdas, inline and static functions included.
#pragma once
#include <cxxabi.h>
#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <simt/error.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace simt {

/// A __shared__ variable: its mangled name, and its place in the thread-local block of the program.
struct shared_variable {
  std::string_view name;
  std::size_t offset, bytes;
};

class symbols {
 public:
  static const symbols& of_program() {
    static const symbols table;
    return table;
  }

  std::span<const shared_variable> shared() const { return shared_; }

  /// Where this OS thread keeps the thread-local variables of the program.
  static unsigned char* thread_local_block() { return static_cast<unsigned char*>(program().dlpi_tls_data); }

  std::string_view mangled(const void* function) const {
    const auto address = reinterpret_cast<std::uintptr_t>(function) - program().dlpi_addr;
    for (const auto& symbol : table_)
      if (ELF64_ST_TYPE(symbol.st_info) == STT_FUNC && symbol.st_value == address) return names_ + symbol.st_name;
    return {};
  }
  /// Name and template arguments of a function, without its result and parameters.
  std::string readable(const void* function) const {
    const std::string name(mangled(function));
    if (name.empty()) return "(without a symbol)";
    int status = 0;
    char* demangled = abi::__cxa_demangle(name.c_str(), nullptr, nullptr, &status);
    std::string text = demangled ? demangled : name;
    std::free(demangled);
    std::size_t begin = 0, end = 0;
    for (int depth = 0; end < text.size() && (depth > 0 || text[end] != '('); ++end) {
      depth += text[end] == '<' ? 1 : text[end] == '>' ? -1 : 0;
      if (depth == 0 && text[end] == ' ') begin = end + 1;
    }
    return text.substr(begin, end - begin);
  }

 private:
  static dl_phdr_info program() {
    dl_phdr_info found{};  // the first object visited is the program itself
    dl_iterate_phdr(
        [](dl_phdr_info* info, std::size_t, void* out) { return *static_cast<dl_phdr_info*>(out) = *info, 1; }, &found);
    return found;
  }

  symbols() {
    const int file = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    struct stat status {};
    if (file < 0 || fstat(file, &status) != 0) throw error("simt: the program's own file cannot be read");
    const void* image = mmap(nullptr, static_cast<std::size_t>(status.st_size), PROT_READ, MAP_PRIVATE, file, 0);
    close(file);
    if (image == MAP_FAILED) throw error("simt: the program's own file cannot be mapped");
    const auto* bytes = static_cast<const char*>(image);
    const auto* header = reinterpret_cast<const Elf64_Ehdr*>(bytes);
    const std::span sections(reinterpret_cast<const Elf64_Shdr*>(bytes + header->e_shoff), header->e_shnum);
    for (const auto& section : sections)
      if (section.sh_type == SHT_SYMTAB) {
        table_ = {reinterpret_cast<const Elf64_Sym*>(bytes + section.sh_offset), section.sh_size / sizeof(Elf64_Sym)};
        names_ = bytes + sections[section.sh_link].sh_offset;
      }
    if (table_.empty()) throw error("simt: the program has no symbol table; link it without -s and do not strip it");
    for (const auto& symbol : table_) {
      const std::string_view name = names_ + symbol.st_name;
      if (ELF64_ST_TYPE(symbol.st_info) == STT_TLS && symbol.st_shndx != SHN_UNDEF && !name.starts_with("_ZGV") &&
          name.find("B6shared") != name.npos)
        shared_.push_back({name, symbol.st_value, symbol.st_size});
    }
  }

  std::span<const Elf64_Sym> table_;
  const char* names_ = nullptr;
  std::vector<shared_variable> shared_;
};

}  // namespace simt
