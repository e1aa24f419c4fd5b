# cmake -D CLONE=FOLDER -D RELEASE=0.2.0 -D OUT=FILE -P krait_version.cmake: writes a C++ source with the version of a clone, such as
# 0.2.0+3f2a1c, or 0.2.0+3f2a1c.changed where files were changed or added since that commit. Every build does so again: what is
# compiled may change without a new configuration.
set(version ${RELEASE})
find_package(Git QUIET)
if(GIT_FOUND)
  execute_process(COMMAND ${GIT_EXECUTABLE} describe --always --exclude=*
                  WORKING_DIRECTORY ${CLONE} OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  # Of what is compiled. A source in examples/ that git does not know makes its own program another version, and no other's.
  set(compiled include cmake examples CMakeLists.txt CMakePresets.json)
  execute_process(COMMAND ${GIT_EXECUTABLE} status --porcelain --untracked-files=no -- ${compiled}
                  WORKING_DIRECTORY ${CLONE} OUTPUT_VARIABLE changed ERROR_QUIET)
  execute_process(COMMAND ${GIT_EXECUTABLE} ls-files --others --exclude-standard -- include cmake
                  WORKING_DIRECTORY ${CLONE} OUTPUT_VARIABLE added ERROR_QUIET)
  if(commit)
    string(APPEND version +${commit})
    if(changed OR added)
      string(APPEND version .changed)
    endif()
  endif()
endif()
file(CONFIGURE OUTPUT ${OUT} CONTENT "#include <krait/core/version.hpp>\nconst char* const krait::version = \"${version}\";\n" @ONLY)
