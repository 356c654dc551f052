# How every target is compiled: the standard, the warnings, the sanitizers, ccache.
set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
set(SOULVAN_MODULE_DIR ${CMAKE_BINARY_DIR}/lib/soulvan)

set(SOULVAN_SANITIZE "" CACHE STRING "Sanitizers, as for -fsanitize= (address,undefined or thread)")
option(SOULVAN_WERROR "Warnings are errors" ON)

add_library(soulvan_flags INTERFACE)
target_compile_options(soulvan_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion
  $<$<BOOL:${SOULVAN_WERROR}>:-Werror>
  # Settings are filled by designated initialisers; what is not named keeps its default.
  -Wno-missing-field-initializers
  # TRY is the one extension that this project uses (statement expressions).
  -Wno-pedantic
  # Same bytes on every machine with AVX2: no contraction that depends on what the optimiser sees.
  -ffp-contract=off -march=x86-64-v3
  -ffile-prefix-map=${PROJECT_SOURCE_DIR}=. -fstack-protector-strong)
if(SOULVAN_SANITIZE)
  target_compile_options(soulvan_flags INTERFACE -fsanitize=${SOULVAN_SANITIZE} -fno-omit-frame-pointer)
  target_link_options(soulvan_flags INTERFACE -fsanitize=${SOULVAN_SANITIZE})
  target_compile_definitions(soulvan_flags INTERFACE SOULVAN_SANITIZED=1)
  # GCC 12 warns about its own <regex> once sanitizers stand between its inlining passes.
  target_compile_options(soulvan_flags INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
endif()

option(SOULVAN_FUZZ "Build the libFuzzer targets, src/*/tests/fuzz_*.cpp (Clang only)" OFF)
if(SOULVAN_FUZZ)
  # Every room reports which branches an input took; the targets themselves link the fuzzer.
  # TRY for its errors alone drops a value, which Clang takes for a mistake and GCC does not; std::stable_sort of GCC's
  # library calls what it deprecates itself.
  target_compile_options(soulvan_flags INTERFACE -fsanitize=fuzzer-no-link -Wno-unused-result -Wno-deprecated-declarations)
endif()

find_program(SOULVAN_CCACHE ccache)
if(SOULVAN_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${SOULVAN_CCACHE})
endif()
