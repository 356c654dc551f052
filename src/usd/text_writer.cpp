// Writing text layers.
#include "soulvan/usd/layer.h"

namespace soulvan::usd {

std::string write_text(Layer const&) { return "#usda 1.0\n"; }

} // namespace soulvan::usd
