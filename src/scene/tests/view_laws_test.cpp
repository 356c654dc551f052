// Does the chosen camera show what was asked for, from where a camera can be, and do lamps hang where they
// can?
#include "obb.h"
#include "structure.h"
#include "view.h"

#include "soulvan/base/hash.h"
#include "soulvan/catalog/hall.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <unistd.h>

#include <gtest/gtest.h>

namespace soulvan::scene {
namespace {

/// What the program itself generates: no library of models is needed.
catalog::Catalog const& generated_things()
{
    struct Folder {
        std::filesystem::path path =
            std::filesystem::temp_directory_path() / fmt::format("view_laws_{}", ::getpid());
        ~Folder() { std::filesystem::remove_all(path); }
    };
    static Folder const folder;
    static auto const all = catalog::Catalog::open({.library_folder = folder.path / "none",
                                                    .data_folder = folder.path / "data",
                                                    .cache_folder = folder.path / "cache",
                                                    .share_folder = SOULVAN_SOURCE_DIR "/samples"});
    if (!all) ADD_FAILURE() << all.error().what;
    return *all;
}

double chance(std::uint64_t& state, double low, double high)
{
    state = mix64(state + 1);
    return low + (high - low) * static_cast<double>(state >> 11) * 0x1p-53;
}

struct Scene {
    Plan plan;
    Layout layout;
};

/// A room with trucks, drums and desks anywhere in it that do not touch, by number.
Scene random_scene(std::uint64_t number)
{
    static constexpr std::array kinds{"soulvan/forklift", "soulvan/desk", "soulvan/drum",
                                      "soulvan/traffic_cone"};
    std::uint64_t state = number * 977;
    Scene scene;
    Room room{.id = "room", .environment = number % 2 ? "warehouse" : "office"};
    double const half_x = chance(state, 4, 12), half_z = chance(state, 4, 14);
    room.min_x = -half_x, room.max_x = half_x, room.min_z = -half_z, room.max_z = half_z;
    room.height = number % 2 ? 7 : 3;
    scene.layout.rooms.push_back(room);
    scene.plan.rooms.push_back({.id = "room", .environment = room.environment, .size_word = ""});
    std::vector<Rect> taken;
    for (std::size_t k = 0; k < kinds.size(); ++k) {
        Group group{.id = fmt::format("group_{}", k), .category = "thing"};
        catalog::AssetRef const ref{kinds[k], {}, 0};
        auto const asset = generated_things().find(ref);
        if (!asset) {
            ADD_FAILURE() << asset.error().what;
            return scene;
        }
        for (int i = 0; i < 3; ++i) {
            Pose const pose{chance(state, -half_x + 2, half_x - 2), 0, chance(state, -half_z + 2, half_z - 2),
                            chance(state, -3, 3)};
            auto const rect = solid_of(asset->bounds, 1, pose).rect;
            if (std::ranges::any_of(taken, [&](Rect const& other) { return gap(rect, other) < 0.3; }))
                continue;
            taken.push_back(rect);
            scene.layout.objects.push_back({.id = fmt::format("{}_{}", group.id, i),
                                            .group = group.id,
                                            .category = asset->category,
                                            .asset = ref,
                                            .position = {pose.x, pose.y, pose.z},
                                            .yaw = pose.yaw});
        }
        group.count = 3;
        if (std::ranges::any_of(scene.layout.objects, [&](Placed const& t) { return t.group == group.id; }))
            scene.plan.groups.push_back(group);
    }
    return scene;
}

View view_of(Layout const& layout)
{
    auto const& camera = layout.camera;
    return {.eye = camera.keys.front().position,
            .yaw = camera.keys.front().yaw,
            .pitch = camera.keys.front().pitch,
            .focal_mm = camera.focal_mm,
            .shift_y = camera.shift_y};
}

TEST(Camera, StandsUprightInTheRoomAndSeesEverythingThatIsNamed)
{
    int hidden = 0, named = 0;
    for (std::uint64_t number = 1; number <= 60; ++number) {
        auto scene = random_scene(number);
        frame_layout(scene.layout, scene.plan, generated_things());
        auto const view = view_of(scene.layout);
        auto const& room = scene.layout.rooms.front();
        EXPECT_EQ(view.pitch, 0) << number;
        EXPECT_NEAR(view.eye.y, 1.7, 1e-9) << number;
        EXPECT_LE(std::abs(view.shift_y), 0.17 + 1e-9) << number;
        auto const bodies = bodies_of(scene.layout, generated_things());
        for (auto const& key : scene.layout.camera.keys) {
            EXPECT_GT(key.position.x, room.min_x + 0.19) << number;
            EXPECT_LT(key.position.x, room.max_x - 0.19) << number;
            EXPECT_GT(key.position.z, room.min_z + 0.19) << number;
            EXPECT_LT(key.position.z, room.max_z - 0.19) << number;
            EXPECT_GE(free_radius(key.position, bodies, 1), 0.3) << number;
        }
        for (auto const& group : scene.plan.groups) {
            double best = 0;
            for (auto const& body : bodies)
                if (body.group == group.id) best = std::max(best, visible_share(view, body, bodies));
            ++named;
            hidden += best < 0.3;
        }
    }
    // A drum behind a truck, in a room where every standpoint hides one of four: seldom.
    EXPECT_LE(hidden, named / 50) << hidden << " of " << named;
}

TEST(Camera, KeepsASingleThingWhole)
{
    for (std::uint64_t number = 1; number <= 20; ++number) {
        auto scene = random_scene(number);
        auto& objects = scene.layout.objects;
        std::erase_if(objects, [&](Placed const& thing) { return &thing != &objects.front(); });
        std::erase_if(scene.plan.groups, [&](Group const& g) { return g.id != objects.front().group; });
        frame_layout(scene.layout, scene.plan, generated_things());
        auto const bodies = bodies_of(scene.layout, generated_things());
        EXPECT_GT(frame_of(view_of(scene.layout), bodies.front().solid).inside(), 0.97) << number;
    }
}

TEST(Light, LampsHangAtTheRowsOfHallsAndInTheTilesOfOffices)
{
    for (std::uint64_t number = 1; number <= 12; ++number) {
        auto scene = random_scene(number);
        auto const& room = scene.layout.rooms.front();
        light_layout(scene.layout, scene.plan, generated_things());
        auto const rows = catalog::hall_lamp_rows(room.max_x - room.min_x);
        int lamps = 0;
        for (auto const& light : scene.layout.lights) {
            if (!light.id.starts_with("Lamp_")) continue;
            ++lamps;
            if (has_columns(room.environment)) {
                double nearest = 1e9;
                for (double const x : rows) nearest = std::min(nearest, std::abs(light.position.x - x));
                EXPECT_LT(nearest, 1e-6) << number;
            } else {
                for (double const at : {light.position.x, light.position.z})
                    EXPECT_NEAR(at / 0.6, std::round(at / 0.6), 1e-6) << number;
            }
            EXPECT_LT(light.position.y, room.height) << number;
            EXPECT_GT(light.position.x, room.min_x) << number;
            EXPECT_LT(light.position.x, room.max_x) << number;
        }
        EXPECT_GT(lamps, 0) << number;
    }
}

TEST(Light, WordsTurnLampsAndSunOnAndOff)
{
    auto scene = random_scene(2);
    auto const count = [&](std::string_view prefix) {
        light_layout(scene.layout, scene.plan, generated_things());
        return std::ranges::count_if(scene.layout.lights,
                                     [&](PlacedLight const& light) { return light.id.starts_with(prefix); });
    };
    EXPECT_GT(count("Lamp_"), 0);
    EXPECT_EQ(count("Sun"), 1);
    scene.plan.light.time_of_day = "night";
    EXPECT_EQ(count("Sun"), 0);
    EXPECT_GT(count("Lamp_"), 0);
    scene.plan.light.artificial_on = false;
    EXPECT_EQ(count("Lamp_"), 0);
    scene.plan.light = {};
    scene.plan.light.cct_k = 3000;
    light_layout(scene.layout, scene.plan, generated_things());
    for (auto const& light : scene.layout.lights)
        if (light.id.starts_with("Lamp_")) {
            EXPECT_EQ(light.cct_k, 3000);
        }
}

} // namespace
} // namespace soulvan::scene
