# The packaged libraries krait stands on, and what a target needs to use them; for krait's own build and for an installed krait.

# krait_need(PACKAGE DEBIAN_PACKAGE [arguments of find_package]): finds it or stops with one sentence.
macro(krait_need package debian)
  find_package(${package} ${ARGN} QUIET)
  if(NOT ${package}_FOUND)
    message(FATAL_ERROR "krait needs ${package}: install it (Debian: apt-get install ${debian}; or run cmake/setup in "
                        "krait's source folder).")
  endif()
endmacro()

krait_need(Boost libboost-dev 1.74)
krait_need(range-v3 librange-v3-dev)
krait_need(nlohmann_json nlohmann-json3-dev)
krait_need(CLI11 libcli11-dev)
krait_need(Eigen3 libeigen3-dev)
krait_need(fmt libfmt-dev)
krait_need(LibLZMA liblzma-dev)
krait_need(ZLIB zlib1g-dev)
krait_need(ICU libicu-dev COMPONENTS uc i18n)
krait_need(Threads libc6-dev)
find_path(RANDOM123_INCLUDE_DIR Random123/philox.h)
find_path(LIBCSV_INCLUDE_DIR csv.h)
find_library(LIBCSV_LIBRARY csv)
if(NOT RANDOM123_INCLUDE_DIR)
  message(FATAL_ERROR "krait needs Random123: install it (Debian: apt-get install librandom123-dev; or run cmake/setup in "
                      "krait's source folder), or set RANDOM123_INCLUDE_DIR.")
endif()
if(NOT LIBCSV_INCLUDE_DIR OR NOT LIBCSV_LIBRARY)
  message(FATAL_ERROR "krait needs libcsv: install it (Debian: apt-get install libcsv-dev; or run cmake/setup in krait's source "
                      "folder), or set LIBCSV_INCLUDE_DIR and LIBCSV_LIBRARY.")
endif()
# A libfmt compiled by g++ names vformat_to otherwise than clang does (fmt 9), so with clang it comes as headers.
set(krait_fmt $<IF:$<CXX_COMPILER_ID:Clang>,fmt::fmt-header-only,fmt::fmt>)
set(krait_libraries Boost::headers range-v3::range-v3 nlohmann_json::nlohmann_json CLI11::CLI11 Eigen3::Eigen ${krait_fmt}
                    LibLZMA::LibLZMA ZLIB::ZLIB ICU::i18n ICU::uc Threads::Threads)

# What depends on this machine and is therefore not written into the installed targets: where CCCL, Random123 and libcsv
# are, the processor, the folder of the built-in facts. With BUILD only for targets of this build.
function(krait_fit_to_machine target cccl facts)
  set(open "")
  set(close "")
  if(ARGN STREQUAL BUILD)
    set(open "$<BUILD_INTERFACE:")
    set(close ">")
  endif()
  target_include_directories(${target} SYSTEM INTERFACE "${open}${cccl}${close}" "${open}${RANDOM123_INCLUDE_DIR}${close}")
  target_include_directories(${target} SYSTEM INTERFACE "${open}${LIBCSV_INCLUDE_DIR}${close}")
  target_link_libraries(${target} INTERFACE "${open}${LIBCSV_LIBRARY}${close}")
  target_compile_definitions(${target} INTERFACE "${open}KRAIT_FACTS_DIR=\"${facts}\"${close}")
  # g++ fuses multiplication and addition anyway; clang only when asked.
  set(flags -ffp-contract=fast)
  if(KRAIT_NATIVE)
    list(APPEND flags -march=native)
  endif()
  foreach(flag ${flags})
    set(by_language $<$<COMPILE_LANGUAGE:CXX>:${flag}>$<$<COMPILE_LANGUAGE:CUDA>:-Xcompiler=${flag}>)
    target_compile_options(${target} INTERFACE "${open}${by_language}${close}")
  endforeach()
endfunction()

# What krait::cuda adds to krait::krait. The device architectures are CMAKE_CUDA_ARCHITECTURES of the project.
function(krait_fill_cuda target krait)
  target_link_libraries(${target} INTERFACE ${krait} CUDA::cudart CUDA::cublasLt)
  target_compile_definitions(${target} INTERFACE KRAIT_WITH_CUDA=1)
  # Libraries that take nvcc for older than it is: {fmt} (whose format strings it cannot check), Eigen's own device side.
  target_compile_definitions(${target} INTERFACE
                             "$<$<COMPILE_LANGUAGE:CUDA>:FMT_USE_CONSTEXPR=1;FMT_CONSTEVAL=;EIGEN_NO_CUDA>")
  target_compile_options(${target} INTERFACE "$<$<COMPILE_LANGUAGE:CUDA>:SHELL:-include krait/backend/cuda/nvcc_names.hpp>")
  # CMake 3.25 does not know that nvcc has C++20 (no feature cuda_std_20).
  target_compile_options(${target} INTERFACE "$<$<COMPILE_LANGUAGE:CUDA>:-std=c++20;-diag-suppress=1675>")
endfunction()
