// Collects layers and asset files of a stage and hashes them.
#include "closure.h"

#include "soulvan/base/hash.h"

#include <algorithm>
#include <set>

namespace soulvan::jobs {
namespace fs = std::filesystem;
namespace {

/// An entry of a package is covered by the package's own bytes.
std::string file_of(std::string const& resolved)
{
    return resolved.substr(0, resolved.find('['));
}

void collect_assets(usd::Stage const& stage, std::set<std::string>& files)
{
    stage.traverse([&](usd::Prim const& prim) {
        for (auto const& attribute : prim.attributes()) {
            auto const* type = attribute.type();
            if (!type || type->scalar != "asset") continue;
            auto const times = attribute.time_samples();
            auto const add = [&](usd::Time time) {
                if (type->is_array) {
                    for (auto const& asset : attribute.resolved_assets(time))
                        if (!asset.empty()) files.insert(file_of(asset));
                } else if (auto const asset = attribute.resolved_asset(time); !asset.empty()) {
                    files.insert(file_of(asset));
                }
            };
            add({});
            for (double time : times) add(time);
        }
        return true;
    });
}

} // namespace

Result<Closure> closure_of(usd::Stage const& stage, fs::path const& folder)
{
    std::set<std::string> files;
    for (auto const& layer : stage.used_layers()) files.insert(file_of(layer));
    collect_assets(stage, files);
    Closure closure;
    auto const base = fs::weakly_canonical(folder);
    for (auto const& file : files) {
        auto const digest = TRY(sha256_of_file(file));
        auto relative = fs::weakly_canonical(file).lexically_relative(base);
        if (relative.empty() || *relative.begin() == "..") relative = fs::path(file).filename();
        closure.files.push_back({relative.generic_string(), hex(digest), file});
    }
    std::sort(closure.files.begin(), closure.files.end(), [](auto const& a, auto const& b) {
        return std::tie(a.path, a.sha256) < std::tie(b.path, b.sha256);
    });
    Sha256 hash;
    for (auto const& file : closure.files)
        hash.update(file.path).update("\n").update(file.sha256).update("\n");
    closure.id = hex(hash.finish());
    return closure;
}

} // namespace soulvan::jobs
