// The solver on any source of assets; solve() binds it to the catalogue.
#pragma once

#include "solve_site.h"

namespace soulvan::scene {

/// As solve() in layout.h.
Result<Layout> solve_layout(Plan const& plan, AssetSource const& source, Layout const* previous,
                            std::stop_token stop);

} // namespace soulvan::scene
