// How does an asset come to lie beside a stage? Built or converted on first use, kept by content, then
// linked.
#include "state.h"

#include "built_in.h"
#include "dressed.h"

#include "soulvan/base/file.h"
#include "soulvan/base/hash.h"
#include "soulvan/catalog/generator.h"
#include "soulvan/interchange/gather.h"
#include "soulvan/interchange/import.h"

#include <algorithm>

namespace soulvan::catalog {

namespace fs = std::filesystem;

namespace {

std::string pack_of(AssetRef const& ref)
{
    return ref.key.substr(0, ref.key.find('/'));
}

/// The layer's file name without extension; a generated thing's parameters and seed stand in it as a hash.
std::string stem_of(AssetRef const& ref)
{
    auto const name = ref.key.substr(ref.key.find('/') + 1);
    if (ref.parameters.empty() && ref.seed == 0) return name;
    return fmt::format("{}_{}", name, hex(sha256(to_string(ref))).substr(0, 8));
}

struct Target {
    fs::path output;    ///< the stage's folder
    std::string folder; ///< "assets/soulvan"
    std::string layer;  ///< "assets/soulvan/pallet_rack_0a1b2c3d.usdc"
};

Result<Materialised> place_generated(Generator const& generator, AssetRef const& ref, Target const& target,
                                     CatalogOptions const& options)
{
    auto const name = fmt::format("{} {}", to_string(ref), generator.version());
    auto const key = hex(sha256(name));
    auto const cached = options.cache_folder / "generated" / key.substr(0, 2) / (key + ".usdc");
    auto const list = fs::path(cached).replace_extension(".textures");
    Materialised result{.layer = target.layer, .source_sha256 = key};
    std::error_code error;
    std::string names;
    if (fs::exists(cached, error) && fs::exists(list, error)) {
        names = TRY(read_file(list));
    } else {
        auto const generated = TRY(generator.build(ref));
        for (auto const& texture : generated.textures) names += texture + "\n";
        TRY(make_folders(cached.parent_path()));
        TRY(usd::save(generated.layer, cached));
        TRY(write_file(list, names));
    }
    TRY(link_or_copy(cached, target.output / target.layer));
    for (std::size_t at = 0; at < names.size();) {
        auto const end = names.find('\n', at);
        auto const texture = names.substr(at, end - at);
        at = end + 1;
        auto const path = target.folder + "/textures/" + texture;
        TRY(link_or_copy(options.share_folder / "textures" / texture, target.output / path));
        result.textures.push_back(path);
    }
    return result;
}

/// A layer and its textures as they lie in a folder of the cache.
Result<> place_files(fs::path const& layer, std::vector<fs::path> const& textures, Target const& target,
                     Materialised& result)
{
    TRY(link_or_copy(layer, target.output / target.layer));
    for (auto const& texture : textures) {
        auto const path = fmt::format("{}/{}/{}", target.folder, texture.parent_path().filename().string(),
                                      texture.filename().string());
        TRY(link_or_copy(texture, target.output / path));
        result.textures.push_back(path);
    }
    return {};
}

bool is_usd(fs::path const& file)
{
    auto const extension = file.extension();
    return extension == ".usd" || extension == ".usda" || extension == ".usdc" || extension == ".usdz";
}

Result<Materialised> place_imported(Asset const& asset, Target const& target, CatalogOptions const& options,
                                    Progress& progress)
{
    Materialised result{.layer = target.layer, .source_sha256 = asset.content_hash};
    fs::path const source = asset.uri;
    if (is_usd(source)) {
        // Its own layers and textures lie in a folder beside it, so that packs may use equal names.
        auto const stem = fs::path(target.layer).stem().string();
        interchange::GatherOptions gather{.library_folder = options.library_folder,
                                          .stage_name = stem + ".usdc",
                                          .assets = stem + ".files"};
        auto const gathered = TRY(interchange::gather_library(source, target.output / target.folder,
                                                              options.cache_folder, progress, gather));
        for (auto const& file : gathered.assets) result.textures.push_back(target.folder + "/" + file.path);
        result.warnings = gathered.warnings;
        return result;
    }
    auto const digest = TRY(sha256_of_file(source));
    auto const key = hex(digest).substr(0, 16);
    auto const cached = options.cache_folder / "imported" / key / (key + ".usdc");
    auto const textures = fs::path(cached).replace_extension(".textures");
    std::error_code error;
    if (!fs::exists(cached, error)) {
        interchange::ImportOptions how{.flatten = true, .name = stem_of(asset.ref)};
        usd::Dictionary credits;
        credits["license"] = usd::Value(asset.license);
        credits["credit"] = usd::Value(asset.credit);
        credits["name"] = usd::Value(asset.name);
        credits["source"] = usd::Value(source.filename().string());
        how.custom_data["soulvan"] = usd::Value(credits);
        auto const report = TRY(interchange::import_model(source, cached, how, progress));
        result.warnings = report.warnings;
    }
    std::vector<fs::path> files;
    for (auto const& entry : fs::directory_iterator(textures, error)) files.push_back(entry.path());
    std::ranges::sort(files);
    TRY(place_files(cached, files, target, result));
    return result;
}

Result<interchange::ConvertedModel> convert_built_in(BuiltInModel const& model, CatalogOptions const& options,
                                                     std::map<std::string, interchange::Library>& libraries,
                                                     Progress& progress)
{
    auto library = libraries.find(model.archive);
    if (library == libraries.end()) {
        auto opened = TRY(interchange::Library::open(options.library_folder / model.archive));
        library = libraries.emplace(model.archive, std::move(opened)).first;
    }
    return interchange::convert_library_model(library->second, model.id, options.cache_folder, progress,
                                              {model.yaw_deg, model.scale});
}

/// The person's own layer beside the one that dresses it.
Result<Materialised> place_dressed(DressedPerson const& dressed, Asset const& asset,
                                   interchange::ConvertedModel const& person, Target const& target,
                                   CatalogOptions const& options)
{
    auto const key = hex(sha256(fmt::format("{} {} {} {}", to_string(asset.ref), person.key, dressed_version,
                                            find_generator("soulvan/helmet")->version())));
    auto const cached = options.cache_folder / "generated" / key.substr(0, 2) / (key + ".usdc");
    auto const person_file = person.layer.filename().string();
    Materialised result{
        .layer = target.layer, .source_sha256 = person.source_sha256, .warnings = person.warnings};
    std::error_code error;
    if (!fs::exists(cached, error)) {
        auto const layer = TRY(usd::Layer::open(person.layer));
        auto generated = dress(dressed, asset, *layer, person_file);
        if (!generated) return within(to_string(asset.ref), generated.error());
        SOULVAN_CHECK(generated->textures.empty()); // cloth, plastic and stripes have none
        TRY(make_folders(cached.parent_path()));
        TRY(usd::save(generated->layer, cached));
    }
    TRY(place_files(cached, person.textures, target, result));
    auto const beside = target.folder + "/" + person_file;
    TRY(link_or_copy(person.layer, target.output / beside));
    result.textures.push_back(beside);
    return result;
}

} // namespace

std::string Catalog::layer_path(AssetRef const& ref)
{
    return fmt::format("assets/{}/{}.usdc", pack_of(ref), stem_of(ref));
}

Result<Materialised> Catalog::materialise(Asset const& asset, fs::path const& output_folder,
                                          Progress& progress) const
{
    Target const target{output_folder, "assets/" + pack_of(asset.ref), layer_path(asset.ref)};
    auto const& options = state_->options;
    if (auto const* generator = find_generator(asset.ref.key)) {
        auto placed = place_generated(*generator, asset.ref, target, options);
        if (!placed) return within(to_string(asset.ref), placed.error());
        return placed;
    }
    if (asset.origin == Origin::imported) return place_imported(asset, target, options, progress);
    std::scoped_lock const lock(state_->mutex);
    auto const dressed = find_dressed(asset.ref.key);
    auto const* model = find_built_in(dressed ? dressed->person : asset.ref.key);
    if (!model) return fail(Errc::not_found, "asset {}: there is none of that name", asset.ref.key);
    auto const converted = TRY(convert_built_in(*model, options, state_->libraries, progress));
    if (dressed) return place_dressed(*dressed, asset, converted, target, options);
    Materialised result{
        .layer = target.layer, .source_sha256 = converted.source_sha256, .warnings = converted.warnings};
    TRY(place_files(converted.layer, converted.textures, target, result));
    return result;
}

} // namespace soulvan::catalog
