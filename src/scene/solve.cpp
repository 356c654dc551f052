// solve(): the solver bound to the catalogue.
#include "soulvan/scene/layout.h"

#include "solve_layout.h"

namespace soulvan::scene {
namespace {

class CatalogSource final : public AssetSource {
public:
    explicit CatalogSource(catalog::Catalog const& catalog) : catalog_(catalog) {}

    std::vector<catalog::Asset const*> of_category(std::string_view category,
                                                   std::set<std::string> const& attributes) const override
    {
        return catalog_.of_category(category, attributes);
    }
    Result<catalog::Asset> describe(catalog::AssetRef const& ref) const override
    {
        return catalog_.find(ref);
    }

private:
    catalog::Catalog const& catalog_;
};

} // namespace

Result<Layout> solve(Plan const& plan, catalog::Catalog const& catalog, Layout const* previous,
                     std::stop_token stop)
{
    return solve_layout(plan, CatalogSource(catalog), previous, std::move(stop));
}

} // namespace soulvan::scene
