// Do the views over geometry keep their laws, also on broken input? Numbers against OpenUSD:
// tests/conformance.
#include "soulvan/usd/geom.h"

#include "views.h"

namespace soulvan::usd::geom {
namespace {

using test::at;
using test::stage_of;

void expect_near(Matrix4d const& a, Matrix4d const& b)
{
    EXPECT_TRUE(a.equalWithAbsError(b, 1e-9)) << a << b;
}

TEST(Xforms, AnOpTimesItsInverseIsNothing)
{
    Value const values[] = {Value(Vec3d(1, -2, 3)),
                            Value(Vec3d(0.5, 2, -1)),
                            Value(35.0),
                            Value(Vec3f(10, 20, 30)),
                            Value(Quatf(0.6F, 0.8F, 0, 0)),
                            Value(Matrix4d(2, 1, 0, 0, 0, 1, 0, 0, 0, 3, 1, 0, 4, 5, 6, 1))};
    XformOpType const types[] = {XformOpType::translate,  XformOpType::scale,  XformOpType::rotate_y,
                                 XformOpType::rotate_yzx, XformOpType::orient, XformOpType::transform};
    for (std::size_t i = 0; i < std::size(values); ++i)
        expect_near(op_matrix(types[i], values[i], false).value() *
                        op_matrix(types[i], values[i], true).value(),
                    Matrix4d());
    EXPECT_FALSE(op_matrix(XformOpType::translate, Value(1.0), false));
    EXPECT_FALSE(op_matrix(XformOpType::scale, Value(Vec3d(0, 1, 1)), true));
    EXPECT_FALSE(op_matrix(XformOpType::transform, Value(Matrix4d(0.0)), true));
}

constexpr char const* chain = R"(
def Xform "A" {
    double3 xformOp:translate = (1, 2, 3)
    float xformOp:rotateZ:spin.timeSamples = { 0: 0, 10: 90 }
    uniform token[] xformOpOrder = ["xformOp:translate", "xformOp:rotateZ:spin"]
    def Xform "B" {
        float3 xformOp:scale = (2, 2, 2)
        uniform token[] xformOpOrder = ["xformOp:scale"]
        def Cube "C" {
            double3 xformOp:translate = (1, 0, 0)
            uniform token[] xformOpOrder = ["!resetXformStack!", "xformOp:translate"]
        }
        def Sphere "D" { }
    }
}
)";

TEST(Xforms, CacheGivesWhatTheWayToTheRootGives)
{
    auto const stage = stage_of(chain);
    for (Time const time : {Time(0), Time(4), Time(100)}) {
        XformCache cache(time);
        stage->traverse([&](Prim const& prim) {
            expect_near(cache.world_from_local(prim), world_from_local(prim, time).value());
            return true;
        });
        EXPECT_TRUE(cache.problems().empty());
        auto const relative = cache.relative_transform(at(stage, "/A/B/D"), at(stage, "/A"));
        expect_near(relative.parent_from_local * cache.world_from_local(at(stage, "/A")),
                    cache.world_from_local(at(stage, "/A/B/D")));
    }
    EXPECT_TRUE(xform_ops(at(stage, "/A/B/C")).resets);
    EXPECT_TRUE(transform_might_be_time_varying(at(stage, "/A")));
    EXPECT_EQ(xform_ops(at(stage, "/A")).ops.back().suffix, "spin");
}

TEST(Xforms, WhatMakesNoSenseIsSaidAndSkipped)
{
    auto const stage = stage_of(R"(def Xform "A" {
        string xformOp:translate = "here"
        uniform token[] xformOpOrder = ["xformOp:translate", "xformOp:missing"]
    })");
    XformCache cache;
    expect_near(cache.world_from_local(at(stage, "/A")), Matrix4d());
    ASSERT_EQ(cache.problems().size(), 1U);
    EXPECT_NE(cache.problems().front().find("</A.xformOp:translate>"), std::string::npos);
}

TEST(Bounds, HoldTheBoundsOfWhatIsBelow)
{
    auto const stage = stage_of(chain);
    BoundsCache bounds(7.0);
    auto const whole = bounds.world_bound(at(stage, "/A")).aligned();
    for (char const* path : {"/A/B", "/A/B/C", "/A/B/D"}) {
        auto const part = bounds.world_bound(at(stage, path)).aligned();
        EXPECT_FALSE(part.isEmpty()) << path;
        for (int axis = 0; axis < 3; ++axis) {
            EXPECT_LE(whole.min[axis], part.min[axis] + 1e-9) << path;
            EXPECT_GE(whole.max[axis], part.max[axis] - 1e-9) << path;
        }
    }
}

TEST(Bounds, InstancersThatHoldThemselvesEnd)
{
    auto const stage = stage_of(R"(
def Xform "World" {
    def PointInstancer "P" {
        rel prototypes = [</World>, </World/P>, </World/P/Cube>]
        int[] protoIndices = [0, 1, 2]
        point3f[] positions = [(0, 0, 0), (5, 0, 0), (9, 0, 0)]
        def Cube "Cube" { }
    }
})");
    auto const bound = BoundsCache().world_bound(at(stage, "/World")).aligned();
    EXPECT_GE(bound.max.x, 10); // the cube at 9; how often it is met on the way round is nobody's business
    EXPECT_LT(bound.max.x, 100);
}

/// Ten levels of ten instancers, each with all of the level below: a hundred prims, 10^10 ways down.
TEST(Bounds, CostDoesNotGrowWithTheWaysThroughInstancers)
{
    std::string text = "def Scope \"S\" {\n    def Cube \"L9_0\" { }\n";
    for (int level = 0; level < 9; ++level)
        for (int i = 0; i < 10; ++i) {
            std::string targets, indices, positions;
            for (int k = 0; k < (level == 8 ? 1 : 10); ++k) {
                targets += fmt::format("</S/L{}_{}>, ", level + 1, k);
                indices += fmt::format("{}, ", k);
                positions += fmt::format("({}, 0, 0), ", k);
            }
            text +=
                fmt::format("    def PointInstancer \"L{}_{}\" {{\n        rel prototypes = [{}]\n"
                            "        int[] protoIndices = [{}]\n        point3f[] positions = [{}]\n    }}\n",
                            level, i, targets, indices, positions);
        }
    auto const stage = stage_of(text + "}\n");
    auto const bound = BoundsCache().world_bound(at(stage, "/S")).aligned();
    EXPECT_NEAR(bound.max.x, 1 + 8 * 9, 1e-3);
}

TEST(Primvars, ConstantOnesAreInheritedAndVaryingOnesHideThem)
{
    auto const stage = stage_of(R"(
def Xform "A" {
    float[] primvars:a = [1] (interpolation = "constant")
    float[] primvars:b = [1] (interpolation = "vertex")
    def Xform "B" {
        float[] primvars:a = [2, 3] (interpolation = "vertex")
        def Mesh "C" { }
    }
    def Mesh "D" { }
})");
    EXPECT_TRUE(find_primvar_with_inheritance(at(stage, "/A/D"), "a"));
    EXPECT_FALSE(find_primvar_with_inheritance(at(stage, "/A/D"), "b"));
    EXPECT_FALSE(find_primvar_with_inheritance(at(stage, "/A/B/C"), "primvars:a"));
    EXPECT_EQ(find_primvars_with_inheritance(at(stage, "/A/B")).size(), 1U);
    EXPECT_TRUE(find_inheritable_primvars(at(stage, "/A/B")).empty());
    auto const inherited = find_inheritable_primvars(at(stage, "/A"));
    EXPECT_EQ(find_primvars_with_inheritance(at(stage, "/A/D"), inherited).size(), 1U);
}

TEST(Primvars, FlatteningChecksEveryIndexAndSize)
{
    auto const stage = stage_of(R"(
def Mesh "M" {
    float[] primvars:good = [1, 2, 3, 4] (elementSize = 2
        interpolation = "vertex")
    int[] primvars:good:indices = [1, 0]
    float[] primvars:far = [1, 2]
    int[] primvars:far:indices = [0, 2]
    float[] primvars:wide = [1, 2] (elementSize = 2000000000)
    int[] primvars:wide:indices = [0, 1]
    float[] primvars:none = [1, 2] (elementSize = 0)
    int[] primvars:none:indices = [0]
    string primvars:who
    rel primvars:who:idFrom = </M>
})");
    auto const mesh = at(stage, "/M");
    auto const good = primvar(mesh, "good")->flattened().value();
    EXPECT_TRUE(good == Value(Array<float>({3, 4, 1, 2})));
    for (char const* name : {"far", "wide", "none"}) EXPECT_FALSE(primvar(mesh, name)->flattened()) << name;
    EXPECT_TRUE(*primvar(mesh, "who")->value() == Value(std::string("/M")));
    EXPECT_FALSE(primvar(mesh, "good:indices"));
}

TEST(Cameras, CornersOfTheFrustumAreCornersOfClipSpace)
{
    for (char const* projection : {"perspective", "orthographic"}) {
        auto const stage = stage_of(fmt::format(R"(
def Camera "C" {{
    token projection = "{}"
    float2 clippingRange = (2, 50)
    float horizontalApertureOffset = 3
    float verticalApertureOffset = -2
    double3 xformOp:translate = (1, 2, 3)
    float3 xformOp:rotateXYZ = (10, 20, 30)
    float3 xformOp:scale = (2, 2, -2)
    uniform token[] xformOpOrder = ["xformOp:translate", "xformOp:rotateXYZ", "xformOp:scale"]
}})",
                                                projection));
        auto const seen = camera(at(stage, "/C")).value();
        auto const corners = seen.corners();
        ASSERT_EQ(corners.size(), 8U);
        auto const clip_from_world = seen.camera_from_world() * seen.clip_from_camera();
        for (std::size_t i = 0; i < 8; ++i) {
            auto const clip = corners[i] * clip_from_world;
            EXPECT_NEAR(clip.x, i % 2 ? 1 : -1, 1e-6);
            EXPECT_NEAR(clip.y, i / 2 % 2 ? 1 : -1, 1e-6);
            EXPECT_NEAR(clip.z, i < 4 ? -1 : 1, 1e-6);
        }
    }
    auto const stage = stage_of("def Mesh \"M\" { }");
    EXPECT_FALSE(camera(at(stage, "/M")));
}

TEST(Instancers, RefuseWhatDoesNotFit)
{
    for (char const* body :
         {"", "rel prototypes = </P>", "int[] protoIndices = [0]",
          "rel prototypes = </P>\n int[] protoIndices = [1]\n point3f[] positions = [(0, 0, 0)]",
          "rel prototypes = </P>\n int[] protoIndices = [0, 0]\n point3f[] positions = [(0, 0, 0)]"}) {
        auto const stage = stage_of(fmt::format("def PointInstancer \"I\" {{\n {}\n}}\n", body));
        EXPECT_FALSE(point_instances(at(stage, "/I"), {}, {})) << body;
        EXPECT_FALSE(computed_extent(at(stage, "/I"))) << body;
    }
}

TEST(Subsets, PartitionsSayWhatTheyMiss)
{
    auto const stage = stage_of(R"(
def Mesh "M" {
    int[] faceVertexCounts = [3, 3]
    int[] faceVertexIndices = [0, 1, 2, 2, 1, 3]
    uniform token subsetFamily:f:familyType = "partition"
    def GeomSubset "S" {
        uniform token familyName = "f"
        int[] indices = [1]
    }
})");
    auto const mesh = at(stage, "/M");
    EXPECT_EQ(unassigned_indices(mesh, "face", "f", {}), std::vector<std::int32_t>{0});
    EXPECT_EQ(subset_family_problems(mesh, "face", "f").size(), 1U);
    EXPECT_EQ(element_count(mesh, "edge", {}), 5U);
    EXPECT_FALSE(subset_family_problems(mesh, "tetrahedron", "f").empty());
}

} // namespace
} // namespace soulvan::usd::geom
