// Step records as files beside the outputs.
#include "soulvan/storage/step_store.h"

#include "soulvan/base/file.h"
#include "soulvan/base/hash.h"

#include <nlohmann/json.hpp>

namespace soulvan::storage {
namespace fs = std::filesystem;
namespace {

fs::path record_path(fs::path const& root, StepKey const& key)
{
    return root / ".soulvan" / "steps" / (key.hex + ".json");
}

std::optional<std::vector<StepOutput>> parse_record(Json const& json)
{
    std::vector<StepOutput> outputs;
    try {
        for (auto const& output : json.at("outputs"))
            outputs.push_back({output.at("path").get<std::string>(), output.at("sha256").get<std::string>(),
                               output.at("bytes").get<std::uint64_t>()});
    } catch (Json::exception const&) {
        return std::nullopt; // a record that is not ours is no record
    }
    return outputs;
}

} // namespace

Result<StepKey> step_key(std::string const& step, int version, std::vector<std::string> const& inputs,
                         Json const& settings, std::uint64_t seed)
{
    // Seeds above 2^53 have no exact JSON number: the key holds their text.
    Json const parts = {{"step", step},
                        {"version", version},
                        {"inputs", inputs},
                        {"settings", settings},
                        {"seed", std::to_string(seed)}};
    auto const text = TRY(canonical_json(parts));
    return StepKey{hex(sha256(text))};
}

Result<std::optional<std::vector<StepOutput>>> StepStore::find(StepKey const& key, bool thorough) const
{
    using Found = std::optional<std::vector<StepOutput>>;
    auto const path = record_path(root_, key);
    std::error_code error;
    if (!fs::exists(path, error)) return Found();
    auto const json = read_json(path);
    auto outputs = json ? parse_record(*json) : std::nullopt;
    if (!outputs) return Found();
    for (auto const& output : *outputs) {
        auto const size = fs::file_size(root_ / output.path, error);
        if (error || size != output.bytes) return Found();
        if (!thorough) continue;
        auto const digest = sha256_of_file(root_ / output.path);
        if (!digest || hex(*digest) != output.sha256) return Found();
    }
    return Found(std::move(outputs));
}

Result<std::vector<StepOutput>> StepStore::commit(StepKey const& key,
                                                  std::vector<std::string> const& paths) const
{
    std::vector<StepOutput> outputs;
    Json record = {{"outputs", Json::array()}};
    for (auto const& path : paths) {
        auto const digest = TRY(sha256_of_file(root_ / path));
        std::error_code error;
        auto const bytes = fs::file_size(root_ / path, error);
        if (error) return fail(Errc::io, "{}: {}", (root_ / path).string(), error.message());
        outputs.push_back({path, hex(digest), bytes});
        record["outputs"].push_back({{"path", path}, {"sha256", hex(digest)}, {"bytes", bytes}});
    }
    TRY(write_file(record_path(root_, key), record.dump()));
    return outputs;
}

} // namespace soulvan::storage
