// Which models of the furniture archives may be placed, and what is known of them?
#include "built_in.h"

#include "tables.h"

#include "soulvan/interchange/library.h"

#include <algorithm>
#include <map>

namespace soulvan::catalog {

namespace fs = std::filesystem;

namespace {

std::vector<std::string> words_in(std::string_view cell)
{
    std::vector<std::string> words;
    for (auto const word : split(cell, ','))
        if (!word.empty()) words.emplace_back(word);
    return words;
}

double must_be_number(std::string_view cell)
{
    auto const number = number_in(cell);
    SOULVAN_CHECK(number.has_value());
    return *number;
}

Range3d bounds_in(std::string_view cell)
{
    auto const numbers = split(cell, ',');
    SOULVAN_CHECK(numbers.size() == 6);
    std::array<double, 6> n{};
    for (std::size_t i = 0; i < 6; ++i) n[i] = must_be_number(numbers[i]);
    return {Vec3d(n[0], n[1], n[2]), Vec3d(n[3], n[4], n[5])};
}

std::vector<SupportSurface> supports_in(std::string_view cell)
{
    std::vector<SupportSurface> supports;
    for (auto const entry : split(cell, ';')) {
        if (entry.empty()) continue;
        auto const n = split(entry, ':');
        SOULVAN_CHECK(n.size() == 6);
        supports.push_back({.min_x = must_be_number(n[1]),
                            .max_x = must_be_number(n[2]),
                            .min_z = must_be_number(n[3]),
                            .max_z = must_be_number(n[4]),
                            .y = must_be_number(n[0]),
                            .headroom = must_be_number(n[5])});
    }
    return supports;
}

/// Cells of one row by the names of their columns.
class Cells {
public:
    Cells(std::vector<std::string_view> const& header, std::vector<std::string_view> const& row)
        : header_(header),
          row_(row)
    {
        SOULVAN_CHECK(row.size() == header.size());
    }
    std::string_view operator[](std::string_view column) const
    {
        auto const found = std::ranges::find(header_, column);
        SOULVAN_CHECK(found != header_.end());
        return row_[static_cast<std::size_t>(found - header_.begin())];
    }

private:
    std::vector<std::string_view> const& header_;
    std::vector<std::string_view> const& row_;
};

BuiltInModel model_of(Cells const& cells)
{
    BuiltInModel model;
    auto& asset = model.asset;
    asset.ref.key = cells["key"];
    asset.pack = asset.ref.key.substr(0, asset.ref.key.find('/'));
    asset.name = cells["name"];
    asset.category = cells["category"];
    auto const mount = mount_named(cells["mount"]);
    SOULVAN_CHECK(mount.has_value());
    asset.mount = *mount;
    asset.elevation = cells["elevation"].empty() ? 0 : must_be_number(cells["elevation"]);
    asset.bounds = bounds_in(cells["bounds"]);
    asset.supports = supports_in(cells["supports"]);
    asset.attributes = words_in(cells["attributes"]);
    asset.tags = words_in(cells["tags"]);
    asset.quality = static_cast<int>(must_be_number(cells["quality"]));
    asset.placeable = cells["place"] == "yes";
    asset.why_not = cells["why_not"];
    if (auto const* category = Categories::standard().find(asset.category))
        asset.clearance = category->clearance;
    model.archive = cells["archive"];
    model.id = cells["id"];
    model.yaw_deg = must_be_number(cells["yaw_deg"]);
    model.scale = must_be_number(cells["scale"]);
    asset.uri = fmt::format("{}#{}", model.archive, model.id);
    return model;
}

} // namespace

std::vector<BuiltInModel> const& built_in_models()
{
    static std::vector<BuiltInModel> const models = [] {
        std::vector<BuiltInModel> result;
        std::vector<std::string_view> header;
        for (auto const& row : table_rows(data::sweethome3d_tsv, &header))
            result.push_back(model_of(Cells(header, row)));
        std::ranges::sort(
            result, {}, [](BuiltInModel const& m) -> auto const& { return m.asset.ref.key; });
        return result;
    }();
    return models;
}

BuiltInModel const* find_built_in(std::string_view key)
{
    auto const& models = built_in_models();
    auto const found = std::ranges::lower_bound(
        models, key, {}, [](BuiltInModel const& m) { return std::string_view(m.asset.ref.key); });
    return found != models.end() && found->asset.ref.key == key ? &*found : nullptr;
}

Result<std::vector<Asset>> built_in_assets(fs::path const& library_folder)
{
    std::map<std::string, std::optional<interchange::Library>, std::less<>> archives;
    std::vector<Asset> assets;
    for (auto const& model : built_in_models()) {
        auto found = archives.find(model.archive);
        if (found == archives.end()) {
            auto opened = interchange::Library::open(library_folder / model.archive);
            if (!opened && opened.error().code != Errc::not_found) return std::unexpected(opened.error());
            found = archives.emplace(model.archive, opened ? std::optional(std::move(*opened)) : std::nullopt)
                        .first;
        }
        auto asset = model.asset;
        auto const* record = found->second ? found->second->find(model.id) : nullptr;
        if (record) {
            asset.license = record->license;
            asset.credit = record->credit;
            if (asset.license.empty()) {
                asset.placeable = false;
                asset.why_not = "no licence is stated for it";
            }
        } else {
            asset.placeable = false;
            asset.why_not = found->second ? fmt::format("{} does not hold it", model.archive)
                                          : "install the package sweethome3d-furniture";
        }
        assets.push_back(std::move(asset));
    }
    return assets;
}

} // namespace soulvan::catalog
