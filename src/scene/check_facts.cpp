// Is the stage what it says it is: its files there, its unit and up axis true, its things upright and even?
#include "check_rules.h"

#include "soulvan/catalog/asset.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <set>
#include <span>

namespace soulvan::scene::checking {
namespace {

/// The longest side that things of a category have, in metres, to a factor of three either way.
struct TypicalSize {
    std::string_view category;
    double metres;
};
constexpr std::array<TypicalSize, 38> typical_sizes{{
    {"character", 1.75},   {"forklift", 3.0}, {"pallet_jack", 1.5}, {"pallet", 1.2},  {"pallet_load", 1.5},
    {"pallet_rack", 4.0},  {"shelving", 2.0}, {"box", 0.5},         {"crate", 0.8},   {"barrel", 0.9},
    {"cart", 1.2},         {"truck", 8.0},    {"car", 4.4},         {"van", 5.5},     {"desk", 1.6},
    {"table", 1.5},        {"chair", 0.95},   {"sofa", 2.0},        {"bench", 1.5},   {"bed", 2.1},
    {"wardrobe", 2.0},     {"cabinet", 1.2},  {"monitor", 0.6},     {"laptop", 0.36}, {"keyboard", 0.45},
    {"printer", 0.5},      {"door", 2.3},     {"window", 1.5},      {"cup", 0.1},     {"plant", 1.0},
    {"refrigerator", 1.8}, {"toilet", 0.75},  {"bathtub", 1.7},     {"piano", 1.5},   {"traffic_cone", 0.6},
    {"workbench", 1.8},    {"bicycle", 1.7},  {"whiteboard", 1.8},
}};

double longest(Thing const& thing)
{
    double out = 0;
    for (auto const& edge : thing.body.box.half) out = std::max(out, 2 * edge.length());
    return out;
}

/// Decimal logarithm of how much larger than usual a thing is; nothing for kinds of no usual size.
std::optional<double> excess(Thing const& thing)
{
    for (auto const& typical : typical_sizes)
        if (is_a(thing, typical.category) && longest(thing) > 0)
            return std::log10(longest(thing) / typical.metres);
    return std::nullopt;
}

double median(std::vector<double> values)
{
    std::nth_element(values.begin(), values.begin() + std::ptrdiff_t(values.size() / 2), values.end());
    return values[values.size() / 2];
}

/// What the numbers look like when they are so many times too large (decimal logarithm) for a stage unit.
struct Unit {
    std::string_view name;
    double metres;
};
Unit likely_unit(double stage_unit, double excess)
{
    static constexpr std::array<Unit, 6> units{{{"metres", 1},
                                                {"centimetres", 0.01},
                                                {"millimetres", 0.001},
                                                {"inches", 0.0254},
                                                {"feet", 0.3048},
                                                {"kilometres", 1000}}};
    double const wanted = std::log10(stage_unit) - excess;
    // Decimal units first: sizes alone cannot tell inches from centimetres.
    return *std::min_element(units.begin(), units.end(), [&](Unit const& a, Unit const& b) {
        auto const cost = [&](Unit const& unit) {
            bool const decimal = unit.name.ends_with("metres");
            return std::abs(std::log10(unit.metres) - wanted) + (decimal ? 0 : 0.3);
        };
        return cost(a) < cost(b);
    });
}

constexpr double far_off = 1.3; ///< a factor of twenty: no taste in sizes explains it

Vec3d row(Matrix4d const& m, int i)
{
    return {m[i][0], m[i][1], m[i][2]};
}

/// Why a pose is no rigid motion with one scale; "" when it is.
std::string unevenness(Matrix4d const& m)
{
    std::array<double, 3> const length{row(m, 0).length(), row(m, 1).length(), row(m, 2).length()};
    auto const [low, high] = std::minmax_element(length.begin(), length.end());
    if (*high > *low * 1.01)
        return fmt::format("is scaled unevenly, by {:.3g}, {:.3g} and {:.3g}", length[0], length[1],
                           length[2]);
    for (int i = 0; i < 3; ++i)
        if (std::abs(row(m, i).dot(row(m, (i + 1) % 3))) > 0.01 * *high * *high) return "is sheared";
    return "";
}

double degrees_from_up(Thing const& thing)
{
    Vec3d const up = row(thing.world_from_thing, 1).normalized();
    return std::acos(std::clamp(up.y, -1.0, 1.0)) * 180 / std::numbers::pi;
}

bool leads_nowhere(usd::CompositionError const& error)
{
    return error.what.find("no such prim") != std::string::npos ||
           error.what.find("no defaultPrim") != std::string::npos;
}

void check_textures(usd::Stage const& stage, Tally& tally)
{
    std::set<std::size_t> seen;
    std::set<std::string> told;
    stage.traverse([&](usd::Prim const& prim) {
        if (prim.is_instance() && !seen.insert(prim.prototype_key()).second) return false;
        if (prim.type_name() != "Shader" && !prim.has_api("LightAPI") &&
            !prim.type_name().view().ends_with("Light"))
            return true;
        for (auto const& attribute : prim.attributes()) {
            auto const asset = attribute.get<usd::AssetPath>(usd::Time::earliest());
            // <UDIM> stands for many files; library paths ("OmniPBR.mdl") are looked up by the renderer.
            if (!asset || asset->authored.empty() || asset->authored.find("<UDIM>") != std::string::npos ||
                asset->authored.ends_with(".mdl") || asset->authored.find("://") != std::string::npos ||
                !attribute.resolved_asset(usd::Time::earliest()).empty() ||
                !told.insert(asset->authored).second)
                continue;
            tally.find("missing_asset", {prim.path().str()}, 0,
                       fmt::format("the picture @{}@ does not exist", asset->authored));
        }
        return true;
    });
}

/// Share of things whose lowest point along `up` lies within a centimetre of the commonest height.
double share_on_one_level(World const& world, Vec3d const& up)
{
    std::vector<double> heights;
    for (auto const& thing : world.things)
        if (thing.is_object()) heights.push_back(-geometry::support(thing.body, -up));
    if (heights.size() < 4) return 0;
    std::sort(heights.begin(), heights.end());
    std::size_t best = 0;
    for (std::size_t i = 0, j = 0; i < heights.size(); ++i) {
        while (heights[i] - heights[j] > 0.01) ++j;
        best = std::max(best, i - j + 1);
    }
    return double(best) / double(heights.size());
}

} // namespace

std::string say_length(double metres)
{
    if (metres < 0.0995) return fmt::format("{:.{}f} mm", 1000 * metres, metres < 0.00995 ? 1 : 0);
    if (metres < 0.995) return fmt::format("{:.0f} cm", 100 * metres);
    return fmt::format("{:.1f} m", metres);
}

bool is_standing(Thing const& thing)
{
    if (!thing.declared || thing.role != Role::object || thing.support.starts_with("wall") ||
        thing.support == "ceiling")
        return false;
    if (!thing.support.empty()) return true;
    auto const* category = catalog::Categories::standard().find(thing.category);
    return category &&
           (category->mount == catalog::Mount::floor || category->mount == catalog::Mount::surface);
}

bool is_a(Thing const& thing, std::string_view wanted)
{
    return catalog::Categories::standard().is_a(thing.category, wanted);
}

void check_assets(usd::Stage const& stage, World const& world, Tally& tally)
{
    for (auto const& error : stage.errors())
        tally.find(leads_nowhere(error) ? "broken_reference" : "missing_asset", {error.site.str()}, 0,
                   error.what);
    check_textures(stage, tally);
    for (std::uint32_t i = 0; i < world.things.size(); ++i) {
        auto const& thing = world.things[i];
        if (!thing.declared || !thing.body.empty()) continue;
        bool const known = std::any_of(stage.errors().begin(), stage.errors().end(), [&](auto const& error) {
            return error.site.without_variants().has_prefix(thing.prim) ||
                   thing.prim.has_prefix(error.site.without_variants());
        });
        // A room's own prim may hold nothing: its walls can lie beside it.
        if (!known && thing.role == Role::object)
            tally.find("empty", {thing.path}, 0, fmt::format("{} has no surface to be seen", thing.id));
    }
    if (world.unreadable > 0)
        tally.note(
            "not_measured", {}, 0,
            fmt::format("{} surfaces are curves, points, volumes or broken meshes and were not measured",
                        world.unreadable));
}

std::optional<Matrix4d> check_unit(usd::Stage const& stage, World const& world, Tally& tally)
{
    bool const stated = stage.metadata(usd::Token("metersPerUnit")).has_value();
    std::vector<double> of_known, sizes;
    for (auto const& thing : world.things) {
        if (thing.body.empty() || thing.role == Role::surrounding) continue;
        if (auto const off = excess(thing)) of_known.push_back(*off);
        if (thing.is_object()) sizes.push_back(std::log10(std::max(longest(thing), 1e-12)));
    }
    double off = 0;
    if (of_known.size() >= 2 || (of_known.size() == 1 && sizes.size() == 1)) {
        off = median(of_known);
    } else if (sizes.size() >=
               4) { // no kind is known: most things are between two centimetres and eighty metres
        double const size = median(sizes);
        off = size > std::log10(80) || size < std::log10(0.02) ? size : 0;
    }
    if (std::abs(off) < far_off) {
        if (!stated)
            tally.note("units", {}, 0,
                       "metersPerUnit is not stated; one unit was taken for a centimetre, as USD says");
        return std::nullopt;
    }
    double const unit = stage.meters_per_unit();
    auto const likely = likely_unit(unit, off);
    double const factor = likely.metres / unit;
    tally.find("units", {}, 0,
               fmt::format(
                   "things are about {:.0f} times too {}: metersPerUnit is {}, but the numbers look like {}; "
                   "set metersPerUnit = {}",
                   std::max(factor, 1 / factor), off > 0 ? "large" : "small",
                   stated ? fmt::format("{:g}", unit) : "not stated, which means 0.01", likely.name,
                   likely.metres));
    return Matrix4d().setScale(factor);
}

std::optional<Matrix4d> check_up_axis(usd::Stage const& stage, World const& world, Tally& tally)
{
    bool const z_up = stage.up_axis() == "Z";
    // The other axis' "up" in our frame, and the turn that makes it +Y.
    Vec3d const other = z_up ? Vec3d(0, 0, -1) : Vec3d(0, 0, 1);
    Matrix4d const turn = z_up ? Matrix4d(1, 0, 0, 0, 0, 0, 1, 0, 0, -1, 0, 0, 0, 0, 0, 1)
                               : Matrix4d(1, 0, 0, 0, 0, 0, -1, 0, 0, 1, 0, 0, 0, 0, 0, 1);
    int standing = 0, along_other = 0;
    for (auto const& thing : world.things) {
        if (!is_standing(thing)) continue;
        ++standing;
        along_other += row(thing.world_from_thing, 1).normalized().dot(other) > 0.99;
    }
    bool const by_poses = standing >= 2 && along_other >= 0.8 * standing;
    bool const by_levels = standing == 0 && share_on_one_level(world, other) >= 0.6 &&
                           share_on_one_level(world, {0, 1, 0}) < 0.3;
    if (!by_poses && !by_levels) return std::nullopt;
    bool const stated = stage.metadata(usd::Token("upAxis")).has_value();
    tally.find(
        "up_axis", {}, 0,
        fmt::format(
            "everything lies on its side: upAxis is {}, but things stand along {}; set upAxis = \"{}\"",
            stated ? fmt::format("\"{}\"", stage.up_axis().str()) : "not stated, which means \"Y\"",
            z_up ? "Y" : "Z", z_up ? "Y" : "Z"));
    return turn;
}

void check_poses(usd::Stage const& stage, World const& world, Tally& tally)
{
    auto const time = stage.start_time_code() ? usd::Time(*stage.start_time_code()) : usd::Time::earliest();
    for (std::uint32_t i = 0; i < world.things.size(); ++i) {
        auto const& thing = world.things[i];
        if (thing.body.empty()) continue;
        auto const off = thing.declared && thing.is_object() ? excess(thing) : std::nullopt;
        if (off && std::abs(*off) > far_off) {
            tally.marks.unmeasured[i] = 1;
            tally.find("units", {thing.path}, longest(thing),
                       fmt::format("{} is {} long, about {:.0f} times too {}: its asset is of another unit",
                                   thing.id, say_length(longest(thing)), std::pow(10, std::abs(*off)),
                                   *off > 0 ? "large" : "small"));
            continue;
        }
        if (is_standing(thing)) {
            if (double const degrees = degrees_from_up(thing); degrees > 2) {
                tally.marks.tilted[i] = 1;
                tally.find("tilted", {thing.path}, 0,
                           degrees > 150 ? fmt::format("{} stands on its head", thing.id)
                                         : fmt::format("{} is tilted by {:.0f} degrees", thing.id, degrees));
            }
        }
        if (!thing.is_object() || !(thing.declared || thing.is_asset)) continue;
        auto uneven = unevenness(thing.world_from_thing);
        if (auto const prim = stage.prim_at(thing.prim); uneven.empty() && thing.declared && prim)
            for (auto const& child : prim.children()) {
                auto const local = child.metadata(usd::Token("references"))
                                       ? usd::local_transform(child, time)
                                       : Result<usd::LocalTransform>{};
                if (local && uneven.empty()) uneven = unevenness(local->parent_from_local);
            }
        if (!uneven.empty()) tally.find("scale", {thing.path}, 0, fmt::format("{} {}", thing.id, uneven));
    }
}

} // namespace soulvan::scene::checking
