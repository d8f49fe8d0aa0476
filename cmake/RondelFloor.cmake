# rondel_floor(xml LINKS base PACKAGES Foo::foo PRIVATE Bar::bar)
# One folder of src/rondel is one library, rondel_xml, of all its .cpp files, and links exactly what it may include.
# Every thing_test.cpp beside thing.cpp goes into the test program rondel_xml_test.
function(rondel_floor name)
  cmake_parse_arguments(FLOOR "" "" "LINKS;PACKAGES;PRIVATE;TEST_PACKAGES" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${name}/*.cpp)
  set(tests ${sources})
  list(FILTER sources EXCLUDE REGEX "_test\\.cpp$")
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  list(TRANSFORM FLOOR_LINKS PREPEND rondel_)

  set(include_dirs $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/src> $<INSTALL_INTERFACE:include>)
  if(NOT sources)  # a floor of headers only
    add_library(rondel_${name} INTERFACE)
    add_library(rondel::${name} ALIAS rondel_${name})
    target_include_directories(rondel_${name} INTERFACE ${include_dirs})
    target_link_libraries(rondel_${name} INTERFACE ${FLOOR_LINKS} ${FLOOR_PACKAGES})
    target_compile_features(rondel_${name} INTERFACE cxx_std_20)
    rondel_install(${name})
    return()
  endif()
  add_library(rondel_${name} STATIC ${sources})
  add_library(rondel::${name} ALIAS rondel_${name})
  target_include_directories(rondel_${name} PUBLIC ${include_dirs})
  target_link_libraries(rondel_${name} PUBLIC ${FLOOR_LINKS} ${FLOOR_PACKAGES}
                                       PRIVATE $<BUILD_INTERFACE:rondel_options> ${FLOOR_PRIVATE})
  target_compile_features(rondel_${name} PUBLIC cxx_std_20)
  rondel_install(${name})

  if(RONDEL_TESTS AND tests)
    rondel_test(rondel_${name}_test SOURCES ${tests} LINKS rondel_${name} ${FLOOR_TEST_PACKAGES})
  endif()
endfunction()

# Into the package (RondelPackage.cmake), as rondel::NAME.
function(rondel_install name)
  set_target_properties(rondel_${name} PROPERTIES EXPORT_NAME ${name})
  install(TARGETS rondel_${name} EXPORT rondel)
endfunction()

# A GoogleTest program whose cases ctest knows by name.
function(rondel_test target)
  cmake_parse_arguments(TEST "" "" "SOURCES;LINKS" ${ARGN})
  add_executable(${target} ${TEST_SOURCES})
  target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR})
  target_link_libraries(${target} PRIVATE rondel_options ${TEST_LINKS} GTest::gmock GTest::gtest_main)
  # A test runs its own code once: to optimise it costs more than that saves.
  target_compile_options(${target} PRIVATE $<$<CONFIG:Debug>:-O0>)
  target_compile_definitions(${target} PRIVATE RONDEL_TEST_DATA="${PROJECT_SOURCE_DIR}/tests/data")
  add_test(NAME ${target} COMMAND ${target} --gtest_brief=1)
  set_tests_properties(${target} PROPERTIES TIMEOUT 300)
endfunction()
