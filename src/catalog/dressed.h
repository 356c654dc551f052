// Which people of the furniture library get vest and helmet, and how are they dressed?
#pragma once

#include "soulvan/base/result.h"
#include "soulvan/catalog/asset.h"
#include "soulvan/catalog/generator.h"
#include "soulvan/usd/layer.h"

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace soulvan::catalog {

/// A row of data/workers.tsv.
struct DressedPerson {
    Asset asset;        ///< licence and credit come from the person
    std::string person; ///< "reallusion/male01": a key of the furniture library
    /// Of the helmet: the middle of its rim, and how the head is turned (yaw, pitch, roll).
    Vec3d head{0, 0, 0};
    Vec3d turn_deg{0, 0, 0};
    double head_width = 0, head_depth = 0;
};

/// Raised when equal people come out dressed in another way.
inline constexpr int dressed_version = 2;

std::vector<DressedPerson> const& dressed_people();
/// Null: there is none of that key.
DressedPerson const* find_dressed(std::string_view key);
/// Whether a wish names what they wear.
bool names_work_clothes(std::set<std::string> const& attributes);
/// Their records, for those whose person is placeable in `built_in`, with that model's licence and credit.
std::vector<Asset> dressed_assets(std::vector<Asset> const& built_in);

/// A layer that refers to the person's model as `./<person_file>` and adds vest and helmet; hair that stood
/// through the helmet lies under it. The seed chooses colours.
/// Errors  invalid_input: as fit_vest().
Result<Generated> dress(DressedPerson const& dressed, Asset const& asset, usd::Layer const& person,
                        std::string const& person_file);

} // namespace soulvan::catalog
