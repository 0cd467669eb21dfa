# What every target of hadal shares: warnings, arithmetic that is the same everywhere, and vendor headers without system ones.

# Warnings, and -ffp-contract=off: a fused multiply-add would give other last bits natively than in WebAssembly.
function(hadal_defaults target)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wconversion -Wshadow -ffp-contract=off)
  if(HADAL_WERROR)
    target_compile_options(${target} PRIVATE -Werror)
  endif()
  # Without -mbulk-memory memmove is a byte loop, and a deep insert costs 2.6 times as much.
  if(EMSCRIPTEN)
    target_compile_options(${target} PRIVATE -mbulk-memory -flto)
    target_link_options(${target} PRIVATE -mbulk-memory -flto -O3)
  endif()
endfunction()

# Vendor headers. Natively they are where the compiler looks. For Emscripten /usr/include must never be on the path (the C library's
# headers would win), so the wanted folders alone are linked into the build tree.
add_library(hadal_vendor INTERFACE)
if(EMSCRIPTEN)
  set(HADAL_VENDOR_DIR "${PROJECT_BINARY_DIR}/vendor")
  file(MAKE_DIRECTORY "${HADAL_VENDOR_DIR}")
  foreach(name boost nlohmann catch2)
    if(NOT EXISTS "/usr/include/${name}")
      message(FATAL_ERROR "The headers of ${name} are missing: apt-get install nlohmann-json3-dev libboost1.81-dev catch2")
    endif()
    file(CREATE_LINK "/usr/include/${name}" "${HADAL_VENDOR_DIR}/${name}" SYMBOLIC)
  endforeach()
  target_include_directories(hadal_vendor SYSTEM INTERFACE "${HADAL_VENDOR_DIR}")
else()  # found where the compiler looks; asked for here, so that what is missing is named at once
  find_path(HADAL_NLOHMANN_DIR nlohmann/json.hpp REQUIRED)
  find_path(HADAL_BOOST_DIR boost/crc.hpp REQUIRED)
endif()
