// What does a layer need, directly and through what it names?
#include "soulvan/usd/dependencies.h"

#include "asset.h"
#include "dependencies_visit.h"

#include <set>

namespace soulvan::usd {

namespace dependencies {

bool is_layer_name(std::string const& identifier)
{
    auto const extension = std::filesystem::path(package::entry_name(identifier)).extension();
    return extension == ".usd" || extension == ".usda" || extension == ".usdc" || extension == ".usdz";
}

bool names_itself(Mention const& mention)
{
    return mention.field == field::asset_info && mention.key == "identifier";
}

} // namespace dependencies

namespace {

/// Follows the layers of one asset, each once.
class Follower {
public:
    Follower(std::string search_folder, ReadLimits const& limits)
        : search_folder_(std::move(search_folder)),
          limits_(limits)
    {}

    Result<AllDependencies> run(std::string const& root)
    {
        AllDependencies result;
        follow(*TRY(Layer::open(root, limits_)));
        layers_.insert(root);
        while (!waiting_.empty()) {
            auto const identifier = std::move(waiting_.back());
            waiting_.pop_back();
            if (auto const layer = Layer::open(identifier, limits_))
                follow(**layer);
            else
                damaged_.insert(layer.error().what);
        }
        result.layers.push_back(root);
        for (auto const& layer : layers_)
            if (layer != root) result.layers.push_back(layer);
        result.assets.assign(assets_.begin(), assets_.end());
        result.unresolved.assign(unresolved_.begin(), unresolved_.end());
        result.damaged.assign(damaged_.begin(), damaged_.end());
        return result;
    }

private:
    void follow(Layer const& layer)
    {
        dependencies::visit(layer, [&](dependencies::Mention const& mention) {
            if (dependencies::names_itself(mention)) return;
            auto const files =
                dependencies::files_of_pattern(layer.identifier, mention.kind, mention.authored);
            // Folders inside packages are not listed, so a template there matches nothing that is missing.
            if (files.empty() && mention.kind == DependencyKind::clip_template &&
                !package::holder(layer.identifier).empty())
                return;
            if (files.empty()) place(layer.identifier, mention.authored);
            for (auto const& file : files) place(layer.identifier, file);
        });
    }

    void place(std::string const& anchor, std::string const& authored)
    {
        auto const identifier = asset::located(anchor, authored, search_folder_, packages_);
        if (!asset::exists(identifier, packages_))
            unresolved_.insert(identifier);
        else if (!dependencies::is_layer_name(identifier))
            assets_.insert(identifier);
        else if (layers_.insert(identifier).second)
            waiting_.push_back(identifier);
    }

    std::string const search_folder_;
    ReadLimits const limits_;
    package::Cache packages_;
    std::set<std::string> layers_, assets_, unresolved_, damaged_;
    std::vector<std::string> waiting_;
};

} // namespace

Result<AllDependencies> all_dependencies(std::filesystem::path const& root, ReadLimits const& limits)
{
    std::error_code error;
    auto const absolute = std::filesystem::absolute(root, error).lexically_normal();
    if (error) return fail(Errc::io, "{}: {}", root.string(), error.message());
    auto const folder = std::filesystem::path(package::split(absolute.string()).first).parent_path();
    return Follower(folder.string(), limits).run(absolute.string());
}

std::string resolve_asset_path(std::string const& asset, std::string const& anchor)
{
    std::error_code error;
    auto const from = std::filesystem::absolute(anchor.empty() ? "layer" : anchor, error).lexically_normal();
    if (error) return "";
    package::Cache packages;
    auto const folder = std::filesystem::path(package::split(from.string()).first).parent_path();
    auto located =
        asset::located(package::root_layer(from.string(), packages), asset, folder.string(), packages);
    return asset::exists(located, packages) ? located : "";
}

} // namespace soulvan::usd
