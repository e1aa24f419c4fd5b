# Where CCCL's headers (libcu++, Thrust, CUB) are: in a CUDA toolkit, or in the PyPI package nvidia-cuda-cccl unpacked
# into a folder. KRAIT_CCCL chooses: auto (toolkit first), toolkit, pypi.
# Also a script: cmake -DFETCHED=build/cccl -P cmake/krait_cccl.cmake prints the folder, or nothing.

# krait_find_cccl(RESULT FETCHED): the folder that holds cuda/std/mdspan; empty if there is none.
function(krait_find_cccl result fetched)
  if(NOT DEFINED KRAIT_CCCL)
    set(KRAIT_CCCL auto)
  elseif(NOT KRAIT_CCCL MATCHES "^(auto|toolkit|pypi)$")
    message(FATAL_ERROR "KRAIT_CCCL is '${KRAIT_CCCL}': it must be auto, toolkit or pypi.")
  endif()
  set(places)
  if(NOT KRAIT_CCCL STREQUAL pypi)
    foreach(root "${CUDAToolkit_ROOT}" "$ENV{CUDA_HOME}" "$ENV{CUDA_PATH}" /usr/local/cuda)
      if(root)
        list(APPEND places ${root}/include/cccl ${root}/include)  # CUDA 13, CUDA 12
      endif()
    endforeach()
  endif()
  if(NOT KRAIT_CCCL STREQUAL toolkit)
    file(GLOB unpacked LIST_DIRECTORIES true ${fetched}/nvidia/*/include/cccl ${fetched}/nvidia/*/include)
    list(APPEND places ${unpacked} ${fetched}/include)
  endif()
  set(${result} "" PARENT_SCOPE)
  foreach(place ${places})
    if(EXISTS ${place}/cuda/std/mdspan)
      set(${result} ${place} PARENT_SCOPE)
      return()
    endif()
  endforeach()
endfunction()

function(krait_require_cccl folder)
  if(NOT folder)
    message(FATAL_ERROR "krait needs CCCL (libcu++ with <cuda/std/mdspan>) and KRAIT_CCCL=${KRAIT_CCCL} finds none: set "
                        "CUDA_HOME to a CUDA toolkit of version 12.4 or newer, or build krait itself (and install it) with "
                        "-DKRAIT_CCCL=pypi, which fetches it from PyPI.")
  endif()
endfunction()

if(CMAKE_SCRIPT_MODE_FILE STREQUAL CMAKE_CURRENT_LIST_FILE)
  krait_find_cccl(folder ${FETCHED})
  if(folder)
    execute_process(COMMAND ${CMAKE_COMMAND} -E echo ${folder})
  endif()
endif()
