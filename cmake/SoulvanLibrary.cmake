# soulvan_library(), soulvan_module() and the tests that belong to a room.

# soulvan_library(render
#     SOURCES film.cpp integrator.cpp       # the door is include/, tests are tests/*_test.cpp
#     PUBLIC  soulvan::usd soulvan::media   # named in our headers
#     PRIVATE embree TBB::tbb)              # nobody outside can see these
function(soulvan_library room)
  cmake_parse_arguments(ARG "" "" "SOURCES;PUBLIC;PRIVATE;TEST_LIBRARIES" ${ARGN})
  add_library(soulvan_${room} STATIC ${ARG_SOURCES})
  add_library(soulvan::${room} ALIAS soulvan_${room})
  target_include_directories(soulvan_${room} PUBLIC include PRIVATE .)
  target_compile_features(soulvan_${room} PUBLIC cxx_std_23)
  target_link_libraries(soulvan_${room} PUBLIC ${ARG_PUBLIC} PRIVATE soulvan_flags ${ARG_PRIVATE})

  file(GLOB tests CONFIGURE_DEPENDS tests/*_test.cpp)
  if(SOULVAN_TESTS AND tests)
    add_executable(${room}_test ${tests})
    target_include_directories(${room}_test PRIVATE .)
    target_link_libraries(${room}_test
      PRIVATE soulvan_flags soulvan::${room} ${ARG_PRIVATE} ${ARG_TEST_LIBRARIES} GTest::gmock GTest::gtest_main)
    target_compile_definitions(${room}_test PRIVATE
      SOULVAN_SOURCE_DIR="${PROJECT_SOURCE_DIR}" SOULVAN_SHARED_DIR="${PROJECT_SOURCE_DIR}/../shared")
    # One ctest entry per suite file would cost a process each; one per room keeps the cold run short.
    add_test(NAME ${room} COMMAND ${room}_test)
    set_tests_properties(${room} PROPERTIES
      ENVIRONMENT "SOULVAN_MODULE_DIR=${SOULVAN_MODULE_DIR}" TIMEOUT 900)
  endif()
endfunction()

# A heavy third-party library behind a door of our own: compiled as an object that is opened on use
# (decision record 0001). It lands where base::open_module() looks.
function(soulvan_module name)
  cmake_parse_arguments(ARG "" "" "SOURCES;PRIVATE" ${ARGN})
  add_library(${name} MODULE ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE soulvan_flags ${ARG_PRIVATE})
  set_target_properties(${name} PROPERTIES PREFIX "" LIBRARY_OUTPUT_DIRECTORY ${SOULVAN_MODULE_DIR})
  target_link_options(${name} PRIVATE -Wl,--exclude-libs,ALL)
endfunction()

# Tables of a room that are part of the program: `soulvan_embed(catalog data/lexicon.tsv)` makes
# `extern std::string_view const lexicon_tsv` of namespace soulvan::<room>::data.
function(soulvan_embed room)
  foreach(path ${ARGN})
    get_filename_component(file ${path} NAME)
    string(MAKE_C_IDENTIFIER ${file} name)
    set(source ${CMAKE_CURRENT_BINARY_DIR}/embedded/${name}.cpp)
    add_custom_command(OUTPUT ${source}
      COMMAND ${CMAKE_COMMAND} -DROOM=${room} -DNAME=${name} -DFROM=${CMAKE_CURRENT_SOURCE_DIR}/${path} -DTO=${source}
              -P ${PROJECT_SOURCE_DIR}/cmake/embed.cmake
      DEPENDS ${path} ${PROJECT_SOURCE_DIR}/cmake/embed.cmake VERBATIM)
    target_sources(soulvan_${room} PRIVATE ${source})
  endforeach()
endfunction()
