// What does a stage need beside it, and where does that come from?
#include "soulvan/interchange/gather.h"

#include "asset_paths.h"
#include "names.h"

#include "soulvan/base/file.h"
#include "soulvan/base/hash.h"
#include "soulvan/usd/layer.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

namespace soulvan::interchange {

namespace fs = std::filesystem;

namespace {

struct Wanted {
    std::string key, archive, id;
    ModelAdjustment adjustment;
};

std::string string_in(usd::Dictionary const& dictionary, std::string const& key)
{
    auto const found = dictionary.find(key);
    return found == dictionary.end() ? "" : found->second.get_or(std::string());
}

double number_in(usd::Dictionary const& dictionary, std::string const& key, double fallback)
{
    auto const found = dictionary.find(key);
    if (found == dictionary.end()) return fallback;
    if (auto const* d = found->second.get<double>()) return *d;
    if (auto const* f = found->second.get<float>()) return static_cast<double>(*f);
    if (auto const* i = found->second.get<std::int32_t>()) return *i;
    return fallback;
}

/// customLayerData "soulvan:library", or the same nested as { dictionary soulvan = { dictionary library = … }
/// }.
std::optional<usd::Dictionary> library_dictionary(usd::Layer const& layer)
{
    auto const data = layer.pseudo_root().get_or(usd::field::custom_layer_data, usd::Dictionary());
    auto const entry = [](usd::Dictionary const& in, char const* key) -> std::optional<usd::Dictionary> {
        auto const found = in.find(key);
        auto const* held = found == in.end() ? nullptr : found->second.get<usd::Dictionary>();
        return held ? std::optional(*held) : std::nullopt;
    };
    if (auto flat = entry(data, "soulvan:library")) return flat;
    auto const nested = entry(data, "soulvan");
    return nested ? entry(*nested, "library") : std::nullopt;
}

Result<std::vector<Wanted>> wanted_models(usd::Layer const& layer, std::string const& stage)
{
    std::vector<Wanted> result;
    auto const dictionary = library_dictionary(layer);
    if (!dictionary) return result;
    for (auto const& [key, value] : *dictionary) {
        auto const* entry = value.get<usd::Dictionary>();
        Wanted wanted{.key = key};
        if (entry) {
            wanted.archive = string_in(*entry, "archive");
            wanted.id = string_in(*entry, "id");
            wanted.adjustment.yaw_deg = number_in(*entry, "yaw_deg", 0);
            wanted.adjustment.scale = number_in(*entry, "scale", 1);
        }
        if (wanted.archive.empty() || wanted.id.empty())
            return fail(
                Errc::invalid_input,
                "{}: customLayerData \"soulvan:library\": {} needs the strings \"archive\" and \"id\"", stage,
                key);
        auto const is_plain = [](std::string const& name) {
            return fs::path(name).filename() == name && name.find('/') == name.npos && !name.starts_with('.');
        };
        if (!is_plain(key) || !is_plain(wanted.archive))
            return fail(Errc::invalid_input,
                        "{}: customLayerData \"soulvan:library\": \"{}\" is no plain file name", stage,
                        is_plain(key) ? wanted.archive : key);
        result.push_back(std::move(wanted));
    }
    return result;
}

/// What stages write for models of the library; the output may keep them elsewhere.
constexpr std::string_view authored_library = "assets/sweethome3d";

/// Gathers one stage; holds what is known between the steps.
class Gatherer {
public:
    Gatherer(fs::path const& stage, fs::path const& output, fs::path const& cache, Progress& progress,
             GatherOptions const& options)
        : stage_(stage),
          output_(output),
          cache_(cache),
          progress_(progress),
          options_(options)
    {
        std::error_code error;
        stage_folder_ = fs::weakly_canonical(fs::absolute(stage).parent_path(), error);
    }

    Result<Gathered> gather()
    {
        auto const layer = TRY(usd::Layer::open(stage_));
        TRY(make_folders(output_));
        TRY(gather_models(*layer));
        gathered_.stage = output_ / options_.stage_name;
        std::error_code error;
        if (!fs::equivalent(stage_, gathered_.stage, error)) TRY(write_stage(*layer));
        std::sort(gathered_.assets.begin(), gathered_.assets.end(),
                  [](auto const& a, auto const& b) { return a.path < b.path; });
        return std::move(gathered_);
    }

private:
    Result<> gather_models(usd::Layer const& layer)
    {
        auto const wanted = TRY(wanted_models(layer, stage_.string()));
        std::map<std::string, Library> libraries;
        for (std::size_t i = 0; i < wanted.size(); ++i) {
            auto const& want = wanted[i];
            progress_.report("models", static_cast<std::int64_t>(i),
                             static_cast<std::int64_t>(wanted.size()));
            auto found = libraries.find(want.archive);
            if (found == libraries.end()) {
                auto library = TRY(Library::open(options_.library_folder / want.archive, options_.archive));
                found = libraries.emplace(want.archive, std::move(library)).first;
            }
            auto const model = convert_library_model(found->second, want.id, cache_, progress_,
                                                     want.adjustment, options_.archive);
            if (!model)
                return within(fmt::format("{}: library model {}", stage_.string(), want.key), model.error());
            TRY(place_model(want, *model));
        }
        if (!wanted.empty())
            progress_.report("models", static_cast<std::int64_t>(wanted.size()),
                             static_cast<std::int64_t>(wanted.size()));
        return {};
    }

    Result<> place_model(Wanted const& want, ConvertedModel const& model)
    {
        GatheredAsset asset{.key = want.key, .path = fmt::format("{}/{}.usdc", library_folder(), want.key)};
        TRY(link_or_copy(model.layer, output_ / asset.path));
        for (auto const& texture : model.textures) {
            auto const path =
                fmt::format("{}/{}/{}", library_folder(), texture.parent_path().filename().string(),
                            texture.filename().string());
            TRY(link_or_copy(texture, output_ / path));
            asset.textures.push_back(path);
        }
        auto const digest = TRY(sha256_of_file(output_ / asset.path));
        asset.sha256 = hex(digest);
        asset.name = model.record.name;
        asset.license = model.record.license;
        asset.credit = model.record.credit;
        asset.source = fmt::format("{}#{}", want.archive, model.record.id);
        asset.source_sha256 = model.source_sha256;
        if (asset.license.empty())
            gathered_.warnings.push_back(fmt::format("{}: {} has no licence", want.key, asset.source));
        for (auto const& warning : model.warnings)
            gathered_.warnings.push_back(fmt::format("{}: {}", want.key, warning));
        if (!model.was_cached) progress_.note(fmt::format("converted {} ({})", want.key, asset.source));
        library_paths_.emplace(fmt::format("{}/{}.usdc", authored_library, want.key), asset.path);
        gathered_.assets.push_back(std::move(asset));
        return {};
    }

    /// Where a file of the stage lies in the output: the tree below the stage's folder is kept below assets/,
    /// what comes from elsewhere gets a name by its place.
    std::string output_path(fs::path const& file)
    {
        auto const relative = file.lexically_relative(stage_folder_);
        if (!relative.empty() && *relative.begin() != "..") {
            auto const text = relative.generic_string();
            return options_.assets + "/" + (text.starts_with("assets/") ? text.substr(7) : text);
        }
        auto const place = hex(sha256(file.parent_path().generic_string())).substr(0, 8);
        return fmt::format("{}/external_{}/{}", options_.assets, place, file.filename().string());
    }

    std::string library_folder() const { return options_.assets + "/sweethome3d"; }

    static bool is_layer_name(fs::path const& file)
    {
        auto const extension = file.extension();
        return extension == ".usd" || extension == ".usda" || extension == ".usdc";
    }

    /// The new path for `authored` in the layer at `from` (its old folder) that will lie in `to` (below
    /// output_).
    Result<std::string> moved(std::string const& authored, fs::path const& from, fs::path const& to,
                              std::string const& where)
    {
        // "package.usdz[inner.usdc]": the package moves, the inside stays.
        auto const bracket = authored.find('[');
        auto const outside = authored.substr(0, bracket);
        auto const inside = bracket == authored.npos ? "" : authored.substr(bracket);
        if (outside.find("://") != outside.npos) {
            gathered_.warnings.push_back(
                fmt::format("{}: {} is on the network and stays there", where, outside));
            return authored;
        }
        if (outside.find("<UDIM>") != outside.npos) return moved_tiles(outside, from, to, where);
        auto const plain = fs::path(outside).lexically_normal().generic_string();
        if (auto const model = library_paths_.find(plain); to.empty() && model != library_paths_.end())
            return model->first == model->second ? authored : "./" + model->second;

        std::error_code error;
        auto const file = fs::weakly_canonical(from / outside, error);
        auto const target = output_path(file);
        if (!fs::is_regular_file(file, error)) {
            gathered_.warnings.push_back(
                fmt::format("{}: {} does not exist", where,
                            fs::path(outside).is_absolute() ? file.filename().string() : outside));
        } else {
            TRY(place_file(file, target));
        }
        auto const relative =
            fs::path(target).lexically_relative(to.empty() ? fs::path(".") : to).generic_string();
        return (relative.starts_with("../") ? relative : "./" + relative) + inside;
    }

    /// moved() as with_asset_paths wants it; `changed` tells whether any path is another one now.
    MapAssetPath mapping(fs::path const& from, fs::path const& to, bool& changed)
    {
        return [=, this, &changed](std::string const& authored, AssetUse, std::string const& where) {
            auto next = moved(authored, from, to, where);
            changed |= next && fs::path(*next).lexically_normal() != fs::path(authored).lexically_normal();
            return next;
        };
    }

    /// "wall.<UDIM>.png": every tile from 1001 to 1999 that exists.
    Result<std::string> moved_tiles(std::string const& authored, fs::path const& from, fs::path const& to,
                                    std::string const& where)
    {
        auto const at = authored.find("<UDIM>");
        std::string result;
        for (int tile = 1001; tile < 2000; ++tile) {
            auto name = authored;
            name.replace(at, 6, std::to_string(tile));
            std::error_code error;
            if (!fs::is_regular_file(from / name, error)) continue;
            result = TRY(moved(name, from, to, where));
            result.replace(result.rfind(std::to_string(tile)), 4, "<UDIM>");
        }
        if (!result.empty()) return result;
        gathered_.warnings.push_back(fmt::format("{}: no tile of {} exists", where, authored));
        return fs::path(authored).is_absolute()
                   ? "./" + options_.assets + "/" + fs::path(authored).filename().string()
                   : authored;
    }

    /// Puts one file of the stage into the output, layers with what they refer to.
    Result<> place_file(fs::path const& file, std::string const& target)
    {
        if (!placed_.insert(target).second) return {};
        std::error_code error;
        if (fs::file_size(file, error) > options_.file_bytes)
            return fail(Errc::limit, "{}: has more than {} bytes", file.string(), options_.file_bytes);
        GatheredAsset asset{.path = target};
        if (is_layer_name(file)) {
            auto const layer = TRY(usd::Layer::open(file));
            bool changed = false;
            auto const folder = fs::path(target).parent_path();
            auto const rewritten = with_asset_paths(*layer, mapping(file.parent_path(), folder, changed));
            if (!rewritten) return within(file.string(), rewritten.error());
            if (changed)
                TRY(write_like(*rewritten, file, output_ / target));
            else
                TRY(link_or_copy(file, output_ / target));
        } else {
            TRY(link_or_copy(file, output_ / target));
        }
        auto const digest = TRY(sha256_of_file(output_ / target));
        asset.sha256 = hex(digest);
        asset.source = file.filename().string();
        gathered_.assets.push_back(std::move(asset));
        return {};
    }

    /// In the form of `original`: text stays text, also as .usd.
    static Result<> write_like(usd::Layer const& layer, fs::path const& original, fs::path const& target)
    {
        TRY(make_folders(target.parent_path()));
        auto const head = TRY(read_file(original));
        if (head.starts_with("#usda") && target.extension() == ".usd")
            return write_file(target, usd::write_text(layer));
        return usd::save(layer, target);
    }

    Result<> write_stage(usd::Layer const& layer)
    {
        if (stage_.extension() == ".usdz") return write_package_stage(layer);
        bool changed = false;
        auto const rewritten = TRY(with_asset_paths(layer, mapping(stage_folder_, "", changed)));
        auto const bytes = TRY(read_file(stage_));
        if (gathered_.stage.extension() != ".usda") return usd::save(rewritten, gathered_.stage);
        // A text stage that needs no change keeps its comments.
        if (!changed && bytes.starts_with("#usda")) return write_file(gathered_.stage, bytes);
        return write_file(gathered_.stage, usd::write_text(rewritten));
    }

    /// A package stays whole: the stage is a layer over it.
    Result<> write_package_stage(usd::Layer const& layer)
    {
        auto const target = options_.assets + "/" + stage_.filename().string();
        TRY(place_file(fs::weakly_canonical(fs::absolute(stage_)), target));
        usd::Layer over;
        for (auto const& name : {usd::field::default_prim, usd::field::up_axis, usd::field::meters_per_unit,
                                 usd::field::start_time_code, usd::field::end_time_code,
                                 usd::field::time_codes_per_second, usd::field::frames_per_second})
            if (auto value = layer.pseudo_root().find(name); !value.empty())
                over.edit_root().set(name, value);
        over.edit_root().set(usd::field::sub_layers, std::vector<std::string>{"./" + target});
        return usd::save(over, gathered_.stage);
    }

    fs::path stage_, stage_folder_, output_, cache_;
    Progress& progress_;
    GatherOptions const& options_;
    Gathered gathered_;
    std::set<std::string> placed_;
    std::map<std::string, std::string> library_paths_; ///< as authored → in the output folder
};

} // namespace

Result<Gathered> gather_library(fs::path const& stage, fs::path const& output_folder,
                                fs::path const& cache_folder, Progress& progress,
                                GatherOptions const& options)
{
    return Gatherer(stage, output_folder, cache_folder, progress, options).gather();
}

} // namespace soulvan::interchange
