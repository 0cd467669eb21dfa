/// Calls of operator new in the whole program that links allocation_count.cpp.
#pragma once

#include <cstddef>

namespace hadal::test {

/// How often memory was asked for since the program started, in any form of operator new without an alignment.
[[nodiscard]] std::size_t allocation_count();

}  // namespace hadal::test
