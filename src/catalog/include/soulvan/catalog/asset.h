// Assets: what is known about one thing that a scene can hold, without opening its model.
#pragma once

#include "soulvan/base/math.h"
#include "soulvan/base/result.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace soulvan::catalog {

/// Where a record comes from.
enum class Origin {
    generated, ///< built by a generator from parameters
    built_in,  ///< a model of the furniture library that the distribution ships
    imported,  ///< a model of a pack that the user added
};
std::string_view name_of(Origin origin);

/// What carries an asset in a room.
enum class Mount {
    floor,
    wall,    ///< its back (-front) touches a wall, its lowest point is `elevation` above the floor
    ceiling, ///< its top touches the ceiling
    surface, ///< stands on a support surface of another asset, on the floor when there is none
};
std::string_view name_of(Mount mount);

/// A horizontal rectangle that things can stand on; asset space.
struct SupportSurface {
    double min_x = 0, max_x = 0, min_z = 0, max_z = 0;
    double y = 0;
    double headroom = 1e9; ///< free height above it
    friend bool operator==(SupportSurface const&, SupportSurface const&) = default;
};

/// Metres on the floor that must stay free beside the bounds for the thing to be used.
struct Clearance {
    double front = 0, back = 0, left = 0, right = 0; ///< left as seen by the thing that looks along its front
    friend bool operator==(Clearance const&, Clearance const&) = default;
};

/// Named values of a generator ("levels": "4"); empty for models. Sorted, so that equal maps print equally.
using Parameters = std::map<std::string, std::string>;

/// Names one thing exactly: a key of the catalogue and, for generated ones, what the generator is told.
struct AssetRef {
    std::string key; ///< "soulvan/pallet_rack", "scopia/office_chair": pack "/" name, of [a-z0-9_]
    Parameters parameters;
    std::uint64_t seed = 0; ///< of wear and small variation; generated ones only
    friend auto operator<=>(AssetRef const&, AssetRef const&) = default;
};
/// "soulvan/pallet_rack?bays=3&levels=4&seed=7": the spelling in plan, layout and stage.
std::string to_string(AssetRef const& ref);
/// Errors  invalid_input: what is wrong and at which character.
Result<AssetRef> parse_asset_ref(std::string_view text);

/// One record. Asset space: metres, right-handed, +Y up, origin at the centre of the foot (y = 0), front +Z.
/// Wall things: origin at the centre of the back, at the height of the lowest point; the wall lies behind
/// z = min. Ceiling things hang below their highest point, y = 0 is still the lowest one.
struct Asset {
    AssetRef ref;
    std::string name;     ///< for people: "Counterbalance forklift, 2.5 t"
    std::string category; ///< a name of categories.tsv: "forklift", "office_chair"
    std::string pack;     ///< "soulvan", "scopia", a user's pack
    Origin origin = Origin::built_in;
    Mount mount = Mount::floor;
    double elevation = 0; ///< metres above the floor where a wall thing usually hangs
    Range3d bounds;       ///< of the visible surfaces, asset space
    /// p_asset = p_layer * asset_from_layer (row vectors): units, up axis, front and foot of foreign layers;
    /// identity for what was made here.
    Matrix4d asset_from_layer;
    Clearance clearance;
    std::vector<SupportSurface> supports;
    std::vector<std::string> attributes; ///< "yellow", "wooden", "modern", "standing", "child": lower case
    std::vector<std::string> tags;       ///< further words for the search
    int quality = 2;          ///< 3 the first choice of its kind, 2 good at a few metres, 1 background
    std::string license;      ///< SPDX where known; "": none is stated, the asset is never placed
    std::string credit;       ///< one line
    std::string uri;          ///< where the model lies: "Scopia.sh3f#Scopia#forklift", a file, s3://…
    std::string content_hash; ///< SHA-256 of the source (generated: of generator, version, parameters)
    bool placeable = false;   ///< has everything that a layout needs
    std::string why_not;      ///< a sentence when it is not
};

/// One node of the tree of categories.
struct Category {
    std::string name;   ///< "office_chair"
    std::string parent; ///< "chair"; "" at the top
    std::string plural; ///< for people: "office chairs"
    Mount mount = Mount::floor;
    Clearance clearance;       ///< for assets that state none
    bool architecture = false; ///< part of the building: walls, doors, lights, columns, markings
    std::string theme;         ///< "warehouse", "furniture", "residential", "commercial", "character", …
};

/// The tree as it ships (data/categories.tsv).
class Categories {
public:
    static Categories const& standard();

    Category const* find(std::string_view name) const;
    /// Whether `name` is `wanted` or below it. A name that is not in the tree is only itself.
    bool is_a(std::string_view name, std::string_view wanted) const;
    std::vector<Category> const& all() const { return all_; }

private:
    explicit Categories(std::string_view table);
    std::vector<Category> all_; ///< as in the file
    std::map<std::string, std::size_t, std::less<>> by_name_;
};

} // namespace soulvan::catalog
