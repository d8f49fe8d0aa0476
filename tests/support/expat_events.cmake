# expat is a judge in tests and fuzzers, and nowhere else.
find_package(EXPAT REQUIRED)
add_library(rondel_expat_events STATIC EXCLUDE_FROM_ALL ${CMAKE_CURRENT_LIST_DIR}/expat_difference.cpp
            ${CMAKE_CURRENT_LIST_DIR}/expat_events.cpp)
target_include_directories(rondel_expat_events PUBLIC ${PROJECT_SOURCE_DIR})
target_link_libraries(rondel_expat_events PUBLIC rondel_xml PRIVATE rondel_options EXPAT::EXPAT)
