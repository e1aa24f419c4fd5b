# cmake -DSOURCE= -DWORK= -DCOMPILER= -DCCCL= -P headers.cmake: krait.hpp compiles alone and without a warning with each of
# g++ and clang++ that is here and is not COMPILER, which does all headers (headers_alone).
file(REAL_PATH ${COMPILER} done)
foreach(name g++ clang++)
  unset(other CACHE)
  find_program(other ${name})
  if(NOT other)
    message(STATUS "left out: there is no ${name} here")
    continue()
  endif()
  file(REAL_PATH ${other} real)
  if(real STREQUAL done)
    continue()
  endif()
  execute_process(COMMAND ${CMAKE_COMMAND} -G Ninja -S ${SOURCE} -B ${WORK}/${name} -DCMAKE_CXX_COMPILER=${other}
                          -DKRAIT_CCCL=${CCCL} -DKRAIT_EXAMPLES=OFF -DKRAIT_BENCHMARKS=OFF
                  COMMAND_ERROR_IS_FATAL ANY OUTPUT_QUIET)
  execute_process(COMMAND ${CMAKE_COMMAND} --build ${WORK}/${name}
                          --target tests/alone/CMakeFiles/krait_headers_alone.dir/krait/krait.hpp.cpp.o
                  COMMAND_ERROR_IS_FATAL ANY)
endforeach()
