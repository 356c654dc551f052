// Shapes, instances, instancers and bounds against the numbers of OpenUSD 24.11.
#include "soulvan/geometry/triangles.h"

#include "stage_text.h"

#include <gmock/gmock.h>

#include <cmath>
#include <map>
#include <set>

namespace soulvan::geometry {
namespace {

using ::testing::HasSubstr;

void expect_matrix(Matrix4d const& m, std::array<std::array<double, 3>, 4> const& rows)
{
    for (int r = 0; r < 4; ++r)
        for (int c = 0; c < 3; ++c)
            EXPECT_NEAR(m[r][c], rows[static_cast<std::size_t>(r)][static_cast<std::size_t>(c)], 2e-6);
}

void expect_bounds(Range3d const& box, Vec3d low, Vec3d high, double tolerance = 1e-6)
{
    for (int i = 0; i < 3; ++i) {
        EXPECT_NEAR(box.min[i], low[i], tolerance);
        EXPECT_NEAR(box.max[i], high[i], tolerance);
    }
}

std::string const forest = R"(
def Xform "World" {
    double3 xformOp:translate = (10, 0, 0)
    uniform token[] xformOpOrder = ["xformOp:translate"]
    def PointInstancer "Trees" {
        int[] protoIndices = [0, 1, 0, 1]
        point3f[] positions = [(1, 2, 3), (4, 5, 6), (-1, 0, 2), (0, 0, 0)]
        quath[] orientations = [(1, 0, 0, 0), (0.70710678, 0, 0.70710678, 0), (0.5, 0.5, 0.5, 0.5), (0.92387953, 0.38268343, 0, 0)]
        float3[] scales = [(1, 1, 1), (2, 1, 0.5), (1, 3, 1), (0.5, 0.5, 0.5)]
        int64[] ids = [7, 8, 9, 10]
        int64[] invisibleIds = [9]
        rel prototypes = [</World/Trees/A>, </World/Trees/B>]
        def Xform "A" {
            float3 xformOp:rotateXYZ = (30, 40, 50)
            uniform token[] xformOpOrder = ["xformOp:rotateXYZ"]
            def Cube "Box" {
                double size = 1
            }
        }
        def Sphere "B" {
            double radius = 0.5
            double3 xformOp:translate = (0, 0.25, 0)
            uniform token[] xformOpOrder = ["xformOp:translate"]
        }
    }
})";

TEST(PointInstancer, MatricesEqualOpenUsd) // UsdGeomPointInstancer::ComputeInstanceTransformsAtTime
{
    auto const stage = stage_of(forest);
    auto const instances = point_instances(*stage, stage->prim_at(usd::Path("/World/Trees")), {}).value();
    ASSERT_EQ(instances.instancer_from_prototype.size(), 4u);
    auto const& m = instances.instancer_from_prototype;
    expect_matrix(m[0], {{{0.492404, 0.586824, -0.642788},
                          {-0.456826, 0.802872, 0.383022},
                          {0.740843, 0.10504, 0.663414},
                          {1, 2, 3}}});
    expect_matrix(m[1], {{{0.000427, 0, -1.999573}, {0, 1, 0}, {0.499893, 0, 0.000107}, {4, 5.25, 6}}});
    expect_matrix(m[2], {{{-0.642788, 0.492404, 1.760472},
                          {0.383022, -0.456826, 2.408617},
                          {0.663414, 0.740843, 0.315121},
                          {-1, 0, 2}}});
    expect_matrix(m[3],
                  {{{0.5, 0, 0}, {0, 0.353641, 0.353427}, {0, -0.353427, 0.353641}, {0, 0.08841, 0.088357}}});
    EXPECT_EQ(instances.visible, (std::vector<std::uint8_t>{1, 1, 0, 1}));
}

TEST(PointInstancer, VelocitiesMovePointsBetweenSamplesAsOpenUsd)
{
    auto const stage = stage_of(R"(
def PointInstancer "P" {
    int[] protoIndices = [0, 0]
    point3f[] positions.timeSamples = { 0: [(0, 0, 0), (1, 0, 0)], 24: [(9, 9, 9), (8, 8, 8)] }
    vector3f[] velocities.timeSamples = { 0: [(2, 0, 0), (0, 4, 0)], 24: [(0, 0, 0), (0, 0, 0)] }
    vector3f[] accelerations.timeSamples = { 0: [(0, 0, 2), (0, 0, 0)], 24: [(0, 0, 0), (0, 0, 0)] }
    quath[] orientations.timeSamples = { 0: [(1, 0, 0, 0), (0.70710678, 0, 0.70710678, 0)], 24: [(1, 0, 0, 0), (1, 0, 0, 0)] }
    vector3f[] angularVelocities.timeSamples = { 0: [(0, 90, 0), (0, 0, 45)], 24: [(0, 0, 0), (0, 0, 0)] }
    rel prototypes = </P/A>
    def Cube "A" {}
})",
                                "timeCodesPerSecond = 24");
    auto const prim = stage->prim_at(usd::Path("/P"));
    auto const between = point_instances(*stage, prim, 12.0).value().instancer_from_prototype;
    expect_matrix(between[0], {{{0.707107, 0, -0.707107}, {0, 1, 0}, {0.707107, 0, 0.707107}, {1, 0, 0.25}}});
    expect_matrix(between[1], {{{0.000197, 0.000082, -0.999786},
                                {-0.382683, 0.92388, 0},
                                {0.923682, 0.382602, 0.000214},
                                {1, 2, 0}}});
    auto const after = point_instances(*stage, prim, 30.0).value().instancer_from_prototype;
    expect_matrix(after[1], {{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}, {8, 8, 8}}});
}

TEST(Flatten, InstancersBecomeCopiesOfOneSurface)
{
    auto const stage = stage_of(forest);
    auto const placed = flatten(*stage, {}, {"render"}).value();
    ASSERT_EQ(placed.size(), 3u); // one of four is invisible; prototypes are not drawn by themselves
    EXPECT_EQ(placed[1].shared_key, placed[2].shared_key);
    EXPECT_NE(placed[0].shared_key, placed[1].shared_key);
    EXPECT_EQ(placed[2].instance, 3);
    EXPECT_EQ(placed[2].instancer, usd::Path("/World/Trees"));
    expect_matrix(
        placed[2].world_from_local,
        {{{0.5, 0, 0}, {0, 0.353641, 0.353427}, {0, -0.353427, 0.353641}, {10, 0.08841, 0.088357}}});
    // UsdGeomBBoxCache measures the boxes of prototypes in its way; ours holds the same points.
    expect_bounds(world_bounds(*stage, {}).value(), {9.75, -0.2651240825653076, -0.26517757773399353},
                  {14.250160217285156, 5.75, 6.999839782714844}, 1e-4);
}

TEST(Flatten, NestedInstancersMultiplyAndCyclesAreRefused)
{
    auto const nested = stage_of(R"(
def PointInstancer "Outer" {
    int[] protoIndices = [0, 0, 0]
    point3f[] positions = [(0, 0, 0), (100, 0, 0), (200, 0, 0)]
    rel prototypes = </Outer/Inner>
    def PointInstancer "Inner" {
        int[] protoIndices = [0, 0]
        point3f[] positions = [(1, 0, 0), (2, 0, 0)]
        rel prototypes = </Outer/Inner/Ball>
        over "Ball" {
            def Sphere "Shape" {}
        }
    }
})");
    auto const placed = flatten(*nested, {}, {}).value();
    ASSERT_EQ(placed.size(), 6u);
    std::vector<double> x;
    for (auto const& copy : placed) x.push_back(copy.world_from_local[3][0]);
    EXPECT_EQ(x, (std::vector<double>{1, 2, 101, 102, 201, 202}));
    EXPECT_EQ(placed[5].instance, 2);

    auto const cyclic = stage_of(R"(
def Xform "World" {
    def PointInstancer "P" {
        int[] protoIndices = [0]
        point3f[] positions = [(0, 0, 0)]
        rel prototypes = </World>
    }
})");
    auto const refused = flatten(*cyclic, {}, {});
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().what, HasSubstr("/World/P: the PointInstancer is among its own prototypes"));
}

TEST(Flatten, ManyLevelsOfCopiesMeetALimitInsteadOfMemory)
{
    std::string text, close;
    for (int level = 0; level < 8; ++level) {
        auto const path = [&] {
            std::string out;
            for (int i = 0; i <= level; ++i) out += "/L" + std::to_string(i);
            return out;
        }();
        std::string zeros, points;
        for (int i = 0; i < 30; ++i) {
            zeros += "0, ";
            points += "(0, 0, 0), ";
        }
        text += "def PointInstancer \"L" + std::to_string(level) + "\" {\nint[] protoIndices = [" + zeros +
                "]\npoint3f[] positions = [" + points + "]\nrel prototypes = <" + path + "/" +
                (level == 7 ? "Ball" : "L" + std::to_string(level + 1)) + ">\n";
        close += "}\n";
    }
    auto const stage = stage_of(text + "def Sphere \"Ball\" {}\n" + close);
    auto const refused = flatten(*stage, {}, {});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Errc::limit);
}

TEST(Flatten, InstancesShareAndVisibilityAndPurposePrune)
{
    auto const stage = stage_of(R"(
def "Proto" {
    def Cube "Box" {}
}
def Xform "World" {
    def Xform "A" ( instanceable = true
        references = </Proto> ) { double3 xformOp:translate = (5, 0, 0)
        uniform token[] xformOpOrder = ["xformOp:translate"]
    }
    def Xform "B" ( instanceable = true
        references = </Proto> ) {
        color3f[] primvars:displayColor = [(1, 0, 0)]
    }
    def Xform "C" ( instanceable = true
        references = </Proto> ) {}
    def Xform "Hidden" { token visibility = "invisible"
        def Cube "X" {}
    }
    def Xform "Guides" { uniform token purpose = "guide"
        def Cube "G" {}
        def Cube "D" {
            uniform token purpose = "default"
        }
    }
    def Xform "Away" { double3 xformOp:translate = (7, 0, 0)
        uniform token[] xformOpOrder = ["!resetXformStack!", "xformOp:translate"]
        def BasisCurves "Hair" {}
    }
}
class "Abstract" {
    def Cube "No" {}
})");
    std::map<std::string, Placed> by_path;
    auto const all = flatten(*stage, {}, {"render"}).value();
    for (auto const& placed : all) by_path.emplace(placed.prim.path().str(), placed);
    ASSERT_TRUE(by_path.contains("/World/A/Box"));
    EXPECT_NE(by_path.at("/World/A/Box").shared_key, 0u);
    EXPECT_EQ(by_path.at("/World/A/Box").shared_key, by_path.at("/World/C/Box").shared_key);
    // B hands a colour down into its copy.
    EXPECT_NE(by_path.at("/World/A/Box").shared_key, by_path.at("/World/B/Box").shared_key);
    EXPECT_FALSE(by_path.contains("/World/Hidden/X"));
    EXPECT_FALSE(by_path.contains("/World/Guides/G"));
    EXPECT_TRUE(by_path.contains("/World/Guides/D"));
    EXPECT_FALSE(by_path.contains("/Abstract/No"));
    EXPECT_EQ(by_path.at("/World/Away/Hair").world_from_local[3][0], 7);
    EXPECT_EQ(triangulate(by_path.at("/World/Away/Hair").prim, {}, {}).error().code, Errc::unsupported);
    EXPECT_EQ(flatten(*stage, {}, {"guide"}).value().size(), by_path.size() + 1);
}

TEST(Flatten,
     WholesShowWhatIsListedWithoutThem) // with what ignores its parent's transform left outside of wholes
{
    auto const stage = stage_of(R"(
def Xform "Carton" ( instanceable = true )
{
    def Cube "Box" { double size = 1
    }
    def Sphere "Seal" { double3 xformOp:translate = (0, 1, 0)
        uniform token[] xformOpOrder = ["xformOp:translate"]
    }
    def Sphere "Guide" { uniform token purpose = "guide"
    }
}
def Xform "Rack"
{
    def "A" ( instanceable = true
        references = </Carton> ) { double3 xformOp:translate = (1, 0, 0)
        uniform token[] xformOpOrder = ["xformOp:translate"]
    }
    def "B" ( instanceable = true
        references = </Carton> ) { double3 xformOp:translate = (2, 0, 0)
        uniform token[] xformOpOrder = ["xformOp:translate"]
    }
}
def "Front" ( instanceable = true
    references = </Rack> ) { double3 xformOp:translate = (0, 0, 5)
    uniform token[] xformOpOrder = ["xformOp:translate"]
    }
def "Back" ( instanceable = true
    references = </Rack> ) { double3 xformOp:translate = (0, 0, -5)
    uniform token[] xformOpOrder = ["xformOp:translate"]
    }
def Xform "Fixed"
{
    def Sphere "Star" { double3 xformOp:translate = (9, 9, 9)
        uniform token[] xformOpOrder = ["!resetXformStack!", "xformOp:translate"]
    }
}
def "Sky" ( instanceable = true
    references = </Fixed> ) { double3 xformOp:translate = (0, 0, 7)
    uniform token[] xformOpOrder = ["xformOp:translate"]
    }
)");
    ASSERT_TRUE(stage);
    auto const singles = flatten(*stage, {}, {}).value();
    auto const wholes = flatten(*stage, {}, {}, [](usd::Prim const&) { return true; }).value();
    std::vector<std::pair<std::size_t, Vec3d>> shown;
    std::set<std::vector<Placed> const*> lists;
    for (auto const& placed : wholes) {
        if (!placed.inside) {
            shown.emplace_back(placed.shared_key != 0, Vec3d(0, 0, 0) * placed.world_from_local);
            continue;
        }
        lists.insert(placed.inside.get());
        for (auto const& inner : *placed.inside)
            shown.emplace_back(inner.shared_key != 0,
                               Vec3d(0, 0, 0) * (inner.world_from_local * placed.world_from_local));
    }
    ASSERT_EQ(shown.size(), singles.size());
    for (std::size_t i = 0; i < singles.size(); ++i) {
        EXPECT_EQ(shown[i].first, singles[i].shared_key != 0) << i;
        EXPECT_EQ(shown[i].second, Vec3d(0, 0, 0) * singles[i].world_from_local) << i;
    }
    EXPECT_EQ(lists.size(), 2u); // the rack and, in the first rack, the carton
    EXPECT_LT(wholes.size(), singles.size());
}

TEST(PointInstancer, RefusesWhatDoesNotFit)
{
    auto const refuse = [](std::string const& body, char const* named) {
        auto const stage = stage_of("def PointInstancer \"P\" {\n" + body + "\ndef Cube \"A\" {}\n}");
        auto const result = flatten(*stage, {}, {});
        ASSERT_FALSE(result) << body;
        EXPECT_EQ(result.error().code, Errc::invalid_input);
        EXPECT_THAT(result.error().what, HasSubstr(named));
    };
    std::string const head = "rel prototypes = </P/A>\nint[] protoIndices = [0, 0]\n";
    refuse(
        "rel prototypes = </P/A>\nint[] protoIndices = [0, 1]\npoint3f[] positions = [(0, 0, 0), (1, 0, 0)]",
        "/P.protoIndices: element 1 is 1");
    refuse(head + "point3f[] positions = [(0, 0, 0)]", "/P.positions: has 1 elements");
    refuse(head + "point3f[] positions = [(0, 0, 0), (inf, 0, 0)]", "/P.positions: element 1");
    refuse(head + "point3f[] positions = [(0, 0, 0), (1, 0, 0)]\nfloat3[] scales = [(1, 1, 1)]",
           "/P.scales: has 1");
    refuse("rel prototypes = </P/Nothing>\nint[] protoIndices = [0]\npoint3f[] positions = [(0, 0, 0)]",
           "/P/Nothing");
}

std::string const shapes = R"(
def Xform "World" {
    double3 xformOp:translate = (1, 2, 3)
    float3 xformOp:rotateXYZ = (20, 30, 40)
    uniform token[] xformOpOrder = ["xformOp:translate", "xformOp:rotateXYZ"]
    def NAME "X" { BODY }
})";

struct Shape {
    char const *type, *body;
    Vec3d low, high; ///< UsdGeomBBoxCache
    std::size_t triangles;
    double volume; ///< of the true solid; the triangles lie inside
};

std::vector<Shape> const shape_table{
    {"Sphere",
     "double radius = 2",
     {-2.432409744397462, -0.8528972427279854, -0.21999162815079543},
     {4.432409744397462, 4.852897242727986, 6.219991628150796},
     96 * 2 * 47,
     4.0 / 3 * M_PI * 8},
    {"Cube",
     "double size = 3",
     {-1.5743073082980965, -0.13967293204598893, 0.5850062788869035},
     {3.5743073082980965, 4.139672932045989, 5.414993721113096},
     12,
     27},
    {"Cylinder",
     "double height = 5\ndouble radius = 0.5\nuniform token axis = \"X\"",
     {-1.1849303324372424, 0.1734348908651647, 1.1950020929623013},
     {3.1849303324372427, 3.8265651091348354, 4.804997907037699},
     96 * 4,
     M_PI * 0.25 * 5},
    {"Cone",
     "double height = 4\ndouble radius = 1.5\nuniform token axis = \"Y\"",
     {-1.8108180375182772, -0.5545576648407048, 0.43690721252389153},
     {3.8108180375182776, 4.554557664840705, 5.5630927874761085},
     96 * 2,
     M_PI * 2.25 * 4 / 3},
    {"Capsule",
     "double height = 3\ndouble radius = 0.25",
     {-0.29870541643382964, 1.5833747098367892, 1.3768045244570897},
     {2.2987054164338296, 2.4166252901632106, 4.623195475542911},
     96 * 2 * 48,
     M_PI * 0.0625 * 3 + 4.0 / 3 * M_PI * 0.015625},
    {"Plane",
     "double width = 8\ndouble length = 2\nuniform token axis = \"X\"",
     {-1.7920993207980866, 1.0101955082180014, -0.5513888581235191},
     {3.7920993207980866, 2.9898044917819986, 6.551388858123519},
     2,
     0},
};

std::shared_ptr<usd::Stage const> stage_with(Shape const& shape)
{
    auto text = shapes;
    text.replace(text.find("NAME"), 4, shape.type);
    text.replace(text.find("BODY"), 4, std::string("\n") + shape.body + "\n");
    return stage_of(text);
}

TEST(Shapes, BoundsEqualOpenUsdAndSolidsAreClosed)
{
    for (auto const& shape : shape_table) {
        SCOPED_TRACE(shape.type);
        auto const stage = stage_with(shape);
        expect_bounds(world_bounds(*stage, {}).value(), shape.low, shape.high, 2e-6);
        auto const mesh = triangulate(stage->prim_at(usd::Path("/World/X")), {}, {}).value();
        EXPECT_EQ(mesh.triangles.size(), shape.triangles);
        double volume = 0;
        Vec3d area(0);
        for (auto const& [a, b, c] : mesh.triangles) {
            Vec3d const p(mesh.points[a]), q(mesh.points[b]), r(mesh.points[c]);
            volume += p.dot(q.cross(r)) / 6;
            area += (q - p).cross(r - p) / 2;
            // The winding agrees with the normals, and these are one long.
            for (auto const corner : {a, b, c}) {
                EXPECT_NEAR(mesh.normals[corner].length(), 1, 1e-5);
                EXPECT_GT((q - p).cross(r - p).dot(Vec3d(mesh.normals[corner])), 0);
            }
        }
        EXPECT_NEAR(volume, shape.volume, 0.004 * shape.volume + 1e-9); // inscribed: at most 0.4 % less
        EXPECT_LE(volume, shape.volume * (1 + 1e-6));
        if (shape.volume > 0) {
            EXPECT_LT(area.length(), 1e-4); // closed: no area is left over
        }
        ASSERT_EQ(mesh.uvs.size(), 1u);
        for (auto const& uv : mesh.uvs[0].values)
            EXPECT_TRUE(uv.x >= 0 && uv.x <= 1 && uv.y >= 0 && uv.y <= 1);
    }
}

TEST(Shapes, CapsulesWithTwoRadiiAreSmooth)
{
    auto const stage = stage_of(
        "def Capsule_1 \"X\" {\ndouble height = 3\ndouble radiusTop = 0.5\ndouble radiusBottom = 1.25\n}");
    auto const mesh = triangulate(stage->prim_at(usd::Path("/X")), {}, {}).value();
    for (auto const& [a, b, c] : mesh.triangles) {
        auto const face =
            (mesh.points[b] - mesh.points[a]).cross(mesh.points[c] - mesh.points[a]).normalized();
        for (auto const corner : {a, b, c}) EXPECT_GT(face.dot(mesh.normals[corner]), 0.99f);
    }
}

TEST(Shapes, RefuseSizesThatAreNone)
{
    for (auto const* body : {"double radius = -1", "double radius = nan", "double radius = inf"}) {
        auto const stage = stage_of(std::string("def Sphere \"S\" {\n") + body + "\n}");
        auto const mesh = triangulate(stage->prim_at(usd::Path("/S")), {}, {});
        ASSERT_FALSE(mesh);
        EXPECT_THAT(mesh.error().what, HasSubstr("/S.radius"));
    }
}

TEST(Subsets, OnlyThoseThatBindMaterials)
{
    auto const stage = stage_of(R"(
def Mesh "M" {
    def GeomSubset "Red" { uniform token familyName = "materialBind"
        int[] indices = [0, 2]
    }
    def GeomSubset "Other" { uniform token familyName = "selection"
        int[] indices = [1]
    }
})");
    auto const subsets = material_subsets(stage->prim_at(usd::Path("/M")), {});
    ASSERT_EQ(subsets.size(), 1u);
    EXPECT_EQ(subsets[0].faces, (std::vector<std::uint32_t>{0, 2}));
}

TEST(Bounds, EmptyStageHasNone)
{
    EXPECT_TRUE(world_bounds(*stage_of("def Xform \"World\" {}"), {}).value().isEmpty());
}

} // namespace
} // namespace soulvan::geometry
