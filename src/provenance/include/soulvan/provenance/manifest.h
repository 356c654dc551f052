// The manifest: what was made, from what, by whom, with a signature over it
// (api/schemas/manifest.schema.json).
#pragma once

#include "soulvan/base/json.h"
#include "soulvan/base/signer.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace soulvan::provenance {

/// A file that the manifest vouches for. `path` is relative to the manifest's folder, with '/'.
struct ListedFile {
    std::string path;
    std::string sha256; ///< 64 hex digits
    std::uint64_t bytes = 0;
    std::string role; ///< "video", "frame", "hero", "stage", "asset", …
    friend auto operator<=>(ListedFile const&, ListedFile const&) = default;
};

/// Something that went in and is not ours: a stage, a model, with its terms.
struct Ingredient {
    std::string name;
    std::string sha256;
    std::string role;    ///< "stage", "model", "texture"
    std::string licence; ///< "" when its author stated none
    std::string credit;
    std::string source; ///< where it came from, for a person
    friend auto operator<=>(Ingredient const&, Ingredient const&) = default;
};

struct Manifest {
    std::string name;
    std::vector<Ingredient> inputs;
    std::map<std::string, std::string> tools; ///< name → version
    Json settings = Json::object();           ///< what the steps were asked to do
    std::map<std::string, std::uint64_t> seeds;
    std::string wallet;                  ///< the linked address, "" when none
    std::string key;                     ///< "local-unattended", "keystore", "" when unsigned
    std::string audit = "not available"; ///< originality: says so until it exists
    std::vector<ListedFile> files;
};

/// Hashes `path` (relative to `folder`) for the list. Errors  not_found, io.
Result<ListedFile> list_file(std::filesystem::path const& folder, std::string const& path, std::string role);

/// The part that is signed, canonical (RFC 8785). Lists are sorted: equal content gives equal bytes.
Result<std::string> signed_part(Manifest manifest);
/// "Soulvan manifest v1\nsha256:<64 hex>" of the signed part: the text that EIP-191 signs.
Result<std::string> signed_text(Manifest const& manifest);

/// The whole file: signed part, `created_at` and, with a signer, `signature`.
/// `created_at` is RFC 3339 UTC and comes from the caller: no clock is read here.
Result<Json> attest(Manifest manifest, Signer* signer, std::string const& created_at);

/// Reads what `attest` wrote. Errors  invalid_input: a missing or unknown field, a path that leaves the
/// folder.
Result<Manifest> parse_manifest(Json const& json);

struct Finding {
    std::string path; ///< of the file, "" for the manifest itself
    std::string what; ///< a sentence: "one or more bytes changed", "is missing"
};

struct Verification {
    std::vector<Finding> findings; ///< empty: everything holds
    std::size_t files = 0;
    std::optional<std::string> signer; ///< the address that signed, when the signature holds
    std::string key;
};

/// Checks every listed file and the signature of the manifest at `path`.
/// Errors  not_found, invalid_input: no manifest; a file that does not match is a finding, no error.
Result<Verification> verify(std::filesystem::path const& path, RecoverSigner const& recover);

/// `<name>.meta.json` (contract D): wallet, exported_at, scene, signature.
Json meta_of(Json const& manifest, std::string const& scene, std::string const& manifest_path);

} // namespace soulvan::provenance
