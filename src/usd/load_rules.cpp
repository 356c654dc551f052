// Which payloads are loaded?
#include "soulvan/usd/stage.h"

#include <algorithm>

namespace soulvan::usd {

bool is_loaded(LoadRules const& rules, bool by_default, Path const& path)
{
    auto rule = by_default ? LoadRule::all : LoadRule::none;
    bool exact = false;
    for (Path at = path; !at.empty(); at = at.parent())
        if (auto const found = rules.find(at); found != rules.end()) {
            rule = found->second;
            exact = at == path;
            break;
        }
    if (rule == LoadRule::all || (rule == LoadRule::only && exact)) return true;
    // What leads to a prim that is loaded is loaded too. Descendants follow their ancestor in path order.
    return std::any_of(rules.upper_bound(path), rules.end(), [&](auto const& below) {
        return below.second != LoadRule::none && below.first.has_prefix(path);
    });
}

} // namespace soulvan::usd
