// How does one model of a library become USD in the cache, once?
#include "soulvan/interchange/library.h"

#include "archive.h"

#include "soulvan/base/file.h"
#include "soulvan/base/hash.h"
#include "soulvan/base/json.h"
#include "soulvan/interchange/import.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <csignal>
#include <fstream>

#include <nlohmann/json.hpp>
#include <unistd.h>

namespace soulvan::interchange {

namespace fs = std::filesystem;

namespace {

/// Part of every cache key: rises whenever a conversion gives other bytes.
constexpr int converter_version = 4;

/// The id in `library` that `id` most likely meant, or "".
std::string nearest_id(Library const& library, std::string_view id)
{
    std::string best;
    std::size_t least = id.size() / 3 + 2;
    for (auto const& record : library.records()) {
        auto const known = std::string_view(record.id).substr(record.id.rfind('#') + 1);
        auto const wanted = id.substr(id.rfind('#') + 1);
        // Edit distance with one row.
        std::vector<std::size_t> row(wanted.size() + 1);
        for (std::size_t i = 0; i < row.size(); ++i) row[i] = i;
        for (std::size_t k = 1; k <= known.size(); ++k) {
            auto corner = row[0];
            row[0] = k;
            for (std::size_t i = 1; i < row.size(); ++i) {
                auto const next =
                    std::min({row[i] + 1, row[i - 1] + 1, corner + (known[k - 1] != wanted[i - 1])});
                corner = row[i];
                row[i] = next;
            }
        }
        if (row.back() < least) {
            least = row.back();
            best = record.id;
        }
    }
    return best;
}

/// A folder that goes with all it holds.
class WorkFolder {
public:
    static Result<WorkFolder> make(fs::path const& beside)
    {
        WorkFolder folder;
        folder.path_ = temporary_name(beside);
        TRY(make_folders(folder.path_));
        return folder;
    }
    WorkFolder(WorkFolder&& other) noexcept : path_(std::exchange(other.path_, {})) {}
    WorkFolder& operator=(WorkFolder&&) = delete;
    ~WorkFolder()
    {
        std::error_code error;
        if (!path_.empty()) fs::remove_all(path_, error);
    }
    fs::path const& path() const { return path_; }

private:
    WorkFolder() = default;
    fs::path path_;
};

/// Removes the work folders that killed processes left in the cache (".tmp-<pid>-<n>~<key>").
void remove_stale_work(fs::path const& cache)
{
    std::error_code error;
    for (auto const& entry : fs::directory_iterator(cache, error)) {
        auto const name = entry.path().filename().string();
        constexpr std::string_view prefix = ".tmp-";
        int process = 0;
        if (!name.starts_with(prefix) ||
            std::from_chars(name.data() + prefix.size(), name.data() + name.size(), process).ec !=
                std::errc())
            continue;
        if (process <= 0 || kill(process, 0) == 0 || errno == EPERM) continue;
        std::error_code ignored;
        fs::remove_all(entry.path(), ignored);
    }
}

struct ModelFiles {
    std::vector<std::pair<std::string, std::string>> files; ///< name below the model's folder, bytes; by name
    std::string sha256;
};

/// The model and what lies in its folder.
Result<ModelFiles> unpack(Archive& archive, LibraryRecord const& record)
{
    auto const folder = record.model.substr(0, record.model.rfind('/') + 1);
    auto const entries = folder.empty() ? std::vector{archive.find(record.model)} : archive.below(folder);
    ModelFiles result;
    Sha256 hash;
    for (auto const* entry : entries) {
        if (!entry) continue;
        auto bytes = TRY(archive.read(*entry));
        auto name = entry->name.substr(folder.size());
        hash.update(fmt::format("{}\n{}\n", name, bytes.size())).update(bytes);
        result.files.emplace_back(std::move(name), std::move(bytes));
    }
    if (!archive.find(record.model))
        return fail(Errc::invalid_input, "{}: is named in the catalogue but is not in the archive",
                    record.model);
    result.sha256 = hex(hash.finish());
    return result;
}

ImportOptions options_for(LibraryRecord const& record, ModelAdjustment const& adjustment,
                          std::string const& archive)
{
    ImportOptions options;
    options.flatten = true;
    options.mend_normals = true;
    options.rotation = record.rotation;
    options.yaw_deg = adjustment.yaw_deg;
    options.name = record.id.substr(record.id.rfind('#') + 1);
    options.hints = record.name + " " + record.category;
    for (auto const& tag : record.tags) options.hints += " " + tag;
    options.fit = FitBox{record.size * adjustment.scale};
    usd::Dictionary credits;
    credits["name"] = record.name;
    credits["license"] = record.license;
    credits["credit"] = record.credit;
    credits["source"] = archive + "#" + record.id;
    // Nested, because USD reads "soulvan:license" as a path of keys.
    options.custom_data["soulvan"] = credits;
    return options;
}

Json describe(ConvertedModel const& model)
{
    Json textures = Json::array();
    for (auto const& texture : model.textures) textures.push_back(texture.filename().string());
    auto const& box = model.bounds;
    return {{"source_sha256", model.source_sha256},
            {"textures", textures},
            {"warnings", model.warnings},
            {"bounds", {box.min.x, box.min.y, box.min.z, box.max.x, box.max.y, box.max.z}}};
}

/// What an earlier conversion left, when all of it is there.
bool read_cached(ConvertedModel& model, fs::path const& folder)
{
    auto const json = read_json(folder / "model.json");
    std::error_code error;
    if (!json || !fs::is_regular_file(model.layer, error)) return false;
    try {
        auto const& bounds = json->at("bounds");
        model.bounds = {{bounds.at(0), bounds.at(1), bounds.at(2)},
                        {bounds.at(3), bounds.at(4), bounds.at(5)}};
        model.warnings = json->at("warnings").get<std::vector<std::string>>();
        for (auto const& name : json->at("textures")) {
            auto const path = folder / (model.key.substr(0, 16) + ".textures") / name.get<std::string>();
            if (!fs::is_regular_file(path, error)) return false;
            model.textures.push_back(path);
        }
    } catch (std::exception const&) {
        return false;
    }
    model.was_cached = true;
    return true;
}

/// Without write_file's sync: the file is read once and goes.
Result<> write_scratch(fs::path const& path, std::string const& bytes)
{
    TRY(make_folders(path.parent_path()));
    std::ofstream file(path, std::ios::binary);
    file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    if (!file.flush()) return fail(Errc::io, "{}: cannot be written: is the disk full?", path.string());
    return {};
}

Result<> convert(ConvertedModel& model, ModelFiles const& files, ImportOptions const& options,
                 fs::path const& cache, Progress& progress)
{
    // Converted in a folder of its own that takes its name when all is there: two that convert the same model
    // at once both succeed, and a kill leaves nothing half.
    remove_stale_work(cache);
    auto const work = TRY(WorkFolder::make(cache / model.key));
    auto const source_folder = work.path() / "source", target_folder = work.path() / "target";
    for (auto const& [name, bytes] : files.files) TRY(write_scratch(source_folder / name, bytes));
    auto const short_key = model.key.substr(0, 16);
    auto const model_name = model.record.model.substr(model.record.model.rfind('/') + 1);
    auto const report =
        import_model(source_folder / model_name, target_folder / (short_key + ".usdc"), options, progress);
    if (!report) {
        // The unpacked file's place is ours and gone by now: the person knows the record.
        auto what = report.error().what;
        auto const place = (source_folder / "").string();
        for (auto at = what.find(place); at != what.npos; at = what.find(place)) what.erase(at, place.size());
        return within(model.record.id, Error{report.error().code, what});
    }
    model.bounds = report->bounds;
    model.warnings = report->warnings;
    auto const folder = cache / model.key;
    for (std::size_t i = 1; i < report->files.size(); ++i)
        model.textures.push_back(folder / (short_key + ".textures") / report->files[i].filename());
    TRY(write_file(target_folder / "model.json", pretty_json(describe(model))));
    std::error_code error;
    fs::rename(target_folder, folder, error);
    if (error && !fs::exists(model.layer)) {
        // A folder that lacks something stands in the way.
        fs::remove_all(folder, error);
        fs::rename(target_folder, folder, error);
        if (error) return fail(Errc::io, "{}: cannot be written: {}", folder.string(), error.message());
    }
    return {};
}

} // namespace

Result<ConvertedModel> convert_library_model(Library const& library, std::string_view id,
                                             fs::path const& cache_folder, Progress& progress,
                                             ModelAdjustment const& adjustment, ArchiveLimits const& limits)
{
    auto const* record = library.find(id);
    auto const file = library.path().filename().string();
    if (!record) {
        auto const near = nearest_id(library, id);
        return fail(Errc::not_found, "{}: has no model \"{}\"{}", file, id,
                    near.empty() ? "" : fmt::format("; \"{}\" is near", near));
    }
    if (!(adjustment.scale > 0) || !std::isfinite(adjustment.scale) || !std::isfinite(adjustment.yaw_deg))
        return fail(Errc::invalid_input, "{}: scale {} and yaw {} must be finite, the scale positive",
                    record->id, adjustment.scale, adjustment.yaw_deg);
    auto archive = TRY(Archive::open(library.path(), limits));
    auto const files = TRY(unpack(archive, *record));
    auto const options = options_for(*record, adjustment, file);

    ConvertedModel model{.record = *record};
    model.source_sha256 = files.sha256;
    Json const rotation = {record->rotation[0][0], record->rotation[0][1], record->rotation[0][2],
                           record->rotation[1][0], record->rotation[1][1], record->rotation[1][2],
                           record->rotation[2][0], record->rotation[2][1], record->rotation[2][2]};
    Json const key = {{"converter", converter_version},
                      {"source", files.sha256},
                      {"record", record->id},
                      {"archive", file},
                      {"size", {record->size.x, record->size.y, record->size.z}},
                      {"rotation", rotation},
                      {"license", record->license},
                      {"credit", record->credit},
                      {"hints", options.hints},
                      {"yaw_deg", adjustment.yaw_deg},
                      {"scale", adjustment.scale}};
    model.key = hex(sha256(TRY(canonical_json(key))));
    auto const folder = cache_folder / model.key;
    model.layer = folder / (model.key.substr(0, 16) + ".usdc");
    if (read_cached(model, folder)) return model;
    model.textures.clear();
    TRY(convert(model, files, options, cache_folder, progress));
    return model;
}

} // namespace soulvan::interchange
