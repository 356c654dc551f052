// Which prims of a stage are things?
#pragma once

#include "check_world.h"

namespace soulvan::scene::checking {

struct Root {
    usd::Prim prim;
    bool declared = false;
};

struct Discovery {
    bool declared = false; ///< the stage was written by our rules: what is not declared is a surrounding
    std::vector<Root> roots;
    std::vector<usd::Path> surroundings; ///< subtrees without things: "Environment", "Room", …
    bool is_surrounding(usd::Path const& path) const;
};

/// Prims with soulvan:category; where no prim says what the room is, also the models: kind component, else
/// the children of the default prim's groups that hold geometry.
Result<Discovery> discover(usd::Stage const& stage, usd::Time time);
/// Everything about a thing but its geometry.
Thing describe(Root const& root, usd::Time time);

} // namespace soulvan::scene::checking
