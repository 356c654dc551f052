// What are the rules of the check? Each reads the world and adds what it finds.
#pragma once

#include "check_world.h"
#include "soulvan/scene/check.h"

namespace soulvan::scene::checking {

/// What rules tell each other about a thing, so that one cause is reported once. By thing.
struct Marks {
    std::vector<std::uint8_t> unmeasured; ///< its size or asset is wrong: nothing else can be said of it
    std::vector<std::uint8_t> tilted, outside, sunk, collides, hangs_loose;
    explicit Marks(std::size_t n) : unmeasured(n), tilted(n), outside(n), sunk(n), collides(n), hangs_loose(n)
    {}
};

struct Tally {
    SceneCheck& out;
    Marks marks;

    void find(std::string code, std::vector<std::string> prims, double amount_m, std::string text)
    {
        out.findings.push_back({std::move(code), std::move(prims), amount_m, std::move(text)});
    }
    void note(std::string code, std::vector<std::string> prims, double amount_m, std::string text)
    {
        out.notes.push_back({std::move(code), std::move(prims), amount_m, std::move(text)});
    }
};

/// "8 mm", "32 cm", "1.4 m".
std::string say_length(double metres);
/// Whether it should rest on something below it, by what it says of itself.
bool is_standing(Thing const& thing);
/// Whether `category` is `wanted` or below it in the tree of categories.
bool is_a(Thing const& thing, std::string_view wanted);

/// References and textures that lead nowhere; things without a surface.
void check_assets(usd::Stage const& stage, World const& world, Tally& tally);
/// A stage of another unit, or whose up axis is not the stated one; returns how to measure it all the same.
std::optional<Matrix4d> check_unit(usd::Stage const& stage, World const& world, Tally& tally);
std::optional<Matrix4d> check_up_axis(usd::Stage const& stage, World const& world, Tally& tally);
/// Things of another unit than the stage, turned off upright, scaled unevenly.
void check_poses(usd::Stage const& stage, World const& world, Tally& tally);
void check_bounds(World const& world, Tally& tally);
void check_collisions(World const& world, Tally& tally);
void check_support(World const& world, Tally& tally);
void check_openings(World const& world, Tally& tally);
void check_cameras_and_lights(World const& world, Tally& tally);
void check_counts(World const& world, Plan const& plan, Tally& tally);
void check_relations(World const& world, Plan const& plan, Tally& tally);

} // namespace soulvan::scene::checking
