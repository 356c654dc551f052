// Which generators are there?
#include "soulvan/catalog/generator.h"

#include "recipes.h"

#include <algorithm>

namespace soulvan::catalog {

std::vector<std::unique_ptr<Generator>> const& generators()
{
    static std::vector<std::unique_ptr<Generator>> const all = [] {
        kit::Recipes recipes;
        kit::add_props(recipes);
        kit::add_buildings(recipes);
        std::ranges::sort(recipes, {}, &kit::Recipe::key);
        std::vector<std::unique_ptr<Generator>> out;
        for (auto& recipe : recipes) out.push_back(kit::make_generator(std::move(recipe)));
        return out;
    }();
    return all;
}

Generator const* find_generator(std::string_view key)
{
    auto const& all = generators();
    auto const at = std::ranges::lower_bound(all, key, {}, [](auto const& g) { return g->key(); });
    return at != all.end() && (*at)->key() == key ? at->get() : nullptr;
}

} // namespace soulvan::catalog
