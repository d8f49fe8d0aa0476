# What `cmake --install` leaves: the program, the libraries, the headers, a CMake package (find_package(rondel), then
# rondel::rondel, or one floor such as rondel::xml) and pkg-config files (rondel; rondel-store for SQLite).
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

install(DIRECTORY ${PROJECT_SOURCE_DIR}/src/rondel DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
        FILES_MATCHING PATTERN "*.hpp" PATTERN "tool" EXCLUDE PATTERN "conformance" EXCLUDE)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/rondel)
install(EXPORT rondel NAMESPACE rondel:: DESTINATION ${package_dir} FILE rondelTargets.cmake)
configure_package_config_file(${PROJECT_SOURCE_DIR}/packaging/rondelConfig.cmake.in
                              ${PROJECT_BINARY_DIR}/rondelConfig.cmake INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/rondelConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/rondelConfig.cmake ${PROJECT_BINARY_DIR}/rondelConfigVersion.cmake
        DESTINATION ${package_dir})

foreach(name rondel rondel-store)
  configure_file(${PROJECT_SOURCE_DIR}/packaging/${name}.pc.in ${PROJECT_BINARY_DIR}/${name}.pc @ONLY)
  install(FILES ${PROJECT_BINARY_DIR}/${name}.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
endforeach()
