# cmake -DCOMPILER= -DFLAGS= -DSOURCE= -P compile_fail.cmake: SOURCE must not compile, and for every line `// expect: text` of
# it the compiler's message must hold the text. FLAGS is a file with one flag a line.
file(STRINGS ${SOURCE} expected REGEX "^// expect: ")
if(NOT expected)
  message(FATAL_ERROR "${SOURCE} has no line '// expect: text' that says why it must not compile.")
endif()
file(STRINGS ${FLAGS} flags)
list(FILTER flags EXCLUDE REGEX "^-[ID]?$") # of empty lists
execute_process(COMMAND ${COMPILER} ${flags} -std=c++20 -w -fsyntax-only -fdiagnostics-color=never ${SOURCE}
                RESULT_VARIABLE status OUTPUT_VARIABLE said ERROR_VARIABLE said)
if(status EQUAL 0)
  message(FATAL_ERROR "${SOURCE} compiles, and must not.")
endif()
foreach(line ${expected})
  string(REGEX REPLACE "^// expect: " "" text "${line}")
  string(FIND "${said}" "${text}" place)
  if(place EQUAL -1)
    message(FATAL_ERROR "${SOURCE} does not compile, as it should, but the compiler does not say '${text}':\n${said}")
  endif()
endforeach()
