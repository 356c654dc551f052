// Which packs did the user import, and where do their models lie?
#include "packs.h"

#include "record.h"

#include "soulvan/base/file.h"
#include "soulvan/base/hash.h"
#include "soulvan/base/json.h"

#include <algorithm>
#include <map>

#include <nlohmann/json.hpp>

namespace soulvan::catalog {

namespace fs = std::filesystem;

namespace {

std::vector<fs::path> pack_folders(fs::path const& data_folder)
{
    std::vector<fs::path> folders;
    std::error_code error;
    for (auto const& entry : fs::directory_iterator(data_folder / "packs", error))
        if (fs::is_regular_file(entry.path() / "master_index.json", error)) folders.push_back(entry.path());
    std::ranges::sort(folders);
    return folders;
}

std::string record_path(Asset const& asset)
{
    return fmt::format("assets/{}.json", asset.ref.key);
}

} // namespace

Result<std::vector<Asset>> imported_assets(fs::path const& data_folder)
{
    std::vector<Asset> assets;
    for (auto const& folder : pack_folders(data_folder)) {
        auto records = TRY(read_records(folder));
        for (auto& record : records) {
            record.origin = Origin::imported;
            assets.push_back(std::move(record));
        }
    }
    return assets;
}

std::string packs_key(fs::path const& data_folder)
{
    std::string text;
    std::error_code error;
    for (auto const& folder : pack_folders(data_folder)) {
        auto const index = folder / "master_index.json";
        text += fmt::format("{} {} {}\n", folder.filename().string(), fs::file_size(index, error),
                            fs::last_write_time(index, error).time_since_epoch().count());
    }
    return hex(sha256(text));
}

Result<> write_pack(std::vector<Asset> const& assets, fs::path const& folder)
{
    std::map<std::string, int> packs;
    for (auto const& asset : assets) ++packs[asset.pack];
    auto text = fmt::format("{{\"total_assets\": {}, \"packs\": {}, \"assets\": [", assets.size(),
                            Json(packs).dump());
    char const* before = "\n";
    for (auto const& asset : assets) {
        text += before + asset_to_json(asset).dump();
        before = ",\n";
    }
    text += "\n]}\n";
    TRY(write_file(folder / "master_index.json", text));
    // Packs used to be a file per record.
    std::error_code ignored;
    fs::remove_all(folder / "assets", ignored);
    remove_stale_temporaries(folder);
    return {};
}

Result<> write_records(std::vector<Asset> const& assets, fs::path const& folder)
{
    std::map<std::string, int> packs;
    auto list = Json::array();
    std::string previous;
    for (auto const& asset : assets) {
        ++packs[asset.pack];
        auto const path = record_path(asset);
        list.push_back({{"id", to_string(asset.ref)},
                        {"name", asset.name},
                        {"category", asset.category},
                        {"pack", asset.pack},
                        {"tags", asset.tags},
                        {"uri", asset.uri},
                        {"metadata", path}});
    }
    // Entries of one generator share a key: their records stand in one file.
    std::map<std::string, Json> files;
    for (auto const& asset : assets) {
        auto& file = files[record_path(asset)];
        if (file.is_null())
            file = asset_to_json(asset);
        else {
            if (!file.is_array()) file = Json::array({file});
            file.push_back(asset_to_json(asset));
        }
    }
    for (auto const& [path, json] : files) TRY(write_file(folder / path, pretty_json(json)));
    Json const index = {{"total_assets", assets.size()}, {"packs", packs}, {"assets", std::move(list)}};
    return write_file(folder / "master_index.json", pretty_json(index));
}

Result<std::vector<Asset>> read_records(fs::path const& folder)
{
    auto const index = TRY(read_json(folder / "master_index.json"));
    auto const name = (folder / "master_index.json").string();
    auto const list = index.find("assets");
    if (list == index.end() || !list->is_array())
        return fail(Errc::invalid_input, "{}: /assets: a list is expected", name);
    std::vector<Asset> assets;
    std::string read;
    for (auto const& entry : *list) {
        if (entry.is_object() && !entry.contains("metadata")) { // the record itself
            assets.push_back(TRY(asset_from_json(entry, name)));
            continue;
        }
        auto const path = entry.is_object() ? entry.value("metadata", std::string()) : std::string();
        auto const plain = fs::path(path).lexically_normal();
        if (path.empty() || plain.is_absolute() || *plain.begin() == "..")
            return fail(Errc::invalid_input, "{}: /assets: \"{}\" is no path below the index", name, path);
        if (path == read) continue; // several records in one file
        read = path;
        auto const json = TRY(read_json(folder / plain));
        auto const where = (folder / plain).string();
        if (json.is_array())
            for (auto const& record : json) assets.push_back(TRY(asset_from_json(record, where)));
        else
            assets.push_back(TRY(asset_from_json(json, where)));
    }
    return assets;
}

} // namespace soulvan::catalog
