# cmake -DCOMPILER= -DFLAGS= -DSOURCE= [-DOTHERS=ON] -P compile_fail.cmake: SOURCE must not compile, and for every line
# `// expect: text` of it the compiler's message must hold the text; the first of them must stand in the first error, unless it is
# `// expect later: text`. FLAGS is a file with one flag a line. OTHERS: the first error is the same with clang++ and nvcc, where they are there.
file(STRINGS ${SOURCE} expected REGEX "^// expect( later)?: ")
if(NOT expected)
  message(FATAL_ERROR "${SOURCE} has no line '// expect: text' that says why it must not compile.")
endif()
list(GET expected 0 sentence)
if(sentence MATCHES "^// expect later: ") # behind errors that are the test's own, as of a made-up device without kernels
  set(sentence "")
endif()
list(TRANSFORM expected REPLACE "^// expect( later)?: " "")
string(REPLACE "// expect: " "" sentence "${sentence}")
file(STRINGS ${FLAGS} flags)
list(FILTER flags EXCLUDE REGEX "^-[ID]?$") # of empty lists

# compile(COMMAND...): it fails, and its first error holds the sentence. What it says is in `said`.
function(compile)
  execute_process(COMMAND ${ARGN} ${SOURCE} RESULT_VARIABLE status OUTPUT_VARIABLE said ERROR_VARIABLE said)
  if(status EQUAL 0)
    message(FATAL_ERROR "${SOURCE} compiles with ${ARGV0}, and must not.")
  endif()
  string(REGEX MATCH "error: [^\n]*" first "${said}")
  string(FIND "${first}" "${sentence}" place)
  if(place EQUAL -1)
    message(FATAL_ERROR "${SOURCE} does not compile with ${ARGV0}, as it should, but the first error is not '${sentence}':\n${said}")
  endif()
  set(said "${said}" PARENT_SCOPE)
endfunction()

compile(${COMPILER} ${flags} -std=c++20 -w -fsyntax-only -fdiagnostics-color=never)
foreach(text ${expected})
  string(FIND "${said}" "${text}" place)
  if(place EQUAL -1)
    message(FATAL_ERROR "${SOURCE} does not compile, as it should, but the compiler does not say '${text}':\n${said}")
  endif()
endforeach()
if(NOT OTHERS)
  return()
endif()

find_program(clang NAMES clang++ clang++-14)
if(clang)
  compile(${clang} ${flags} -std=c++20 -w -fsyntax-only -fno-color-diagnostics)
endif()
find_program(nvcc nvcc HINTS $ENV{CUDA_HOME}/bin /usr/local/cuda/bin)
if(nvcc)
  list(FILTER flags INCLUDE REGEX "^-[ID]|^-isystem") # and those of krait::cuda
  compile(${nvcc} ${flags} -DFMT_USE_CONSTEXPR=1 -DFMT_CONSTEVAL= -DEIGEN_NO_CUDA -include krait/backend/cuda/nvcc_names.hpp -std=c++20
          -x cu -arch=sm_90 --expt-relaxed-constexpr -w -cubin -o /dev/null)
endif()
