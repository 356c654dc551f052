// Meshes: primvars on triangles, subdivision against closed forms, and input that must be refused.
#include "soulvan/geometry/triangles.h"

#include "stage_text.h"

#include <gmock/gmock.h>

#include <cmath>

namespace soulvan::geometry {
namespace {

using ::testing::HasSubstr;

std::string const cube_topology = R"(
    int[] faceVertexCounts = [4, 4, 4, 4, 4, 4]
    int[] faceVertexIndices = [0, 1, 3, 2, 4, 6, 7, 5, 0, 4, 5, 1, 2, 3, 7, 6, 0, 2, 6, 4, 1, 5, 7, 3]
    point3f[] points = [(-1, -1, -1), (-1, -1, 1), (-1, 1, -1), (-1, 1, 1), (1, -1, -1), (1, -1, 1), (1, 1, -1), (1, 1, 1)]
)";

std::string mesh_text(std::string const& body)
{
    return "def Mesh \"M\"\n{\n" + body + "\n}\n";
}

Result<TriangleMesh> triangles_of(std::string const& body, TriangulateOptions const& options = {})
{
    auto const stage = stage_of(mesh_text(body));
    return triangulate(stage->prim_at(usd::Path("/M")), {}, options);
}

bool has_point(TriangleMesh const& mesh, Vec3f p)
{
    for (auto const& q : mesh.points)
        if ((p - q).length() < 1e-5f) return true;
    return false;
}

double volume(TriangleMesh const& mesh)
{
    double sum = 0;
    for (auto const& [a, b, c] : mesh.triangles)
        sum += Vec3d(mesh.points[a]).dot(Vec3d(mesh.points[b]).cross(Vec3d(mesh.points[c]))) / 6;
    return sum;
}

TEST(Mesh, CatmullClarkCubeLiesOnItsLimit)
{
    auto const mesh = triangles_of(cube_topology, {.subdivision_level = 2}).value();
    EXPECT_EQ(mesh.triangles.size(), 6u * 16 * 2);
    // Halstead, Kass, DeRose 1993: (n²v + 4Σe + Σf) / (n(n+5)) is 1/2 at the corners; at the middle of a
    // face, one step further, 272/324.
    EXPECT_TRUE(has_point(mesh, Vec3f(0.5f)));
    EXPECT_TRUE(has_point(mesh, Vec3f(0, 0, 272.0f / 324)));
    ASSERT_EQ(mesh.normals_rate, Rate::per_point);
    for (std::size_t i = 0; i < mesh.points.size(); ++i) {
        EXPECT_NEAR(mesh.normals[i].length(), 1, 1e-5);
        EXPECT_GT(mesh.normals[i].dot(mesh.points[i].normalized()), 0.9f);
    }
    EXPECT_GT(volume(mesh), 0);
    // Each level only adds points of one surface: those of level 1 are among those of level 3.
    auto const coarse = triangles_of(cube_topology, {.subdivision_level = 1}).value();
    auto const fine = triangles_of(cube_topology, {.subdivision_level = 3}).value();
    for (auto const& point : coarse.points) EXPECT_TRUE(has_point(fine, point));
}

TEST(Mesh, SharpCreasesKeepTheCubeAndItsEdges)
{
    auto const mesh = triangles_of(cube_topology + R"(
        int[] creaseIndices = [0, 1, 3, 2, 0, 4, 5, 7, 6, 4, 0, 4, 1, 5, 2, 6, 3, 7]
        int[] creaseLengths = [5, 5, 2, 2, 2, 2]
        float[] creaseSharpnesses = [10, 10, 10, 10, 10, 10])")
                          .value();
    EXPECT_NEAR(volume(mesh), 8, 1e-4);
    ASSERT_EQ(mesh.normals_rate, Rate::per_corner);
    for (std::size_t t = 0; t < mesh.triangles.size(); ++t) {
        auto const& [a, b, c] = mesh.triangles[t];
        auto const face =
            (mesh.points[b] - mesh.points[a]).cross(mesh.points[c] - mesh.points[a]).normalized();
        for (std::size_t k = 0; k < 3; ++k) EXPECT_GT(mesh.normals[t * 3 + k].dot(face), 0.9999f);
    }
}

TEST(Mesh, BoundaryRuleDecidesTheCornersOfASheet)
{
    std::string const sheet = R"(
        int[] faceVertexCounts = [4]
        int[] faceVertexIndices = [0, 1, 2, 3]
        point3f[] points = [(0, 0, 0), (1, 0, 0), (1, 1, 0), (0, 1, 0)])";
    auto const sharp = triangles_of(sheet).value();
    EXPECT_TRUE(has_point(sharp, Vec3f(0, 0, 0)));
    auto const round = triangles_of(sheet + "\ntoken interpolateBoundary = \"edgeOnly\"").value();
    EXPECT_FALSE(has_point(round, Vec3f(0, 0, 0)));
    // A cubic B-spline's end mask: (1, 4, 1)/6 of the neighbours along the boundary.
    EXPECT_TRUE(has_point(round, Vec3f(1 / 6.0f, 1 / 6.0f, 0)));
}

TEST(Mesh, LoopOctahedronLiesOnItsLimit)
{
    auto const mesh = triangles_of(R"(
        token subdivisionScheme = "loop"
        int[] faceVertexCounts = [3, 3, 3, 3, 3, 3, 3, 3]
        int[] faceVertexIndices = [0, 2, 4, 2, 1, 4, 1, 3, 4, 3, 0, 4, 2, 0, 5, 1, 2, 5, 3, 1, 5, 0, 3, 5]
        point3f[] points = [(1, 0, 0), (-1, 0, 0), (0, 1, 0), (0, -1, 0), (0, 0, 1), (0, 0, -1)])",
                                   {.subdivision_level = 1})
                          .value();
    EXPECT_EQ(mesh.triangles.size(), 32u);
    // Loop 1987: the limit is v / (1 + 8nβ/3) + … ; around a pole of valence 4 the ring's mean is the centre.
    double const beta = (0.625 - std::pow(0.375 + 0.25 * std::cos(2 * M_PI / 4), 2)) / 4;
    double const limit = 1 / (1 + 8 * 4 * beta / 3);
    EXPECT_TRUE(has_point(mesh, Vec3f(static_cast<float>(limit), 0, 0)));
}

TEST(Mesh, HolesAreLeftOutAndOrientationTurnsWinding)
{
    auto const plain = cube_topology + "uniform token subdivisionScheme = \"none\"\n";
    auto const whole = triangles_of(plain).value();
    EXPECT_EQ(whole.triangles.size(), 12u);
    EXPECT_TRUE(whole.normals.empty());
    EXPECT_NEAR(volume(whole), 8, 1e-6);
    auto const holed = triangles_of(plain + "int[] holeIndices = [1, 4]").value();
    EXPECT_EQ(holed.triangles.size(), 8u);
    for (auto const face : holed.triangle_face) EXPECT_TRUE(face != 1 && face != 4);
    auto const turned = triangles_of(plain + "uniform token orientation = \"leftHanded\"").value();
    EXPECT_NEAR(volume(turned), -8, 1e-6);
    EXPECT_TRUE(turned.left_handed);
    auto const smooth_holed =
        triangles_of(cube_topology + "int[] holeIndices = [1]", {.subdivision_level = 1}).value();
    EXPECT_EQ(smooth_holed.triangles.size(), 5u * 4 * 2);
}

TEST(Mesh, PrimvarsArriveAtTheCornersTheyBelongTo)
{
    auto const mesh = triangles_of(R"(
        uniform token subdivisionScheme = "none"
        int[] faceVertexCounts = [4, 3]
        int[] faceVertexIndices = [0, 1, 2, 3, 1, 4, 2]
        point3f[] points = [(0, 0, 0), (1, 0, 0), (1, 1, 0), (0, 1, 0), (2, 0, 0)]
        texCoord2f[] primvars:st = [(0, 0), (1, 0), (1, 1), (0, 1), (5, 5)] ( interpolation = "faceVarying" )
        int[] primvars:st:indices = [0, 1, 2, 3, 4, 1, 2]
        color3f[] primvars:displayColor = [(1, 0, 0), (0, 1, 0)] ( interpolation = "uniform" )
        float[] primvars:weight = [0, 1, 2, 3, 4] ( interpolation = "vertex" )
        normal3f[] primvars:normals = [(0, 0, 2)] ( interpolation = "constant" )
        normal3f[] normals = [(1, 0, 0)] ( interpolation = "constant" ))")
                          .value();
    ASSERT_EQ(mesh.triangles.size(), 3u);
    ASSERT_EQ(mesh.uvs.size(), 1u);
    ASSERT_EQ(mesh.uvs[0].rate, Rate::per_corner); // point 1 has two values: a seam
    std::vector<Vec2f> const corner_uv{{0, 0}, {1, 0}, {1, 1}, {0, 1}};
    for (std::size_t t = 0; t < 2; ++t)
        for (std::size_t k = 0; k < 3; ++k)
            EXPECT_EQ(mesh.uvs[0].values[t * 3 + k], corner_uv[mesh.triangles[t][k]]);
    EXPECT_EQ(mesh.uvs[0].values[6], Vec2f(5, 5));
    ASSERT_EQ(mesh.colors.size(), 1u);
    EXPECT_EQ(mesh.colors[0].rate, Rate::per_face);
    EXPECT_EQ(mesh.triangle_face, (std::vector<std::uint32_t>{0, 0, 1}));
    ASSERT_EQ(mesh.scalars.size(), 1u);
    EXPECT_EQ(mesh.scalars[0].values, (std::vector<float>{0, 1, 2, 3, 4}));
    for (auto const& normal : mesh.normals) EXPECT_EQ(normal, Vec3f(0, 0, 1)); // primvars:normals wins
}

TEST(Mesh, FaceVaryingValuesFollowSubdivisionByTheirRule)
{
    std::string const sheet = R"(
        int[] faceVertexCounts = [4]
        int[] faceVertexIndices = [0, 1, 2, 3]
        token interpolateBoundary = "edgeOnly"
        point3f[] points = [(0, 0, 0), (1, 0, 0), (1, 1, 0), (0, 1, 0)]
        texCoord2f[] primvars:st = [(0, 0), (1, 0), (1, 1), (0, 1)] ( interpolation = "faceVarying" )
        token faceVaryingLinearInterpolation = )";
    auto const least = [](TriangleMesh const& mesh) {
        float out = 1;
        for (auto const& uv : mesh.uvs.at(0).values) out = std::min(out, uv.x);
        return out;
    };
    EXPECT_NEAR(least(triangles_of(sheet + "\"all\"").value()), 0, 1e-6);
    EXPECT_NEAR(least(triangles_of(sheet + "\"cornersOnly\"").value()), 0, 1e-6);
    // Smooth, st goes the way of the points it equals. The boundary is the closed uniform cubic B-spline
    // around the square, whose basis is (1, 4, 1)/6 at a corner, so 1/6 there, and (1, 23, 23, 1)/48 half-way
    // between two, so (1 + 0 + 0 + 1)/48 in the middle of the side x = 0: its least.
    auto const smooth = triangles_of(sheet + "\"none\"").value();
    EXPECT_NEAR(least(smooth), 1 / 24.0f, 1e-6);
    ASSERT_EQ(smooth.uvs.at(0).values.size(), smooth.points.size());
    bool corner = false;
    for (std::size_t i = 0; i < smooth.points.size(); ++i) {
        auto const& uv = smooth.uvs[0].values[i];
        EXPECT_LT((Vec3f(uv.x, uv.y, 0) - smooth.points[i]).length(), 1e-6f);
        corner = corner || (uv - Vec2f(1 / 6.0f)).length() < 1e-6f;
    }
    EXPECT_TRUE(corner);
}

TEST(Mesh, InheritedAndOneElementPrimvarsCount)
{
    auto const stage = stage_of(R"(
def Xform "World" {
    color3f[] primvars:displayColor = [(0.1, 0.2, 0.3)]
    float[] primvars:vertexRate = [1, 2] ( interpolation = "vertex" )
    def Mesh "M" {
        uniform token subdivisionScheme = "none"
        int[] faceVertexCounts = [3]
        int[] faceVertexIndices = [0, 1, 2]
        point3f[] points = [(0, 0, 0), (1, 0, 0), (0, 1, 0)]
        float[] primvars:displayOpacity = [0.5] ( interpolation = "vertex" )
    }
})");
    auto const mesh = triangulate(stage->prim_at(usd::Path("/World/M")), {}, {}).value();
    ASSERT_EQ(mesh.colors.size(), 1u);
    EXPECT_EQ(mesh.colors[0].values.at(0), Vec3f(0.1f, 0.2f, 0.3f));
    ASSERT_EQ(mesh.scalars.size(), 1u);
    EXPECT_EQ(mesh.scalars[0].rate, Rate::constant);
}

struct Hostile {
    char const* body;
    std::vector<char const*> named;
};

TEST(Mesh, RefusesWhatDoesNotFitAndSaysWhere)
{
    std::string const three =
        "uniform token subdivisionScheme = \"none\"\npoint3f[] points = [(0, 0, 0), (1, 0, 0), (0, 1, 0)]\n";
    std::vector<Hostile> const table{
        {"int[] faceVertexCounts = [3]\nint[] faceVertexIndices = [0, 1, 3]",
         {"/M.faceVertexIndices", "element 2 is 3"}},
        {"int[] faceVertexCounts = [3]\nint[] faceVertexIndices = [0, -1, 2]",
         {"/M.faceVertexIndices", "element 1 is -1"}},
        {"int[] faceVertexCounts = [4]\nint[] faceVertexIndices = [0, 1, 2]",
         {"/M.faceVertexCounts", "add up to 4"}},
        {"int[] faceVertexCounts = [-3, 6]\nint[] faceVertexIndices = [0, 1, 2]",
         {"/M.faceVertexCounts", "element 0 is -3"}},
        {"int[] faceVertexCounts = [3]\nint[] faceVertexIndices = [0, 1, 2]\nint[] holeIndices = [1]",
         {"/M.holeIndices", "element 0 is 1"}},
        {"int[] faceVertexCounts = [3]\nint[] faceVertexIndices = [0, 1, 2]\ntexCoord2f[] primvars:st = [(0, "
         "0)] ( "
         "interpolation = \"vertex\" )\nint[] primvars:st:indices = [0, 0, 7]",
         {"/M.primvars:st:indices", "element 2 is 7"}},
    };
    for (auto const& hostile : table) {
        auto const mesh = triangles_of(three + hostile.body);
        ASSERT_FALSE(mesh) << hostile.body;
        EXPECT_EQ(mesh.error().code, Errc::invalid_input);
        for (auto const* name : hostile.named) EXPECT_THAT(mesh.error().what, HasSubstr(name));
    }
    auto const nan = triangles_of("point3f[] points = [(0, 0, 0), (1, nan, 0), (0, 1, 0)]\n"
                                  "int[] faceVertexCounts = [3]\nint[] faceVertexIndices = [0, 1, 2]");
    ASSERT_FALSE(nan);
    EXPECT_THAT(nan.error().what, HasSubstr("/M.points: element 1"));
    auto const crease =
        triangles_of(cube_topology + "int[] creaseIndices = [0, 1]\nint[] creaseLengths = [3]\n"
                                     "float[] creaseSharpnesses = [1]");
    ASSERT_FALSE(crease);
    EXPECT_THAT(crease.error().what, HasSubstr("creaseLengths"));
}

TEST(Mesh, RepairsWhatCanBeRepairedAndSaysSo)
{
    auto const mesh = triangles_of(R"(
        uniform token subdivisionScheme = "none"
        int[] faceVertexCounts = [3, 2, 0]
        int[] faceVertexIndices = [0, 1, 2, 0, 1]
        point3f[] points = [(0, 0, 0), (1, 0, 0), (0, 1, 0)]
        normal3f[] normals = [(nan, 0, 0), (0, 0, 0), (0, 0, 3)]
        texCoord2f[] primvars:st = [(0, 0), (1, 1)] ( interpolation = "vertex" ))")
                          .value();
    EXPECT_EQ(mesh.triangles.size(), 1u);
    EXPECT_TRUE(mesh.uvs.empty());
    for (auto const& normal : mesh.normals) EXPECT_EQ(normal, Vec3f(0, 0, 1));
    ASSERT_EQ(mesh.notes.size(), 3u);
    EXPECT_THAT(mesh.notes[0], HasSubstr("/M.normals: 1 values are not finite"));
    EXPECT_THAT(mesh.notes[1], HasSubstr("/M.primvars:st: has 2 elements where 3"));
}

TEST(Mesh, BadTopologyDoesNotStopSubdivision)
{
    // A face twice, an edge with three faces, a point used twice in a face, a face without area.
    auto const mesh = triangles_of(R"(
        int[] faceVertexCounts = [4, 4, 4, 3, 4]
        int[] faceVertexIndices = [0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 4, 5, 0, 0, 1, 0, 1, 0, 2]
        point3f[] points = [(0, 0, 0), (1, 0, 0), (1, 1, 0), (0, 1, 0), (1, 0, 1), (0, 0, 1), (9, 9, 9)])");
    ASSERT_TRUE(mesh) << mesh.error().what;
    EXPECT_GT(mesh->triangles.size(), 0u);
    for (auto const& point : mesh->points) EXPECT_TRUE(std::isfinite(point.x + point.y + point.z));
    for (auto const& normal : mesh->normals) EXPECT_NEAR(normal.length(), 1, 1e-4);
}

TEST(Mesh, LargeMeshesAreRefinedLess)
{
    auto const mesh =
        triangles_of(cube_topology, {.subdivision_level = 6, .most_refined_faces = 100}).value();
    EXPECT_EQ(mesh.triangles.size(), 6u * 16 * 2);
    ASSERT_EQ(mesh.notes.size(), 1u);
    EXPECT_THAT(mesh.notes[0], HasSubstr("level 2 instead of 6"));
}

TEST(Mesh, SmallCagesAreRefinedMore)
{
    auto const mesh =
        triangles_of(cube_topology, {.subdivision_level = 2, .least_refined_faces = 1000}).value();
    EXPECT_EQ(mesh.triangles.size(), 6u * 256 * 2);
    EXPECT_EQ(triangles_of(cube_topology, {.subdivision_level = 0, .least_refined_faces = 1000})
                  .value()
                  .triangles.size(),
              12u);
}

TEST(Mesh, ASharpPointIsTheTipOfACone)
{
    auto const mesh =
        triangles_of(cube_topology + "int[] cornerIndices = [7]\nfloat[] cornerSharpnesses = [10]").value();
    EXPECT_TRUE(has_point(mesh, Vec3f(1)));
    ASSERT_EQ(mesh.normals_rate, Rate::per_corner);
    // A normal shared by the faces around the tip would point out of it, away from all of them.
    for (std::size_t t = 0; t < mesh.triangles.size(); ++t) {
        auto const& [a, b, c] = mesh.triangles[t];
        auto const face =
            (mesh.points[b] - mesh.points[a]).cross(mesh.points[c] - mesh.points[a]).normalized();
        for (std::size_t k = 0; k < 3; ++k) {
            if ((mesh.points[mesh.triangles[t][k]] - Vec3f(1)).length() > 1e-5f) continue;
            EXPECT_GT(mesh.normals[t * 3 + k].dot(face), 0.95f);
        }
    }
}

TEST(CreaseNormals, SmoothBelowTheAngleAndSplitAbove)
{
    // Two faces that meet at 60°, with their shared points repeated.
    float const s = std::sin(static_cast<float>(M_PI) / 3), c = 0.5f;
    std::vector<Vec3f> const points{{0, 0, 0}, {1, 0, 0}, {0, 1, 0}, {0, 0, 0}, {0, 1, 0}, {-c, 0, -s}};
    std::vector<std::array<std::uint32_t, 3>> const triangles{{0, 1, 2}, {3, 4, 5}};
    auto const split = crease_normals(points, triangles, 59);
    EXPECT_NEAR(split[0].dot(split[3]), 0.5f, 1e-5);
    auto const smooth = crease_normals(points, triangles, 61);
    EXPECT_LT((smooth[0] - smooth[3]).length(), 1e-6f);  // the point on the edge
    EXPECT_NEAR(smooth[1].dot(Vec3f(0, 0, 1)), 1, 1e-6); // a point of one face alone
}

} // namespace
} // namespace soulvan::geometry
