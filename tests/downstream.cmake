# cmake -DBUILD= -DSOURCE= -DWORK= -DCOMPILER= -DCCCL= -P downstream.cmake: installs the build folder BUILD below WORK and
# configures, builds and runs the foreign project SOURCE against what was installed.
function(step)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE status OUTPUT_VARIABLE said ERROR_VARIABLE said)
  if(NOT status EQUAL 0)
    string(JOIN " " command ${ARGN})
    message(FATAL_ERROR "failed: ${command}\n${said}")
  endif()
endfunction()

file(REMOVE_RECURSE ${WORK})
step(${CMAKE_COMMAND} --install ${BUILD} --prefix ${WORK}/installed)
step(${CMAKE_COMMAND} -G Ninja -S ${SOURCE} -B ${WORK}/build -DCMAKE_PREFIX_PATH=${WORK}/installed
     -DCMAKE_CXX_COMPILER=${COMPILER}
     -DKRAIT_CCCL=${CCCL} -DCMAKE_FIND_PACKAGE_NO_PACKAGE_REGISTRY=ON)
step(${CMAKE_COMMAND} --build ${WORK}/build)
step(${WORK}/build/study --quick --out ${WORK}/out)

# What the foreign study found speaks of its own layer, noise and metric.
step(${WORK}/build/gradient)
file(READ ${WORK}/out/result.json result)
foreach(own leaky_mamba vowel_mask length_ratio)
  if(NOT result MATCHES "${own}")
    message(FATAL_ERROR "the result of the foreign study does not name ${own}")
  endif()
endforeach()
file(GLOB checkpoint ${WORK}/out/checkpoint/*.safetensors)
if(NOT checkpoint)
  message(FATAL_ERROR "the foreign study left no checkpoint")
endif()
