// Does skinning keep its laws? Numbers against OpenUSD: tests/conformance.
#include "soulvan/usd/skel.h"

#include "views.h"

#include <cmath>

namespace soulvan::usd::skel {
namespace {

using test::at;
using test::stage_of;

std::vector<Token> tokens(std::initializer_list<char const*> names)
{
    std::vector<Token> result;
    for (char const* name : names) result.emplace_back(name);
    return result;
}

TEST(Topology, ParentsAreTheNearestJointsAbove)
{
    EXPECT_EQ(Topology::from_joints(tokens({"A", "A/B", "A/x/C", "D"})).parents,
              (std::vector<std::int32_t>{-1, 0, 0, -1}));
    EXPECT_TRUE(Topology::from_joints(tokens({"A", "A/B"})).validate());
    EXPECT_FALSE(Topology::from_joints(tokens({"A/B", "A"})).validate());
    EXPECT_FALSE(Topology{{0}}.validate());
}

TEST(Mappers, ThereAndBackIsTheIdentityWhereBothHaveTheNames)
{
    auto const skeleton = tokens({"a", "b", "c", "d"}), animation = tokens({"d", "b"});
    Mapper const there(skeleton, animation), back(animation, skeleton);
    std::vector<int> const values{1, 2, 3, 4};
    std::vector<int> fewer, again;
    there.remap<int>(values, fewer, -1);
    EXPECT_EQ(fewer, (std::vector<int>{4, 2}));
    back.remap<int>(fewer, again, -1);
    EXPECT_EQ(again, (std::vector<int>{-1, 2, -1, 4}));
    EXPECT_TRUE(back.is_sparse());
    EXPECT_TRUE(Mapper(skeleton, skeleton).is_identity());
    EXPECT_TRUE(Mapper({}, skeleton).is_null());
    std::vector<int> short_target; // a source that is too short gives what it has
    there.remap<int>(std::vector<int>{7}, short_target, 0);
    EXPECT_EQ(short_target, (std::vector<int>{0, 0}));
}

/// Two joints, the second turned by the animation; the mesh hangs on both.
std::string rig(std::string const& method, std::string const& joints)
{
    return fmt::format(R"(
def SkelRoot "R" (prepend apiSchemas = ["SkelBindingAPI"]) {{
    rel skel:skeleton = </R/Skel>
    def Skeleton "Skel" (prepend apiSchemas = ["SkelBindingAPI"]) {{
        uniform token[] joints = ["A", "A/B"]
        uniform matrix4d[] bindTransforms = [( (1, 0, 0, 0), (0, 1, 0, 0), (0, 0, 1, 0), (0, 0, 0, 1) ),
            ( (1, 0, 0, 0), (0, 1, 0, 0), (0, 0, 1, 0), (2, 0, 0, 1) )]
        uniform matrix4d[] restTransforms = [( (1, 0, 0, 0), (0, 1, 0, 0), (0, 0, 1, 0), (0, 0, 0, 1) ),
            ( (1, 0, 0, 0), (0, 1, 0, 0), (0, 0, 1, 0), (2, 0, 0, 1) )]
        rel skel:animationSource = </R/Anim>
        def SkelAnimation "Inner" {{ }}
    }}
    def SkelAnimation "Anim" {{
        uniform token[] joints = ["A/B"]
        float3[] translations = [(2, 0, 0)]
        quatf[] rotations.timeSamples = {{ 0: [(1, 0, 0, 0)], 1: [(0.70710678, 0, 0, 0.70710678)] }}
        half3[] scales = [(1, 1, 1)]
    }}
    def Mesh "M" (prepend apiSchemas = ["SkelBindingAPI"]) {{
        point3f[] points = [(0, 1, 0), (2, 1, 0), (3, 1, 0)]
        normal3f[] normals = [(0, 1, 0), (0, 1, 0), (0, 1, 0)]
        uniform token primvars:skel:skinningMethod = "{}"
        int[] primvars:skel:jointIndices = [{}] (elementSize = 2
            interpolation = "vertex")
        float[] primvars:skel:jointWeights = [1, 0, 0.5, 0.5, 0, 1] (elementSize = 2
            interpolation = "vertex")
    }}
}})",
                       method, joints);
}

TEST(Skinning, MovesNothingInTheBindPoseAndKeepsDistancesByDualQuaternions)
{
    for (char const* method : {"classicLinear", "dualQuaternion"}) {
        auto const stage = stage_of(rig(method, "0, 1, 0, 1, 0, 1"));
        auto const mesh = at(stage, "/R/M");
        auto const points = *mesh.get<Array<Vec3f>>("points");
        auto const still = deformed(mesh, 0.0).value();
        for (std::size_t i = 0; i < 3; ++i)
            EXPECT_TRUE(still.points[i].equalWithAbsError(points[i], 1e-6F)) << still.points[i];
        auto const turned = deformed(mesh, 1.0).value();
        EXPECT_TRUE(turned.points[0].equalWithAbsError(Vec3f(0, 1, 0), 1e-6F));
        EXPECT_TRUE(turned.points[2].equalWithAbsError(Vec3f(1, 1, 0), 1e-5F)) << turned.points[2];
        EXPECT_TRUE(turned.normals[2].equalWithAbsError(Vec3f(-1, 0, 0), 1e-5F)) << turned.normals[2];
        // Between the joints: linear blending shrinks towards the joint, a rotation does not.
        auto const distance = (turned.points[1] - Vec3f(2, 0, 0)).length();
        EXPECT_NEAR(distance, method == std::string("classicLinear") ? std::sqrt(0.5) : 1.0, 1e-5);
    }
}

TEST(Skinning, RefusesJointsAndMethodsThatAreNotThere)
{
    auto const far = stage_of(rig("classicLinear", "0, 1, 0, 2, 0, 1"));
    EXPECT_FALSE(deformed(at(far, "/R/M"), 1.0));
    auto const few = stage_of(rig("classicLinear", "0, 1, 0, 1"));
    EXPECT_FALSE(deformed(at(few, "/R/M"), 1.0));
    auto const other = stage_of(rig("byHand", "0, 1, 0, 1, 0, 1"));
    auto const result = deformed(at(other, "/R/M"), 1.0);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, Errc::unsupported);
    EXPECT_FALSE(skinning(at(other, "/R/Skel")));
    auto const extent = geom::computed_extent(at(far, "/R"), 0.0);
    ASSERT_TRUE(extent);
    EXPECT_NEAR(extent->max.x, 2, 1e-6);
}

} // namespace
} // namespace soulvan::usd::skel
