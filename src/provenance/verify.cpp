// Does a manifest still hold: every listed byte, and the signature over the list?
#include "soulvan/provenance/manifest.h"

#include "soulvan/base/file.h"

namespace soulvan::provenance {
namespace fs = std::filesystem;
namespace {

std::optional<Finding> check_file(fs::path const& folder, ListedFile const& file)
{
    std::error_code error;
    auto const path = folder / file.path;
    auto const status = fs::symlink_status(path, error);
    if (error || status.type() == fs::file_type::not_found) return Finding{file.path, "is missing"};
    if (status.type() != fs::file_type::regular) return Finding{file.path, "is no regular file"};
    auto const actual = list_file(folder, file.path, file.role);
    if (!actual) return Finding{file.path, "cannot be read: " + actual.error().what};
    if (actual->bytes != file.bytes)
        return Finding{file.path,
                       fmt::format("has {} bytes, the manifest says {}", actual->bytes, file.bytes)};
    if (actual->sha256 != file.sha256)
        return Finding{file.path, "has changed: its SHA-256 is not the manifest's"};
    return std::nullopt;
}

void check_signature(Json const& json, Manifest const& manifest, RecoverSigner const& recover,
                     Verification& result)
{
    if (!json.contains("signature")) {
        result.findings.push_back({"", "the manifest is not signed"});
        return;
    }
    auto const& held = json["signature"];
    auto const field = [&](char const* name) {
        return held.is_object() && held.contains(name) && held[name].is_string()
                   ? held[name].get<std::string>()
                   : std::string();
    };
    Signature const signature{field("scheme"), field("address"), field("value"), manifest.key};
    auto const text = signed_text(manifest);
    auto const signer = text ? recover(*text, signature) : Result<std::string>(std::unexpected(text.error()));
    if (!signer) {
        result.findings.push_back({"", "the signature cannot be checked: " + signer.error().what});
    } else if (*signer != signature.address) {
        result.findings.push_back(
            {"", fmt::format("the signature is not by {}: the manifest was changed after "
                             "signing",
                             signature.address)});
    } else {
        result.signer = *signer;
    }
}

} // namespace

Result<Verification> verify(fs::path const& path, RecoverSigner const& recover)
{
    auto const json = TRY(read_json(path));
    auto const manifest = parse_manifest(json);
    if (!manifest) return within(path.string(), manifest.error());
    Verification result;
    result.files = manifest->files.size();
    result.key = manifest->key;
    auto const folder = path.parent_path().empty() ? fs::path(".") : path.parent_path();
    for (auto const& file : manifest->files)
        if (auto finding = check_file(folder, file)) result.findings.push_back(std::move(*finding));
    check_signature(json, *manifest, recover, result);
    return result;
}

} // namespace soulvan::provenance
