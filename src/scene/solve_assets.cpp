// Which asset does each thing get, at which scale?
#include "solve_assets.h"

#include "structure.h"

#include "soulvan/base/hash.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

namespace soulvan::scene {
namespace {

using catalog::Asset;
using catalog::Origin;

constexpr std::uint64_t variants = 6; ///< distinct wear of one generated thing in a scene

bool varied(std::string_view category)
{
    static constexpr std::array names{"character", "box",        "crate",       "plant", "books",
                                      "papers",    "tree",       "flower",      "car",   "food",
                                      "picture",   "decoration", "pallet_load", "drum",  "vase"};
    auto const& tree = catalog::Categories::standard();
    return std::any_of(names.begin(), names.end(),
                       [&](char const* name) { return tree.is_a(category, name); });
}

bool has(std::vector<std::string> const& words, std::string_view word)
{
    return std::find(words.begin(), words.end(), word) != words.end();
}

/// Sitting and lying people and children stand nowhere unless they are asked for.
bool out_of_place(Asset const& asset, std::vector<std::string> const& wanted)
{
    for (char const* word : {"sitting", "lying", "child", "baby"})
        if (has(asset.attributes, word) && !has(wanted, word)) return true;
    return false;
}

int matches(Asset const& asset, std::vector<std::string> const& wanted)
{
    int count = 0;
    for (auto const& word : wanted) count += has(asset.attributes, word) || has(asset.tags, word);
    return count;
}

/// How far its size is from a stated one: 0 equal, 0.69 twice as large; sizes that are not stated count not.
double size_error(Asset const& asset, std::array<double, 3> const& wanted)
{
    Vec3d const size = asset.bounds.max - asset.bounds.min;
    std::array const actual{size.x, size.z, size.y};
    double error = 0;
    for (std::size_t i = 0; i < 3; ++i)
        if (wanted[i] > 0 && actual[i] > 0) error += std::abs(std::log(actual[i] / wanted[i]));
    return error;
}

/// Scales uniformly so that the longest stated side fits.
double fitted_scale(Site& site, Group const& group, Asset const& asset)
{
    if (!group.size_m) return 1;
    Vec3d const size = asset.bounds.max - asset.bounds.min;
    std::array const actual{size.x, size.z, size.y};
    std::size_t longest = 3;
    for (std::size_t i = 0; i < 3; ++i)
        if ((*group.size_m)[i] > 0 && (longest == 3 || (*group.size_m)[i] > (*group.size_m)[longest]))
            longest = i;
    if (longest == 3 || !(actual[longest] > 0)) return 1;
    double const wanted = (*group.size_m)[longest] / actual[longest];
    double const scale = std::clamp(wanted, 0.8, 1.25);
    if (std::abs(scale - wanted) > 1e-9)
        site.warn("size", fmt::format("\"{}\" is {:.2f} m where {:.2f} m was asked for: the nearest that the "
                                      "catalogue has, scaled by {:.2f}.",
                                      asset.name, actual[longest] * scale, (*group.size_m)[longest], scale));
    return scale;
}

/// Whether the sentence puts something on these things.
bool carries_named(Site const& site, Group const& group)
{
    auto const lies = [](RelationType type) {
        return type == RelationType::on || type == RelationType::on_or_stacked_on;
    };
    auto const& groups = site.plan.groups;
    return std::any_of(group.relations.begin(), group.relations.end(),
                       [](Relation const& r) { return r.type == RelationType::each_has_on; }) ||
           std::any_of(groups.begin(), groups.end(), [&](Group const& other) {
               return !other.implied &&
                      std::any_of(other.relations.begin(), other.relations.end(),
                                  [&](Relation const& r) { return r.other == group.id && lies(r.type); });
           });
}

/// The record of a generated asset with the group's parameters. Shelves that shall hold what the sentence
/// names come without goods of their own.
std::shared_ptr<Asset const> with_parameters(Site& site, Group const& group, Asset const& asset)
{
    auto same = std::make_shared<Asset const>(asset);
    if (asset.origin != Origin::generated) return same;
    auto ref = asset.ref;
    if (catalog::Categories::standard().is_a(asset.category, "shelving") && carries_named(site, group)) {
        ref.parameters["load"] = "empty";
        if (auto bare = site.source.describe(ref))
            same = std::make_shared<Asset const>(*std::move(bare));
        else
            ref = asset.ref;
    }
    if (group.parameters.empty()) return same;
    for (auto const& [name, value] : group.parameters) ref.parameters[name] = value;
    auto described = site.source.describe(ref);
    if (described) return std::make_shared<Asset const>(*std::move(described));
    site.warn("parameter", fmt::format("{}: {}", group.id, described.error().what));
    return same;
}

/// What stands on each other or in shelves is of one size, and closed: nothing rests on the flaps of an open
/// box, and they do not fit between boards.
bool is_stacked(Site const& site, Group const& group)
{
    auto const& tree = catalog::Categories::standard();
    auto const in_shelves = [&](RelationType type, Group const* host) {
        return host && tree.is_a(host->category, "shelving") &&
               (type == RelationType::on || type == RelationType::each_has_on);
    };
    return std::any_of(group.relations.begin(), group.relations.end(),
                       [&](Relation const& r) {
                           return r.type == RelationType::on_or_stacked_on ||
                                  r.type == RelationType::stacked || r.type == RelationType::carried_by ||
                                  in_shelves(r.type, site.plan.find(r.other));
                       }) ||
           std::any_of(site.plan.groups.begin(), site.plan.groups.end(), [&](Group const& host) {
               return std::any_of(host.relations.begin(), host.relations.end(), [&](Relation const& r) {
                   return r.other == group.id && in_shelves(r.type, &host);
               });
           });
}

/// What tells an asset from another: not the seed of its wear.
std::string look_of(Asset const& asset)
{
    return catalog::to_string({asset.ref.key, asset.ref.parameters, 0});
}

/// Furniture of which one is as good as another.
bool has_peers(Asset const& asset)
{
    static constexpr std::array names{"sofa",         "armchair",     "bookcase",  "dining_table",
                                      "dining_chair", "coffee_table", "bed",       "wardrobe",
                                      "dresser",      "nightstand",   "side_table"};
    auto const& tree = catalog::Categories::standard();
    return asset.origin == Origin::built_in && std::any_of(names.begin(), names.end(), [&](char const* name) {
               return tree.is_a(asset.category, name);
           });
}

/// What the group may be made of, best first: all of one rank when it is varied, else at most one.
std::vector<Asset> pool_of(Site& site, Group const& group, double height, std::uint64_t seed)
{
    if (!group.asset.empty()) {
        if (auto ref = catalog::parse_asset_ref(group.asset))
            if (auto asset = site.source.describe(*ref)) return {*std::move(asset)};
        if (!group.implied)
            site.warn("no_asset", fmt::format("The catalogue has no asset \"{}\".", group.asset));
    }
    auto const all = site.source.of_category(
        group.category, std::set<std::string>(group.attributes.begin(), group.attributes.end()));
    std::vector<Asset const*> proper, fit;
    for (auto const* asset : all)
        if (!out_of_place(*asset, group.attributes)) proper.push_back(asset);
    if (proper.empty()) proper = all;
    for (auto const* asset : proper)
        if (asset->bounds.max.y <= height) fit.push_back(asset);
    if (fit.empty()) fit = proper;
    if (fit.empty()) return {};
    if (group.size_m)
        std::stable_sort(fit.begin(), fit.end(), [&](Asset const* a, Asset const* b) {
            return size_error(*a, *group.size_m) < size_error(*b, *group.size_m);
        });
    auto const& best = *fit.front();
    if (!varied(group.category) || group.size_m || is_stacked(site, group)) {
        // A generator's own defaults are its best look; its entries are listed by key, not by quality.
        if (best.origin == Origin::generated && !group.size_m && matches(best, group.attributes) == 0)
            if (auto plain = site.source.describe({.key = best.ref.key, .parameters = {}, .seed = 0});
                plain && catalog::Categories::standard().is_a(plain->category, group.category) &&
                plain->bounds.max.y <= height)
                return {*std::move(plain)};
        if (!has_peers(best) || group.size_m || is_stacked(site, group)) return {best};
        // Another scene, another sofa: one of those that are as good.
        std::vector<Asset const*> equals;
        for (auto const* asset : fit)
            if (asset->origin == best.origin && asset->quality == best.quality &&
                (asset->category == best.category) == (best.category == group.category) &&
                matches(*asset, group.attributes) == matches(best, group.attributes))
                equals.push_back(asset);
        return {equals.empty() ? best : *equals[seed % equals.size()]};
    }
    std::vector<Asset> pool;
    for (auto const* asset : fit)
        if (asset->origin == best.origin &&
            matches(*asset, group.attributes) == matches(best, group.attributes))
            pool.push_back(*asset);
    for (std::size_t i = pool.size(); i > 1; --i)
        std::swap(pool[i - 1], pool[static_cast<std::size_t>(mix64(seed + i) % i)]);
    return pool;
}

} // namespace

std::uint64_t asset_seed(std::uint64_t thing_seed)
{
    return 1 + mix64(thing_seed) % variants;
}

void choose_assets(Site& site, int at, std::vector<int> const& which)
{
    auto const& group = site.group(at);
    auto const& room = site.rooms[static_cast<std::size_t>(site.state(at).room)];
    // What stands in the middle of a room is low enough already; at a wall it may be as tall as the room.
    Rect const corner = upright(room.min_x, room.min_z, room.min_x, room.min_z);
    double const clear = room.height, height = clear_height(room, corner);
    auto const pool = pool_of(site, group, height, hash_of(group.id) ^ mix64(site.plan.seed));
    if (pool.empty()) {
        site.state(at).no_asset = true;
        if (!group.implied)
            site.warn("no_asset",
                      fmt::format("The catalogue has nothing that could serve as \"{}\".", group.category));
        return;
    }
    auto const mount = pool.front().mount;
    if (clear <= 0 && (mount == catalog::Mount::ceiling || mount == catalog::Mount::wall)) {
        site.state(at).no_asset = true;
        if (!group.implied)
            site.warn("no_support", fmt::format("There is no {} outdoors that could hold a {}.",
                                                name_of(mount), group.category));
        return;
    }
    std::vector<std::shared_ptr<Asset const>> chosen;
    for (auto const& asset : pool) chosen.push_back(with_parameters(site, group, asset));
    // Nobody is there twice while others could be: the one that the scene holds least, by their order.
    std::map<std::string, int> held;
    if (chosen.size() > 1)
        for (auto const& one : site.things)
            if (one.asset) ++held[look_of(*one.asset)];
    for (int const t : which) {
        auto& one = site.thing(t);
        auto const first = static_cast<std::size_t>(one.index) % chosen.size();
        auto base = chosen[first];
        for (std::size_t i = 1; i < chosen.size() && chosen.size() > 1; ++i) {
            auto const& other = chosen[(first + i) % chosen.size()];
            if (held[look_of(*other)] < held[look_of(*base)]) base = other;
        }
        if (chosen.size() > 1) ++held[look_of(*base)];
        one.scale = fitted_scale(site, group, *base);
        if (base->origin != Origin::generated) {
            one.asset = base;
            continue;
        }
        auto own = std::make_shared<Asset>(*base);
        own->ref.seed = asset_seed(one.seed);
        one.asset = std::move(own);
    }
}

std::shared_ptr<Asset const> choose_asset(Site const& site, std::string_view category,
                                          std::set<std::string> const& attributes, double max_height)
{
    for (auto const* asset : site.source.of_category(category, attributes)) {
        auto found = std::make_shared<Asset const>(*asset);
        if (asset->origin == Origin::generated && attributes.empty())
            if (auto plain = site.source.describe({.key = asset->ref.key, .parameters = {}, .seed = 0});
                plain && catalog::Categories::standard().is_a(plain->category, category))
                found = std::make_shared<Asset const>(*std::move(plain));
        if (found->elevation + found->bounds.max.y <= max_height) return found;
    }
    return nullptr;
}

} // namespace soulvan::scene
