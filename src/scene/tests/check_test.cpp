// Is each thing that is wrong with a stage found by name, and nothing else?
#include "soulvan/scene/check.h"

#include "soulvan/base/file.h"

#include <gmock/gmock.h>

#include <chrono>
#include <cmath>
#include <set>
#include <span>

#include <nlohmann/json.hpp>

namespace soulvan::scene {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::filesystem::path const folder =
    std::filesystem::path(SOULVAN_SOURCE_DIR) / "src/scene/tests/data/broken";

std::shared_ptr<usd::Stage const> stage_of(std::string const& text)
{
    auto layer = usd::Layer::read(std::as_bytes(std::span(text)), "test.usda");
    if (!layer) {
        ADD_FAILURE() << layer.error().what << "\n" << text.substr(0, 2000);
        return nullptr;
    }
    auto stage = usd::Stage::open(std::make_shared<usd::Layer const>(*std::move(layer)), folder);
    EXPECT_TRUE(stage) << stage.error().what;
    return stage ? *stage : nullptr;
}

SceneCheck check_file(std::string const& name)
{
    auto const stage = usd::Stage::open(folder / (name + ".usda"));
    if (!stage) {
        ADD_FAILURE() << stage.error().what;
        return {};
    }
    auto check = check_stage(**stage);
    EXPECT_TRUE(check) << check.error().what;
    return check ? *std::move(check) : SceneCheck{};
}

SceneCheck check_text(std::string const& text)
{
    auto const stage = stage_of(text);
    auto check = stage ? check_stage(*stage) : Result<SceneCheck>(SceneCheck{});
    EXPECT_TRUE(check) << check.error().what;
    return check ? *std::move(check) : SceneCheck{};
}

std::string list(SceneCheck const& check)
{
    std::string out;
    for (auto const& finding : check.findings) out += finding.code + ": " + finding.text + "\n";
    return out;
}

std::vector<std::string> codes(SceneCheck const& check)
{
    std::vector<std::string> out;
    for (auto const& finding : check.findings) out.push_back(finding.code);
    return out;
}

TEST(Check, ASoundStage)
{
    auto const check = check_file("sound");
    EXPECT_TRUE(check.passed()) << list(check);
    EXPECT_THAT(check.notes, IsEmpty());
    EXPECT_EQ(check.objects, 16);
    EXPECT_EQ(check.collision, 0);
    EXPECT_EQ(check.out_of_bounds, 0);
    EXPECT_EQ(check.supported, 1);
    EXPECT_EQ(check.openings, 1);
}

struct Broken {
    char const* file;
    char const* code;
    char const* prim;  ///< end of the first path; "" when the stage itself is wrong
    double amount = 0; ///< metres; 0: any
};
std::vector<Broken> const all_broken{
    {"floating", "floating", "chair_3", 0.005},
    {"penetrating", "collision", "crate_1", 0.006},
    {"swallowed", "collision", "carton_1"},
    {"into_wall", "collision", "cabinet_1"},
    {"sunk", "sunk", "pallet_1", 0.008},
    {"duplicate", "duplicate", "chair_2"},
    {"head_down", "tilted", "chair_3"},
    {"tipped", "tilted", "worker_1"},
    {"unsupported", "unsupported", "carton_1", 0.12},
    {"off_the_wall", "unsupported", "picture_1", 0.05},
    {"tipping", "unsupported", "carton_3"},
    {"outside", "out_of_bounds", "pallet_1", 3.3},
    {"door_blocked", "opening_blocked", "door_1"},
    {"window_blocked", "opening_blocked", "window_1"},
    {"uneven", "scale", "chair_3"},
    {"giant", "units", "worker_1"},
    {"centimetres", "units", ""},
    {"unit_missing", "units", ""},
    {"z_up", "up_axis", ""},
    {"missing_asset", "missing_asset", "crate_3/model"},
    {"broken_reference", "broken_reference", "crate_3/model"},
    {"camera_inside", "camera", "Main"},
    {"camera_outside", "camera", "Main", 1.6},
};

TEST(Check, EachBrokenStageByItsName)
{
    for (auto const& broken : all_broken) {
        auto const check = check_file(broken.file);
        EXPECT_THAT(codes(check), ElementsAre(broken.code)) << broken.file << "\n" << list(check);
        if (check.findings.size() != 1) continue;
        auto const& finding = check.findings[0];
        EXPECT_EQ(finding.prims.empty(), *broken.prim == 0) << broken.file;
        if (!finding.prims.empty()) {
            EXPECT_THAT(finding.prims[0], ::testing::EndsWith(broken.prim));
        }
        if (broken.amount > 0) {
            EXPECT_NEAR(finding.amount_m, broken.amount, 0.05 * broken.amount) << broken.file;
        }
    }
}

TEST(Check, WhatIsSunkHangsNowhere) // however deep: one cause is one finding
{
    auto const file = read_file(folder / "sunk.usda").value();
    auto const at = file.find("-0.008");
    ASSERT_NE(at, std::string::npos);
    for (auto const* depth : {"-0.012", "-0.06", "-0.5"}) {
        auto text = file;
        auto const check = check_text(text.replace(at, 6, depth));
        EXPECT_THAT(codes(check), ElementsAre("sunk")) << depth << "\n" << list(check);
    }
}

TEST(Check, EveryBrokenFileIsAmongThem)
{
    std::set<std::string> known{"sound", "parts"};
    for (auto const& broken : all_broken) known.insert(broken.file);
    for (auto const& entry : std::filesystem::directory_iterator(folder))
        EXPECT_TRUE(known.contains(entry.path().stem().string())) << entry.path();
}

// The same place in other words: moved and turned as a whole, in centimetres, with Z up.
struct Frame {
    char const* metadata;
    char const* ops; ///< of /World
};
Frame const frames[]{
    {"metersPerUnit = 1; upAxis = \"Y\"",
     R"(double3 xformOp:translate = (120.3, -4.7, 55.1)
        float xformOp:rotateY = 37
        uniform token[] xformOpOrder = ["xformOp:translate", "xformOp:rotateY"])"},
    {"metersPerUnit = 0.01; upAxis = \"Y\"",
     R"(float3 xformOp:scale = (100, 100, 100)
        uniform token[] xformOpOrder = ["xformOp:scale"])"},
    {"metersPerUnit = 1; upAxis = \"Z\"",
     R"(float xformOp:rotateX = 90
        uniform token[] xformOpOrder = ["xformOp:rotateX"])"},
    {"metersPerUnit = 0.001; upAxis = \"Z\"",
     R"(float3 xformOp:scale = (1000, 1000, 1000)
        float xformOp:rotateX = 90
        float xformOp:rotateZ = -110
        uniform token[] xformOpOrder = ["xformOp:rotateZ", "xformOp:rotateX", "xformOp:scale"])"},
};

TEST(Check, DoesNotDependOnUnitsAxesAndPlace)
{
    std::set<std::string> const of_the_frame{"centimetres", "unit_missing", "z_up"};
    for (auto const& broken : all_broken) {
        if (of_the_frame.contains(broken.file)) continue;
        auto const here = check_file(broken.file);
        for (auto const& frame : frames) {
            auto const stage =
                stage_of(fmt::format("#usda 1.0\n( {}; defaultPrim = \"World\"; subLayers = [@./{}.usda@] )\n"
                                     "over \"World\" {{\n{}\n}}\n",
                                     frame.metadata, broken.file, frame.ops));
            ASSERT_TRUE(stage);
            auto const there = check_stage(*stage);
            ASSERT_TRUE(there) << there.error().what;
            EXPECT_EQ(codes(*there), codes(here)) << broken.file << " " << frame.metadata << "\n"
                                                  << list(*there);
            EXPECT_EQ(there->collision, here.collision) << broken.file << " " << frame.metadata;
            EXPECT_EQ(there->supported, here.supported) << broken.file << " " << frame.metadata;
            if (there->findings.size() == 1 && here.findings.size() == 1) {
                EXPECT_NEAR(there->findings[0].amount_m, here.findings[0].amount_m,
                            0.03 * here.findings[0].amount_m + 2e-4)
                    << broken.file;
            }
        }
    }
}

// A stage that says nothing of itself: centimetres, Z up, models by kind, copies of a PointInstancer.
std::string foreign(std::string const& more)
{
    return R"(#usda 1.0
( metersPerUnit = 0.01; upAxis = "Z"; defaultPrim = "Yard" )
def Xform "Yard" ( kind = "assembly" ) {
    def Mesh "Ground" {
        int[] faceVertexCounts = [4]
        int[] faceVertexIndices = [0, 1, 2, 3]
        point3f[] points = [(-1000, -1000, 0), (1000, -1000, 0), (1000, 1000, 0), (-1000, 1000, 0)]
        uniform token subdivisionScheme = "none"
    }
    def Xform "SM_Crate_01" ( kind = "component" ) {
        def Cube "Box" {
            double size = 80
            double3 xformOp:translate = (0, 0, 40)
            uniform token[] xformOpOrder = ["xformOp:translate"]
        }
    }
    def PointInstancer "Barrels" {
        int[] protoIndices = [0, 0, 0]
        point3f[] positions = [(200, 0, 45), (300, 0, 45), (400, 0, 45)]
        rel prototypes = </Yard/Barrels/Barrel>
        def Cylinder "Barrel" {
            token axis = "Z"
            double height = 90
            double radius = 30
        }
    }
    def DistantLight "Sun" {
    }
    def Camera "Cam" {
        double3 xformOp:translate = (0, -600, 170)
        uniform token[] xformOpOrder = ["xformOp:translate"]
    }
)" + more + "}\n";
}

TEST(Check, StagesOfOthers)
{
    auto const sound = check_text(foreign(""));
    EXPECT_EQ(sound.objects, 4);
    EXPECT_TRUE(sound.passed()) << list(sound);
    auto const with_crate = [](char const* at) {
        return check_text(foreign(std::string(R"(def Xform "Other" ( kind = "component" ) {
            double3 xformOp:translate = )") +
                                  at + R"(
            uniform token[] xformOpOrder = ["xformOp:translate"]
            def Cube "Box" {
                double size = 40
            }
        }
)"));
    };
    auto const into = with_crate("(300, 20, 20)");
    ASSERT_THAT(codes(into), ElementsAre("collision")) << list(into);
    EXPECT_THAT(into.findings[0].text, HasSubstr("Barrels[1]"));
    EXPECT_THAT(codes(with_crate("(-300, 20, 50)")), ElementsAre("unsupported"));
    EXPECT_THAT(codes(with_crate("(1500, 20, 20)")), ElementsAre("out_of_bounds"));
    EXPECT_THAT(codes(with_crate("(-300, 20, 18)")), ElementsAre("sunk"));
    EXPECT_THAT(codes(with_crate("(-300, 20, 20.4)")), IsEmpty());
}

TEST(Check, BoundsOfARoomAreThoseItsSiblingsSee) // the prim's own pose places the model of the room
{
    auto const check = check_text(R"(#usda 1.0
( metersPerUnit = 1; upAxis = "Y"; defaultPrim = "World" )
def Xform "World" {
    def Xform "yard" {
        custom float3 soulvan:room:min = (10, 0, 10)
        custom float3 soulvan:room:max = (20, 0, 20)
        double3 xformOp:translate = (15, 0, 15)
        uniform token[] xformOpOrder = ["xformOp:translate"]
    }
    def Xform "crate_1" {
        custom string soulvan:category = "crate"
        double3 xformOp:translate = (12, 0.5, 18)
        uniform token[] xformOpOrder = ["xformOp:translate"]
        def Cube "C" {
            double size = 1
        }
    }
}
)");
    EXPECT_EQ(check.objects, 1);
    EXPECT_TRUE(check.passed()) << list(check);
}

TEST(Check, CollectionsOfOthers) // no crash, no hang, an answer or a sentence
{
    auto const root = std::filesystem::path(SOULVAN_SHARED_DIR) / "data/usd/usd-wg";
    if (!std::filesystem::exists(root)) GTEST_SKIP() << "needs ../shared/data/usd/usd-wg";
    int checked = 0;
    for (auto const& entry : std::filesystem::recursive_directory_iterator(root)) {
        auto const extension = entry.path().extension();
        if (extension != ".usda" && extension != ".usdz") continue;
        auto const stage = usd::Stage::open(entry.path());
        if (!stage) continue;
        auto const check = check_stage(**stage);
        if (!check) {
            EXPECT_EQ(check.error().code, Errc::invalid_input) << entry.path() << check.error().what;
            continue;
        }
        ++checked;
        for (double const rate :
             {check->collision, check->out_of_bounds, check->supported, check->openings}) {
            EXPECT_GE(rate, 0) << entry.path();
            EXPECT_LE(rate, 1) << entry.path();
        }
    }
    EXPECT_GT(checked, 50);
}

TEST(Check, HostileStages)
{
    EXPECT_EQ(check_stage(*stage_of("#usda 1.0\n")).error().code, Errc::invalid_input);
    EXPECT_EQ(check_stage(*stage_of("#usda 1.0\ndef Camera \"C\" {}")).error().code, Errc::invalid_input);
    for (std::string const matrix : {"((nan, 0, 0, 0), (0, 1, 0, 0), (0, 0, 1, 0), (0, 0, 0, 1))",
                                     "((1e300, 0, 0, 0), (0, 1e300, 0, 0), (0, 0, 1e300, 0), (0, 0, 0, 1))",
                                     "((0, 0, 0, 0), (0, 0, 0, 0), (0, 0, 0, 0), (0, 0, 0, 1))",
                                     "((1, 0, 0, 0), (0, 0, 0, 0), (0, 0, 1, 0), (0, 0, 0, 1))"}) {
        auto const stage = stage_of("#usda 1.0\ndef Xform \"World\" {\n"
                                    "def Xform \"A\" { custom string soulvan:category = \"box\"\n"
                                    "matrix4d xformOp:transform = " +
                                    matrix +
                                    "\nuniform token[] xformOpOrder = [\"xformOp:transform\"]\n"
                                    "custom float3 soulvan:room:min = (nan, 0, 0)\n"
                                    "custom float3 soulvan:room:max = (1, 1, inf)\n"
                                    "def Cube \"C\" {\n}\n}\ndef Cube \"B\" {\n}\n}");
        ASSERT_TRUE(stage);
        auto const check = check_stage(*stage);
        EXPECT_TRUE(check || check.error().code == Errc::invalid_input);
    }
}

/// What the sound stage could have been asked for.
Plan asked()
{
    Plan plan;
    plan.rooms.push_back({.environment = "storeroom"});
    auto const add = [&](char const* id, char const* category, int count, std::vector<Relation> relations) {
        plan.groups.push_back({.id = id,
                               .category = category,
                               .count = count,
                               .count_stated = true,
                               .relations = std::move(relations)});
    };
    add("tables", "table", 1, {{.type = RelationType::in_centre}});
    add("chairs", "chair", 3,
        {{.type = RelationType::near, .other = "tables", .max_m = 0.5},
         {.type = RelationType::around, .other = "tables"},
         {.type = RelationType::far, .other = "cabinets", .min_m = 0.5},
         {.type = RelationType::facing, .other = "tables", .angle_deg = 30, .quant = 2}});
    add("crates", "crate", 3,
        {{.type = RelationType::against_wall, .wall = "east"}, {.type = RelationType::group, .max_m = 0.2}});
    add("cartons", "carton", 3,
        {{.type = RelationType::on, .other = "shelves", .quant = 2},
         {.type = RelationType::on, .other = "tables", .quant = 1}});
    add("shelves", "shelving", 1,
        {{.type = RelationType::against_wall, .wall = "north"},
         {.type = RelationType::each_has_on, .other = "cartons", .n = 2},
         {.type = RelationType::clear, .min_m = 0.6}});
    add("cabinets", "cabinet", 1, {{.type = RelationType::in_corner}});
    add("lamps", "ceiling_fan", 1, {{.type = RelationType::hanging_from_ceiling}});
    add("pictures", "picture", 1, {{.type = RelationType::on_wall, .wall = "north"}});
    add("workers", "worker", 1, {{.type = RelationType::between, .other = "crates", .other2 = "chairs"}});
    plan.excluded = {"forklift"};
    return plan;
}

SceneCheck check_sound(Plan const& plan)
{
    auto const stage = usd::Stage::open(folder / "sound.usda");
    auto check = check_stage(**stage, &plan);
    EXPECT_TRUE(check) << check.error().what;
    return check ? *std::move(check) : SceneCheck{};
}

TEST(Check, CountsOfAPlan)
{
    auto const kept = check_sound(asked());
    EXPECT_TRUE(kept.passed()) << list(kept);
    EXPECT_EQ(kept.count, 1);
    auto plan = asked();
    plan.groups[1].count = 4;
    plan.excluded.push_back("crate");
    auto const broken = check_sound(plan);
    EXPECT_THAT(codes(broken), ElementsAre("count", "count")) << list(broken);
    EXPECT_NEAR(broken.count, 9.0 / 11, 1e-12);
    EXPECT_THAT(broken.findings[0].text, HasSubstr("4 chairs"));
    plan = asked();
    plan.groups[1].count = 20;
    plan.groups[1].count_stated = false; // "chairs": some are enough
    EXPECT_TRUE(check_sound(plan).passed());
}

TEST(Check, RelationsOfAPlan)
{
    EXPECT_EQ(check_sound(asked()).relation, 1);
    struct Wrong {
        char const* group;
        Relation relation;
    };
    for (auto const& [group, relation] : std::vector<Wrong>{
             {"chairs", {.type = RelationType::far, .other = "tables"}},
             {"chairs", {.type = RelationType::near, .other = "shelves", .max_m = 0.5}},
             {"crates", {.type = RelationType::against_wall, .wall = "west"}},
             {"cabinets", {.type = RelationType::in_centre}},
             {"tables", {.type = RelationType::in_corner}},
             {"pictures", {.type = RelationType::on_wall, .wall = "south"}},
             {"workers", {.type = RelationType::facing, .other = "cabinets"}},
             {"cartons", {.type = RelationType::on, .other = "crates"}},
             {"shelves", {.type = RelationType::each_has_on, .other = "cartons", .n = 3}},
             {"chairs", {.type = RelationType::group, .max_m = 0.1}},
             {"crates", {.type = RelationType::left_of, .other = "tables", .frame = "object"}},
             {"crates", {.type = RelationType::clear}},
         }) {
        auto plan = asked();
        for (auto& one : plan.groups)
            if (one.id == group) one.relations.push_back(relation);
        auto const check = check_sound(plan);
        if (relation.type ==
            RelationType::left_of) { // the table looks south: what is east of it is on its left
            EXPECT_TRUE(check.passed()) << list(check);
            continue;
        }
        EXPECT_THAT(codes(check), ElementsAre("relation"))
            << group << " " << name_of(relation.type) << list(check);
        if (std::string_view(group) == "pictures") {
            EXPECT_NEAR(check.relation, 16.0 / 17, 1e-12); // 17 are stated
        }
    }
}

TEST(Check, RowsOfAPlan) // three rows of three: two back to back, the third faces them over an aisle of 2 m
{
    std::string text =
        "#usda 1.0\n( metersPerUnit = 1; upAxis = \"Y\"; defaultPrim = \"World\" )\n"
        "def Xform \"World\" {\ndef Xform \"room\" {\n"
        "custom float3 soulvan:room:min = (-9, 0, -9)\n"
        "custom float3 soulvan:room:max = (9, 3, 9)\n}\ndef Scope \"Props\" {\ndef Scope \"racks\" {\n";
    auto const rack = [&](int i, double x, double z, double yaw, char const* category) {
        text += fmt::format("def Xform \"{0}_{1}\" {{\ncustom string soulvan:category = \"{0}\"\n"
                            "custom vector3f soulvan:front = (0, 0, 1)\n"
                            "double3 xformOp:translate = ({2}, 0.5, {3})\nfloat xformOp:rotateY = {4}\n"
                            "uniform token[] xformOpOrder = [\"xformOp:translate\", \"xformOp:rotateY\"]\n"
                            "def Cube \"C\" {{\ndouble size = 1\n}}\n}}\n",
                            category, i, x, z, yaw);
    };
    for (int i = 0; i < 3; ++i) {
        rack(i, 1.1 * i, -1.1, 180, "shelving");
        rack(3 + i, 1.1 * i, 0, 0, "shelving");
        rack(6 + i, 1.1 * i, 3, 180, "shelving");
    }
    text += "}\ndef Scope \"cones\" {\n";
    rack(0, 1, 1.5, 0, "traffic_cone");
    auto const stage = stage_of(text + "}\n}\n}\n");
    ASSERT_TRUE(stage);
    auto const holds = [&](Relation const& relation, char const* group = "racks") {
        Plan plan;
        plan.rooms.push_back({});
        plan.groups.push_back({.id = "racks", .category = "shelving", .count = 9, .count_stated = true});
        plan.groups.push_back({.id = "cones", .category = "traffic_cone", .count = 1, .count_stated = true});
        for (auto& one : plan.groups)
            if (one.id == group) one.relations.push_back(relation);
        auto const check = check_stage(*stage, &plan);
        return check && check->relation == 1 && check->count == 1;
    };
    EXPECT_TRUE(holds({.type = RelationType::in_row, .n = 3, .m = 3}));
    EXPECT_FALSE(holds({.type = RelationType::in_row, .n = 2}));
    EXPECT_TRUE(holds({.type = RelationType::aisle, .min_m = 1.9, .max_m = 2.1}));
    EXPECT_FALSE(holds({.type = RelationType::aisle, .min_m = 2.5}));
    EXPECT_TRUE(holds({.type = RelationType::spaced, .min_m = 0.09, .max_m = 0.11}));
    EXPECT_FALSE(holds({.type = RelationType::spaced, .min_m = 0.2}));
    EXPECT_TRUE(holds({.type = RelationType::back_to_back, .max_m = 0.2})); // two of the three rows
    EXPECT_FALSE(holds({.type = RelationType::back_to_back, .max_m = 0.05}));
    EXPECT_TRUE(holds({.type = RelationType::facing_rows}));
    EXPECT_TRUE(holds({.type = RelationType::in_aisle, .other = "racks"}, "cones"));
    EXPECT_FALSE(holds({.type = RelationType::near, .other = "racks", .max_m = 0.2}, "cones"));
}

TEST(Check, JsonHoldsEverything)
{
    auto const json = check_to_json(check_file("penetrating"));
    EXPECT_EQ(json["passed"], false);
    EXPECT_EQ(json["objects"], 16);
    EXPECT_EQ(json["rates"]["collision"], 0.125);
    EXPECT_EQ(json["findings"][0]["code"], "collision");
    EXPECT_EQ(json["findings"][0]["prims"].size(), 2u);
}

/// A lumpy ball of `rows` x 2 `rows` quads on its lowest point.
std::string ball(std::string const& name, int rows, double lumps)
{
    std::string points, counts, indices;
    int const columns = 2 * rows;
    for (int i = 0; i <= rows; ++i)
        for (int j = 0; j < columns; ++j) {
            double const t = M_PI * i / rows, p = 2 * M_PI * j / columns,
                         r = 0.4 + 0.03 * std::sin(lumps * p) * std::sin(t);
            points += fmt::format("({:.6f},{:.6f},{:.6f}),", r * std::sin(t) * std::cos(p),
                                  0.4 + r * std::cos(t), r * std::sin(t) * std::sin(p));
        }
    for (int i = 0; i < rows; ++i)
        for (int j = 0; j < columns; ++j) {
            counts += "4,";
            indices += fmt::format("{},{},{},{},", i * columns + j, i * columns + (j + 1) % columns,
                                   (i + 1) * columns + (j + 1) % columns, (i + 1) * columns + j);
        }
    for (auto* text : {&points, &counts, &indices}) text->pop_back();
    return fmt::format(
        "def Xform \"{}\" {{ def Mesh \"M\" {{\nuniform token subdivisionScheme = \"none\"\n"
        "point3f[] points = [{}]\nint[] faceVertexCounts = [{}]\nint[] faceVertexIndices = [{}]\n}}\n}}\n",
        name, points, counts, indices);
}

TEST(Check, Speed) // 200 things that nearly touch, of ten assets with 60,000 triangles each
{
    std::string text = "#usda 1.0\n( metersPerUnit = 1; upAxis = \"Y\"; defaultPrim = \"World\" )\n"
                       "class Scope \"Assets\" {\n";
    for (int i = 0; i < 10; ++i) text += ball(fmt::format("Ball_{}", i), 123, 5 + i);
    text += "}\ndef Xform \"World\" {\n"
            "def Xform \"room\" { custom float3 soulvan:room:min = (-1, 0, -1)\n"
            "custom float3 soulvan:room:max = (20, 3, 20)\n}\n";
    for (int i = 0; i < 200; ++i)
        text += fmt::format(
            "def Xform \"Thing_{0}\" {{ custom string soulvan:category = \"box\"\n"
            "double3 xformOp:translate = ({1}, 0, {2})\nfloat xformOp:rotateY = {3}\n"
            "uniform token[] xformOpOrder = [\"xformOp:translate\", \"xformOp:rotateY\"]\n"
            "def Xform \"model\" ( instanceable = true; references = </Assets/Ball_{4}> ) {{\n}}\n}}\n",
            i, 0.88 * (i % 20), 0.88 * (i / 20), 17 * i, i % 10);
    auto const stage = stage_of(text + "}\n");
    ASSERT_TRUE(stage);
    auto const started = std::chrono::steady_clock::now();
    auto const check = check_stage(*stage);
    double const seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
    ASSERT_TRUE(check) << check.error().what;
    EXPECT_EQ(check->objects, 200);
    EXPECT_THAT(codes(*check), IsEmpty());
    std::printf("  200 things, 12 million triangles on 0.6 million distinct ones: %.0f ms\n", 1000 * seconds);
    EXPECT_LT(seconds, 5); // 0.5 on a quiet machine; this bound is for a busy one under a sanitizer's budget
}

} // namespace
} // namespace soulvan::scene
