// What must whoever furnishes a generated hall know of its frame?
#pragma once

#include <vector>

namespace soulvan::catalog {

/// Rows of lamps in halls of this inner width: a trunking hangs at these x from the hall's middle, its lower
/// face at the hall's height. Metres.
std::vector<double> hall_lamp_rows(double width);

} // namespace soulvan::catalog
