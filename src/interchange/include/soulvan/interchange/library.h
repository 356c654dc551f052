// Model libraries: .sh3f archives (Sweet Home 3D furniture) as records, and their models as USD with credits.
#pragma once

#include "soulvan/base/math.h"
#include "soulvan/base/progress.h"
#include "soulvan/base/result.h"

#include <array>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace soulvan::interchange {

/// Bounds for archives: a small file that unpacks to a huge one is refused before it is unpacked.
struct ArchiveLimits {
    std::size_t entries = 200'000;
    std::size_t entry_bytes = std::size_t{512} << 20;
    std::size_t total_bytes = std::size_t{4} << 30; ///< unpacked, of all that is read
    double ratio = 200;                             ///< unpacked / packed of an entry above 1 MiB
};

/// One model of a library, as its catalogue states it.
struct LibraryRecord {
    std::string id;       ///< "Scopia#forklift"
    std::string name;     ///< "Forklift", English
    std::string category; ///< "Vehicles"
    std::vector<std::string> tags;
    std::string creator;
    std::string model;    ///< the entry in the archive, "scopia/forklift/forklift.obj"
    Vec3d size;           ///< metres: width (x), height (y), depth (z)
    double elevation = 0; ///< metres above the floor where it usually hangs
    Matrix3d rotation;    ///< row vectors: upright, facing +Z
    bool movable = true;
    bool door_or_window = false;
    std::string license; ///< SPDX where it is known ("CC-BY-3.0"), else the archive's own words; "": none
    std::string
        license_source; ///< the entry that says so: "scopia/LICENSE.TXT", "PluginFurnitureCatalog.properties"
    std::string credit; ///< one line: title, author, library, address where stated
};

/// An opened .sh3f archive: the catalogue is read, models are not.
class Library {
public:
    /// Errors  not_found: with the Debian package that holds the file when it is one of the known archives;
    ///         invalid_input: no zip, no catalogue, a record without model; limit.
    static Result<Library> open(std::filesystem::path const& archive, ArchiveLimits const& limits = {});

    std::filesystem::path const& path() const { return path_; }
    std::string const& name() const { return name_; } ///< "Scopia catalog"
    /// In the catalogue's order.
    std::vector<LibraryRecord> const& records() const { return records_; }
    /// By whole id ("Scopia#forklift") or by what follows the '#' where that is unique; null: there is none.
    LibraryRecord const* find(std::string_view id) const;

private:
    friend class LibraryReader;
    std::filesystem::path path_;
    std::string name_;
    std::vector<LibraryRecord> records_;
};

/// Corrections that a stage asks for on top of what the catalogue states.
struct ModelAdjustment {
    double yaw_deg = 0; ///< about +Y, after the catalogue's rotation
    double scale = 1;   ///< on top of the stated size
};

/// A converted model in the cache.
struct ConvertedModel {
    /// <cache>/<key>/<first 16 digits of key>.usdc. It refers to `./<first 16 digits>.textures/…`, so that
    /// layers of many models can lie in one folder under any name.
    std::filesystem::path layer;
    std::vector<std::filesystem::path> textures; ///< sorted
    std::string key;                             ///< 64 hex digits: model bytes, converter version, options
    std::string source_sha256;                   ///< over the model's files in the archive, sorted by name
    LibraryRecord record;
    Range3d bounds; ///< metres
    std::vector<std::string> warnings;
    bool was_cached = false;
};

/// Converts one model on first use.
/// Size     uniform scale, so that the longest stated axis is met; a mismatch above 3 % is a warning.
/// Frame    metres, +Y up, base at y = 0, centred in x and z, front towards +Z as the catalogue's rotation
/// says. Credits  the root prim's customData has `soulvan:license`, `soulvan:credit`, `soulvan:source`,
/// `soulvan:name`. Errors   not_found: no such record, naming the nearest; those of Library::open and
/// import_model.
Result<ConvertedModel> convert_library_model(Library const& library, std::string_view id,
                                             std::filesystem::path const& cache_folder, Progress& progress,
                                             ModelAdjustment const& adjustment = {},
                                             ArchiveLimits const& limits = {});

} // namespace soulvan::interchange
