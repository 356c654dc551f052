// Do generators keep their word: bounds, foot, determinism, sound meshes, refusals?
#include "layer_values.h"

#include "soulvan/catalog/generator.h"

#include "soulvan/base/hash.h"
#include "soulvan/geometry/triangles.h"
#include "soulvan/usd/stage.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace soulvan::catalog {
namespace {

std::string printed(double value)
{
    return fmt::format("{:.3f}", value);
}

/// Any value that the parameter allows.
std::string any_value(Parameter const& p, std::uint64_t random)
{
    if (!p.choices.empty()) return p.choices[random % p.choices.size()];
    if (p.least == p.most) return ""; // free text
    double const t = static_cast<double>(random >> 11) * 0x1p-53;
    return printed(p.least + t * (p.most - p.least));
}

/// Fallbacks, every `stride`th entry, and a few with every parameter drawn.
std::vector<AssetRef> samples(Generator const& generator, std::size_t most_entries, int drawn)
{
    std::vector<AssetRef> out{{generator.key(), {}, 1}};
    auto const entries = generator.entries();
    auto const stride = std::max<std::size_t>(1, entries.size() / std::max<std::size_t>(1, most_entries));
    for (std::size_t i = 0; i < entries.size(); i += stride)
        out.push_back({generator.key(), entries[i], 100 + i});
    for (int k = 0; k < drawn; ++k) {
        AssetRef ref{generator.key(), {}, static_cast<std::uint64_t>(k)};
        std::uint64_t n = mix64(static_cast<std::uint64_t>(k) + 77);
        for (auto const& p : generator.parameters()) ref.parameters[p.name] = any_value(p, n = mix64(n + 1));
        out.push_back(ref);
    }
    return out;
}

/// Takes in every point below a prim, copies included, placed by `outer`.
void extend(Range3d& box, usd::Layer const& layer, usd::Path const& path, Matrix4d outer)
{
    auto const spec = layer.find(path);
    if (!spec) return;
    if (auto const matrix = layer.find(path.property("xformOp:transform")))
        outer = matrix.get<Matrix4d>(usd::field::default_value).value() * outer;
    for (auto const& p : array<Vec3f>(layer, path.property("points"))) box.extendBy(Vec3d(p) * outer);
    for (auto const name : spec.prim_children()) extend(box, layer, path.child(name), outer);
    for (auto const& to : spec.get_or(usd::field::references, usd::ReferenceListOp()).prepended)
        extend(box, layer, to.prim, outer);
}

Range3d bounds_of(usd::Layer const& layer, usd::Path const& path)
{
    Range3d box;
    extend(box, layer, path, Matrix4d());
    return box;
}

usd::Path root_of(usd::Layer const& layer)
{
    return usd::Path::root().child(layer.default_prim());
}

void expect_near(Range3d const& described, Range3d const& built, std::string const& what)
{
    for (int i = 0; i < 3; ++i) {
        EXPECT_NEAR(described.min[i], built.min[i], 1e-3) << what << " min "
                                                          << "xyz"[i];
        EXPECT_NEAR(described.max[i], built.max[i], 1e-3) << what << " max "
                                                          << "xyz"[i];
    }
}

/// What is wrong with the meshes of a layer, one line each.
std::vector<std::string> faults(usd::Layer const& layer)
{
    std::vector<std::string> out;
    for (auto const& path : layer.paths()) {
        if (layer.find(path).kind() != usd::SpecKind::prim || !layer.find(path.property("points"))) continue;
        auto const points = array<Vec3f>(layer, path.property("points"));
        auto const normals = array<Vec3f>(layer, path.property("normals"));
        auto const counts = array<std::int32_t>(layer, path.property("faceVertexCounts"));
        auto const indices = array<std::int32_t>(layer, path.property("faceVertexIndices"));
        if (normals.size() != points.size()) out.push_back(path.str() + ": as many normals as points");
        std::size_t at = 0, flat = 0, behind = 0, beyond = 0, loose = 0;
        for (auto const& n : normals) loose += !(std::abs(n.length() - 1) < 1e-3f);
        for (auto const count : counts) {
            Vec3d area{0, 0, 0};
            auto const p = [&](int i) {
                return Vec3d(points[static_cast<std::size_t>(indices[at + static_cast<std::size_t>(i)])]);
            };
            for (int i = 0; i < count; ++i)
                beyond += std::cmp_greater_equal(indices[at + static_cast<std::size_t>(i)], points.size());
            if (beyond) break;
            for (int i = 2; i < count; ++i) area += (p(i - 1) - p(0)).cross(p(i) - p(0));
            flat += area.length() < 1e-10;
            for (int i = 0; i < count; ++i)
                behind +=
                    area.dot(Vec3d(
                        normals[static_cast<std::size_t>(indices[at + static_cast<std::size_t>(i)])])) < 0;
            at += static_cast<std::size_t>(count);
        }
        if (flat) out.push_back(fmt::format("{}: {} faces without area", path.str(), flat));
        if (behind) out.push_back(fmt::format("{}: {} normals behind their face", path.str(), behind));
        if (beyond) out.push_back(path.str() + ": indices beyond the points");
        if (loose) out.push_back(fmt::format("{}: {} normals of another length", path.str(), loose));
    }
    return out;
}

TEST(Generators, AreSortedByKeyAndFound)
{
    std::string last;
    for (auto const& g : generators()) {
        EXPECT_LT(last, g->key());
        last = g->key();
        EXPECT_EQ(find_generator(g->key()), g.get());
    }
    EXPECT_EQ(find_generator("soulvan/no_such_thing"), nullptr);
}

TEST(Generators, DescribeWhatTheyBuild)
{
    for (auto const& g : generators())
        for (auto const& ref : samples(*g, 6, 3)) {
            auto const what = to_string(ref);
            auto const asset = g->describe(ref);
            auto const built = g->build(ref);
            ASSERT_TRUE(asset) << what << ": " << asset.error().what;
            ASSERT_TRUE(built) << what << ": " << built.error().what;
            expect_near(asset->bounds, bounds_of(built->layer, root_of(built->layer)), what);
            if (asset->category != "building") { // shells have ground below their floor
                EXPECT_NEAR(asset->bounds.min.y, 0, 1e-3) << what;
            }
            for (auto const& fault : faults(built->layer)) ADD_FAILURE() << what << " " << fault;
            for (auto const& support : asset->supports) {
                EXPECT_LE(asset->bounds.min.x - 1e-3, support.min_x) << what;
                EXPECT_GE(asset->bounds.max.x + 1e-3, support.max_x) << what;
                EXPECT_LE(asset->bounds.min.z - 1e-3, support.min_z) << what;
                EXPECT_GE(asset->bounds.max.z + 1e-3, support.max_z) << what;
            }
        }
}

TEST(Generators, EveryEntryIsDescribedAndDiffers)
{
    for (auto const& g : generators()) {
        EXPECT_FALSE(g->entries().empty()) << g->key();
        std::set<Parameters> seen;
        for (auto const& entry : g->entries()) {
            AssetRef const ref{g->key(), entry, 0};
            auto const asset = g->describe(ref);
            ASSERT_TRUE(asset) << to_string(ref) << ": " << asset.error().what;
            EXPECT_NE(Categories::standard().find(asset->category), nullptr) << asset->category;
            EXPECT_FALSE(asset->name.empty() || asset->license.empty() || asset->credit.empty());
            EXPECT_TRUE(seen.insert(entry).second) << to_string(ref) << " is listed twice";
            EXPECT_FALSE(entry.contains("color")) << "colours are no entries: " << to_string(ref);
        }
    }
}

TEST(Generators, RepeatThemselvesAndVaryWithTheSeed)
{
    for (auto const& g : generators()) {
        AssetRef const one{g->key(), {}, 5}, other{g->key(), {}, 6};
        auto const a = g->build(one), b = g->build(one), c = g->build(other);
        ASSERT_TRUE(a && b && c) << g->key();
        EXPECT_EQ(usd::write_text(a->layer), usd::write_text(b->layer)) << g->key();
        EXPECT_FALSE(a->layer == c->layer) << g->key() << ": seeds change nothing";
    }
}

TEST(Generators, PicturesExist)
{
    for (auto const& g : generators()) {
        auto const built = g->build({g->key(), {}, 0});
        ASSERT_TRUE(built) << g->key();
        for (auto const& name : built->textures)
            EXPECT_TRUE(std::filesystem::exists(std::filesystem::path(SOULVAN_SOURCE_DIR) /
                                                "samples/textures" / name))
                << g->key() << " " << name;
        EXPECT_TRUE(std::ranges::is_sorted(built->textures));
    }
}

TEST(Generators, RefuseWhatTheyDoNotKnow)
{
    for (auto const& g : generators()) {
        auto const unknown = g->describe({g->key(), {{"colr", "1"}}, 0});
        ASSERT_FALSE(unknown);
        EXPECT_EQ(unknown.error().code, Errc::invalid_input);
        EXPECT_NE(unknown.error().what.find("colr"), std::string::npos) << unknown.error().what;
        for (auto const& p : g->parameters()) {
            if (p.choices.empty() && p.least == p.most) continue; // free text
            for (std::string const& bad : {printed(p.most + 1), printed(p.least - 1), std::string("nan"),
                                           std::string("x"), std::string(), std::string("1e999")}) {
                auto const refused = g->build({g->key(), {{p.name, bad}}, 0});
                ASSERT_FALSE(refused) << g->key() << " " << p.name << " = " << bad;
                EXPECT_NE(refused.error().what.find(p.name), std::string::npos) << refused.error().what;
            }
        }
    }
}

TEST(Generators, OpenAsStages)
{
    auto const folder =
        std::filesystem::temp_directory_path() / fmt::format("soulvan_generators_{}", ::getpid());
    std::filesystem::create_directories(folder);
    for (auto const& g : generators()) {
        AssetRef const ref{g->key(), {}, 3};
        auto const built = g->build(ref);
        ASSERT_TRUE(built);
        auto const file = folder / "asset.usdc";
        ASSERT_TRUE(usd::save(built->layer, file)) << g->key();
        auto const stage = usd::Stage::open(file);
        ASSERT_TRUE(stage) << g->key() << ": " << stage.error().what;
        auto const box = geometry::world_bounds(**stage, usd::Time());
        ASSERT_TRUE(box) << g->key();
        expect_near(g->describe(ref)->bounds, *box, to_string(ref));
    }
    std::filesystem::remove_all(folder);
}

} // namespace
} // namespace soulvan::catalog
