/// 128-bit integers for sums and products of prices and quantities: 64 bits would wrap on a single deep level.
#pragma once

namespace hadal {

__extension__ typedef __int128 Int128;  ///< `__extension__` keeps -Wpedantic quiet
__extension__ typedef unsigned __int128 UInt128;

}  // namespace hadal
