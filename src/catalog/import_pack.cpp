// How does a folder of models become a pack? Each is opened and measured; its words come from sidecars and
// names.
#include "index.h"
#include "packs.h"
#include "record.h"
#include "state.h"

#include "soulvan/base/file.h"
#include "soulvan/base/hash.h"
#include "soulvan/geometry/triangles.h"
#include "soulvan/interchange/import.h"
#include "soulvan/usd/stage.h"

#include <algorithm>
#include <cmath>
#include <set>

#include <nlohmann/json.hpp>

namespace soulvan::catalog {

namespace fs = std::filesystem;

namespace {

bool is_usd(std::string const& extension)
{
    return extension == ".usd" || extension == ".usda" || extension == ".usdc" || extension == ".usdz";
}

bool is_model(fs::path const& file)
{
    auto const extension = file.extension().string();
    return is_usd(extension) || extension == ".obj" || extension == ".gltf" || extension == ".glb" ||
           extension == ".fbx";
}

/// Lower case, other characters as '_', none twice, none at the ends.
std::string plain_name(std::string_view text)
{
    std::string name;
    for (char const c : text) {
        bool const fits = std::isalnum(static_cast<unsigned char>(c)) != 0;
        if (fits)
            name += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        else if (!name.empty() && name.back() != '_')
            name += '_';
    }
    while (name.ends_with('_')) name.pop_back();
    return name.empty() ? "model" : name;
}

/// The category whose name is in the words, as late and as long as possible: "old office chair" is an
/// office_chair, "chair cushion" none that we know.
std::string category_in(std::vector<std::string> const& words)
{
    for (std::size_t end = words.size(); end > 0; --end)
        for (std::size_t begin = end > 3 ? end - 3 : 0; begin < end; ++begin) {
            std::string name;
            for (std::size_t i = begin; i < end; ++i) name += (name.empty() ? "" : "_") + words[i];
            for (auto const& spelling : {name, name.ends_with('s') ? name.substr(0, name.size() - 1) : name})
                if (Categories::standard().find(spelling)) return spelling;
        }
    return "";
}

Matrix4d y_up_from_z_up()
{
    // (x, y, z) → (x, z, -y): what faces -Y there faces +Z here.
    return Matrix4d(1, 0, 0, 0, 0, 0, -1, 0, 0, 1, 0, 0, 0, 0, 0, 1);
}

/// Bounds of a USD file in metres, +Y up, with the foot's centre moved to the origin.
Result<> measure_usd(fs::path const& file, Asset& asset)
{
    auto const stage = TRY(usd::Stage::open(file));
    auto const box = TRY(geometry::world_bounds(*stage, stage->start_time_code().value_or(1)));
    if (box.isEmpty()) return fail(Errc::invalid_input, "it holds no geometry");
    if (!stage->default_prim()) return fail(Errc::invalid_input, "it has no default prim to refer to");
    auto const scale = stage->meters_per_unit();
    Matrix4d turn = stage->up_axis() == usd::Token("Z") ? y_up_from_z_up() : Matrix4d();
    for (int i = 0; i < 3; ++i)
        for (int j = 0; j < 3; ++j) turn[i][j] *= scale;
    Range3d metres;
    for (int corner = 0; corner < 8; ++corner) {
        Vec3d const p(corner & 1 ? box.max.x : box.min.x, corner & 2 ? box.max.y : box.min.y,
                      corner & 4 ? box.max.z : box.min.z);
        Vec3d moved(0, 0, 0);
        turn.multVecMatrix(p, moved);
        metres.extendBy(moved);
    }
    Vec3d const foot((metres.min.x + metres.max.x) / 2, metres.min.y, (metres.min.z + metres.max.z) / 2);
    turn[3][0] = -foot.x;
    turn[3][1] = -foot.y;
    turn[3][2] = -foot.z;
    asset.asset_from_layer = turn;
    asset.bounds = {metres.min - foot, metres.max - foot};
    return {};
}

Result<> measure(fs::path const& file, Asset& asset, CatalogOptions const& options, Progress& progress)
{
    if (is_usd(file.extension().string())) return measure_usd(file, asset);
    auto const digest = TRY(sha256_of_file(file));
    auto const key = hex(digest).substr(0, 16);
    auto const probe = options.cache_folder / "imported" / key / "probe.usdc";
    auto const report = TRY(interchange::import_model(file, probe, {.flatten = true}, progress));
    std::error_code ignored;
    for (auto const& written : report.files) fs::remove(written, ignored);
    if (report.bounds.isEmpty()) return fail(Errc::invalid_input, "it holds no geometry");
    asset.bounds = report.bounds;
    return {};
}

std::string word_in(Json const& sidecar, std::initializer_list<char const*> fields)
{
    for (auto const* field : fields)
        if (auto const found = sidecar.find(field); found != sidecar.end() && found->is_string())
            return found->get<std::string>();
    return "";
}

/// What <stem>.json says: our own fields, or those of SimReady's metadata.
Result<> read_sidecar(fs::path const& model, Asset& asset)
{
    auto const file = fs::path(model).replace_extension(".json");
    std::error_code error;
    if (!fs::exists(file, error)) return {};
    auto json = TRY(read_json(file));
    if (json.is_object() && json.contains("SimReady_Metadata")) json = json["SimReady_Metadata"];
    if (!json.is_object()) return fail(Errc::invalid_input, "{}: an object is expected", file.string());
    if (auto const name = word_in(json, {"name", "asset_name"}); !name.empty()) asset.name = name;
    if (auto const category = plain_name(word_in(json, {"category"})); Categories::standard().find(category))
        asset.category = category;
    if (auto const license = word_in(json, {"license", "asset_license"}); !license.empty())
        asset.license = license;
    if (auto const credit = word_in(json, {"credit", "author"}); !credit.empty()) asset.credit = credit;
    for (auto const* field : {"tags", "attributes"})
        if (auto const list = json.find(field); list != json.end() && list->is_array())
            for (auto const& word : *list)
                if (word.is_string())
                    (field == std::string_view("tags") ? asset.tags : asset.attributes)
                        .push_back(word.get<std::string>());
    return {};
}

Asset record_of(fs::path const& file, fs::path const& folder, PackImport const& what, std::string const& pack)
{
    Asset asset;
    auto const relative = file.lexically_relative(folder);
    asset.ref.key = pack + "/" + plain_name(fs::path(relative).replace_extension("").generic_string());
    auto const words = name_words(file.stem().string());
    for (auto const& word : words) asset.name += (asset.name.empty() ? "" : " ") + word;
    if (asset.name.empty()) asset.name = file.stem().string();
    asset.category = category_in(words);
    asset.tags = words;
    asset.pack = pack;
    asset.origin = Origin::imported;
    asset.license = what.license;
    asset.credit = what.credit;
    asset.uri = file.string();
    return asset;
}

/// "/models/chair.usd:3:1: a name is expected" is "3:1: a name is expected": the reader knows the file.
std::string without_path(std::string const& what, fs::path const& file)
{
    auto const path = file.string();
    if (!what.starts_with(path)) return what;
    auto const begin = what.find_first_not_of(": ", path.size());
    return begin == what.npos ? what : what.substr(begin);
}

/// Opens the model, or says why it cannot be placed.
Result<> examine(fs::path const& file, Asset& asset, CatalogOptions const& options, Progress& progress)
{
    TRY(read_sidecar(file, asset));
    asset.content_hash = hex(TRY(sha256_of_file(file)));
    TRY(measure(file, asset, options, progress));
    auto const* category = Categories::standard().find(asset.category);
    if (!category)
        return fail(Errc::invalid_input, "its name fits no category; write one into {}.json",
                    file.stem().string());
    asset.mount = category->mount;
    asset.clearance = category->clearance;
    if (asset.license.empty())
        return fail(Errc::invalid_input, "no licence is stated; give one with --license");
    auto const size = asset.bounds.size();
    if (std::max({size.x, size.y, size.z}) > 200 || std::max({size.x, size.y, size.z}) < 0.005)
        return fail(Errc::invalid_input, "it is {:.3g} m long; its metersPerUnit looks wrong",
                    std::max({size.x, size.y, size.z}));
    asset.placeable = true;
    return {};
}

/// A pack is a folder of that name among the user's: no path, and none of those that ship.
Result<> check_pack_name(std::string const& pack)
{
    if (plain_name(pack) != pack)
        return fail(Errc::invalid_input, "pack \"{}\": a name of a-z, 0-9 and _ is expected", pack);
    for (auto const* shipped :
         {"soulvan", "scopia", "katorlegaz", "reallusion", "blendswap_cc0", "blendswap_ccby"})
        if (pack == shipped)
            return fail(Errc::invalid_input,
                        "pack {}: that name is taken by what ships; choose one with --name", pack);
    return {};
}

} // namespace

Result<PackReport> import_pack(fs::path const& folder, CatalogOptions const& options, PackImport const& what,
                               Progress& progress)
{
    std::error_code error;
    auto const root = fs::canonical(folder, error);
    if (error || !fs::is_directory(root, error))
        return fail(Errc::not_found, "{}: there is no such folder", folder.string());
    PackReport report{.pack = plain_name(what.pack.empty() ? root.filename().string() : what.pack)};
    TRY(check_pack_name(report.pack));
    std::vector<Asset> assets;
    if (fs::exists(root / "master_index.json", error)) {
        assets = TRY(read_records(root));
        report.pack = assets.empty() ? report.pack : assets.front().pack;
        TRY(check_pack_name(report.pack));
    } else {
        std::vector<fs::path> files;
        for (auto const& entry : fs::recursive_directory_iterator(root, error))
            if (entry.is_regular_file() && is_model(entry.path())) files.push_back(entry.path());
        if (error) return fail(Errc::io, "{}: cannot be read: {}", root.string(), error.message());
        std::ranges::sort(files);
        std::set<std::string> taken;
        for (std::size_t i = 0; i < files.size(); ++i) {
            progress.report("models", static_cast<std::int64_t>(i), static_cast<std::int64_t>(files.size()));
            auto asset = record_of(files[i], root, what, report.pack);
            for (int n = 2; !taken.insert(asset.ref.key).second; ++n)
                asset.ref.key = fmt::format("{}_{}", asset.ref.key, n);
            if (auto const fine = examine(files[i], asset, options, progress); !fine) {
                asset.why_not = without_path(fine.error().what, files[i]);
                report.problems.push_back(
                    fmt::format("{}: {}", files[i].lexically_relative(root).generic_string(), asset.why_not));
            }
            assets.push_back(std::move(asset));
        }
    }
    if (assets.empty())
        return fail(Errc::invalid_input,
                    "{}: it holds no model (.usd, .usda, .usdc, .usdz, .obj, .gltf, .glb, .fbx)",
                    folder.string());
    report.assets = static_cast<int>(assets.size());
    report.placeable = static_cast<int>(std::ranges::count_if(assets, &Asset::placeable));
    TRY(write_pack(assets, options.data_folder / "packs" / report.pack));
    return report;
}

} // namespace soulvan::catalog
