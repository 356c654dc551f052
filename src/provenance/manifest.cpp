// Building, signing and reading manifests.
#include "soulvan/provenance/manifest.h"

#include "soulvan/base/file.h"
#include "soulvan/base/hash.h"

#include <algorithm>

namespace soulvan::provenance {
namespace fs = std::filesystem;
namespace {

constexpr char const* format_name = "soulvan-manifest/1";

Json json_of(ListedFile const& file)
{
    return {{"path", file.path}, {"sha256", file.sha256}, {"bytes", file.bytes}, {"role", file.role}};
}

Json json_of(Ingredient const& input)
{
    return {{"name", input.name},       {"sha256", input.sha256}, {"role", input.role},
            {"licence", input.licence}, {"credit", input.credit}, {"source", input.source}};
}

Result<std::string> text_field(Json const& object, char const* name)
{
    auto const found = object.find(name);
    if (found == object.end() || !found->is_string())
        return fail(Errc::invalid_input, "the field \"{}\" is missing or no text", name);
    return found->get<std::string>();
}

bool stays_inside(std::string const& path)
{
    fs::path const parsed(path);
    if (path.empty() || parsed.is_absolute()) return false;
    return std::none_of(parsed.begin(), parsed.end(), [](fs::path const& part) { return part == ".."; });
}

Result<ListedFile> parse_file(Json const& json)
{
    if (!json.is_object()) return fail(Errc::invalid_input, "an entry of \"files\" is no object");
    ListedFile file;
    file.path = TRY(text_field(json, "path"));
    file.sha256 = TRY(text_field(json, "sha256"));
    file.role = TRY(text_field(json, "role"));
    if (!stays_inside(file.path))
        return fail(Errc::invalid_input, "the path \"{}\" leaves the manifest's folder", file.path);
    if (!json.contains("bytes") || !json["bytes"].is_number_unsigned())
        return fail(Errc::invalid_input, "\"bytes\" of {} is missing or no number", file.path);
    file.bytes = json["bytes"].get<std::uint64_t>();
    return file;
}

Result<Ingredient> parse_input(Json const& json)
{
    if (!json.is_object()) return fail(Errc::invalid_input, "an entry of \"inputs\" is no object");
    Ingredient input;
    input.name = TRY(text_field(json, "name"));
    input.sha256 = TRY(text_field(json, "sha256"));
    input.role = TRY(text_field(json, "role"));
    input.licence = TRY(text_field(json, "licence"));
    input.credit = TRY(text_field(json, "credit"));
    input.source = TRY(text_field(json, "source"));
    return input;
}

Json signed_json(Manifest manifest)
{
    std::sort(manifest.files.begin(), manifest.files.end());
    std::sort(manifest.inputs.begin(), manifest.inputs.end());
    Json json = {{"format", format_name},         {"name", manifest.name},   {"tools", manifest.tools},
                 {"settings", manifest.settings}, {"seeds", manifest.seeds}, {"wallet", manifest.wallet},
                 {"key", manifest.key},           {"audit", manifest.audit}, {"files", Json::array()},
                 {"inputs", Json::array()}};
    for (auto const& file : manifest.files) json["files"].push_back(json_of(file));
    for (auto const& input : manifest.inputs) json["inputs"].push_back(json_of(input));
    return json;
}

} // namespace

Result<ListedFile> list_file(fs::path const& folder, std::string const& path, std::string role)
{
    auto const digest = TRY(sha256_of_file(folder / path));
    std::error_code error;
    auto const bytes = fs::file_size(folder / path, error);
    if (error) return fail(Errc::io, "{}: {}", (folder / path).string(), error.message());
    return ListedFile{path, hex(digest), bytes, std::move(role)};
}

Result<std::string> signed_part(Manifest manifest)
{
    return canonical_json(signed_json(std::move(manifest)));
}

Result<std::string> signed_text(Manifest const& manifest)
{
    auto const part = TRY(signed_part(manifest));
    return "Soulvan manifest v1\nsha256:" + hex(sha256(part));
}

Result<Json> attest(Manifest manifest, Signer* signer, std::string const& created_at)
{
    if (!signer) {
        manifest.key.clear();
        auto json = signed_json(std::move(manifest));
        json["created_at"] = created_at;
        return json;
    }
    // How the key is kept is part of what is signed, and only the opened key knows it: the first signature
    // asks, the second signs. RFC 6979 makes both repeatable.
    auto const draft = TRY(signed_text(manifest));
    auto const probe = TRY(signer->sign(draft));
    manifest.key = probe.key;
    auto const text = TRY(signed_text(manifest));
    auto const signature = TRY(signer->sign(text));
    auto json = signed_json(std::move(manifest));
    json["created_at"] = created_at;
    json["signature"] = {
        {"scheme", signature.scheme}, {"address", signature.address}, {"value", signature.value}};
    return json;
}

Result<Manifest> parse_manifest(Json const& json)
{
    if (!json.is_object() || json.value("format", Json()) != format_name)
        return fail(Errc::invalid_input, "this is no manifest of format {}", format_name);
    for (auto const& item : json.items()) {
        static constexpr std::string_view known[] = {"format", "name",   "tools",      "settings",
                                                     "seeds",  "wallet", "key",        "audit",
                                                     "files",  "inputs", "created_at", "signature"};
        if (std::ranges::find(known, item.key()) == std::end(known))
            return fail(Errc::invalid_input, "the field \"{}\" does not belong into a manifest", item.key());
    }
    Manifest manifest;
    manifest.name = TRY(text_field(json, "name"));
    manifest.wallet = TRY(text_field(json, "wallet"));
    manifest.key = TRY(text_field(json, "key"));
    manifest.audit = TRY(text_field(json, "audit"));
    try {
        manifest.tools = json.at("tools").get<std::map<std::string, std::string>>();
        manifest.seeds = json.at("seeds").get<std::map<std::string, std::uint64_t>>();
        manifest.settings = json.at("settings");
        for (auto const& file : json.at("files")) manifest.files.push_back(TRY(parse_file(file)));
        for (auto const& input : json.at("inputs")) manifest.inputs.push_back(TRY(parse_input(input)));
    } catch (Json::exception const& error) {
        return fail(Errc::invalid_input, "the manifest does not have its shape: {}", error.what());
    }
    return manifest;
}

Json meta_of(Json const& manifest, std::string const& scene, std::string const& manifest_path)
{
    Json meta = {{"scene", scene},
                 {"wallet", manifest.at("wallet")},
                 {"exported_at", manifest.at("created_at")},
                 {"audit", manifest.at("audit")},
                 {"manifest", manifest_path}};
    if (manifest.contains("signature")) {
        meta["signature"] = manifest.at("signature");
        auto const parsed = parse_manifest(manifest);
        auto const part =
            parsed ? signed_part(*parsed) : Result<std::string>(std::unexpected(parsed.error()));
        if (part) meta["signature"]["manifest_sha256"] = hex(sha256(*part));
    }
    return meta;
}

} // namespace soulvan::provenance
