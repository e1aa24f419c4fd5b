# cmake -D CLONE=FOLDER -D RELEASE=0.2.0 -D OUT=FILE -P krait_version.cmake: writes a C++ source with the version of a clone, such as
# 0.2.0+3f2a1c, or 0.2.0+3f2a1c.changed where files were changed or added since that commit. Every build does so again: what is
# compiled may change without a new configuration.
set(version ${RELEASE})
find_package(Git QUIET)
if(GIT_FOUND)
  execute_process(COMMAND ${GIT_EXECUTABLE} describe --always --exclude=*
                  WORKING_DIRECTORY ${CLONE} OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  # Files that git does not know are compiled as well. Results are not.
  execute_process(COMMAND ${GIT_EXECUTABLE} status --porcelain -- . :!results :!RESULTS.md :!out
                  WORKING_DIRECTORY ${CLONE} OUTPUT_VARIABLE changed ERROR_QUIET)
  if(commit)
    string(APPEND version +${commit})
    if(changed)
      string(APPEND version .changed)
    endif()
  endif()
endif()
file(CONFIGURE OUTPUT ${OUT} CONTENT "#include <krait/core/version.hpp>\nconst char* const krait::version = \"${version}\";\n" @ONLY)
