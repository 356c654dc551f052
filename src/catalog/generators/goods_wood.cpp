// Pallets: boards and blocks with nails, or moulded plastic.
#include "goods.h"

#include <cmath>

namespace soulvan::catalog::kit {
namespace {

struct Boards {
    Mesh& mesh;
    Random random;
    char const* look;
    char const* block_look;

    /// A sawn board; its ends and height differ by a millimetre or two.
    void board(Vec3d const& low, Vec3d const& high, int grain)
    {
        mesh.use({.look = look, .wear = 0, .dirt = 0});
        double const turn = random.uniform(-0.03, 0.03);
        Vec3d const centre = (low + high) * 0.5, half = (high - low) * 0.5;
        auto const at = mesh.place(turned_y(turn) * moved(centre.x, centre.y, centre.z));
        box(mesh, -half, half, {.radius = 0.0022, .segments = 2, .grain = grain});
    }
    void block(Vec3d const& low, Vec3d const& high)
    {
        mesh.use({.look = block_look, .wear = 0, .dirt = 0});
        box(mesh, low, high, {.radius = 0.003, .segments = 2, .grain = 1});
    }
    void nails(double x, double z, double y)
    {
        mesh.use({.look = "steel"});
        for (double const d : {-0.025, 0.022}) {
            auto const at = mesh.place(moved(x + d, y, z + d * 0.7 + random.uniform(-0.008, 0.008)));
            lathe(mesh, {{0.0045, 0}, {0.0035, 0.0008}, {0, 0.0010}}, 8);
        }
    }
};

void euro(Boards b)
{
    double const zs[] = {-0.3275, -0.17, 0, 0.17, 0.3275};
    double const widths[] = {0.145, 0.10, 0.145, 0.10, 0.145};
    double const xs[] = {-0.5275, 0, 0.5275};
    for (int i = 0; i < 5; ++i)
        b.board({-0.600, 0.122, zs[i] - widths[i] / 2}, {0.600, 0.143, zs[i] + widths[i] / 2}, 0);
    for (double const x : xs) b.board({x - 0.0725, 0.100, -0.400}, {x + 0.0725, 0.122, 0.400}, 2);
    for (double const z : {-0.35, 0.0, 0.35}) {
        double const half = z == 0 ? 0.0725 : 0.05;
        b.board({-0.600, 0, z - half}, {0.600, 0.022, z + half}, 0);
        for (double const x : xs) b.block({x - 0.0725, 0.022, z - half}, {x + 0.0725, 0.100, z + half});
    }
    for (double const x : xs)
        for (double const z : zs) b.nails(x, z, 0.143);
}

void gma(Boards b) // 48 by 40 inches, three stringers with notches
{
    double const length = 1.219, width = 1.016;
    for (int i = 0; i < 7; ++i) {
        double const wide = i == 0 || i == 6 ? 0.139 : 0.089, x = (i - 3) * (length - 0.139) / 6;
        b.board({x - wide / 2, 0.112, -width / 2 + 0.001}, {x + wide / 2, 0.128, width / 2 - 0.001}, 2);
        for (double const z : {-0.489, 0.0, 0.489}) b.nails(x, z * 0.96, 0.128);
    }
    for (int i = 0; i < 5; ++i) {
        double const wide = i == 0 || i == 4 ? 0.139 : 0.089, x = (i - 2) * (length - 0.139) / 4;
        b.board({x - wide / 2, 0, -width / 2 + 0.001}, {x + wide / 2, 0.016, width / 2 - 0.001}, 2);
    }
    for (double const z : {-0.489, 0.0, 0.489}) {
        double const l = length / 2;
        Outline const notched{{-l, 0.016},    {-0.42, 0.016}, {-0.38, 0.05}, {-0.21, 0.05},
                              {-0.17, 0.016}, {0.17, 0.016},  {0.21, 0.05},  {0.38, 0.05},
                              {0.42, 0.016},  {l, 0.016},     {l, 0.112},    {-l, 0.112}};
        b.mesh.use({.look = b.block_look});
        prism(b.mesh, notched, z - 0.019, z + 0.019, {.radius = 0.002});
    }
}

void moulded(Mesh& mesh)
{
    mesh.use({.look = "plastic",
              .color = {0.020f, 0.022f, 0.024f},
              .roughness = 0.5f,
              .wear = 0.7f,
              .dirt = 0.6f,
              .bare = {0.09f, 0.09f, 0.09f},
              .cell = 0.08});
    // A deck of bars, a rim, nine hollow feet on three skids.
    double const x = 0.6, z = 0.4;
    for (int i = 0; i < 9; ++i)
        box_at(mesh, {0, 0.139, -0.36 + i * 0.09}, {1.16, 0.018, 0.052}, {.radius = 0.004});
    for (int i = 0; i < 13; ++i)
        box_at(mesh, {-0.54 + i * 0.09, 0.132, 0}, {0.022, 0.022, 0.76}, {.radius = 0.003});
    for (double const side : {-1.0, 1.0}) {
        box_at(mesh, {0, 0.132, side * (z - 0.015)}, {2 * x, 0.036, 0.03}, {.radius = 0.006});
        box_at(mesh, {side * (x - 0.015), 0.132, 0}, {0.03, 0.036, 2 * z - 0.05}, {.radius = 0.006});
    }
    for (double const pz : {-0.345, 0.0, 0.345}) {
        box_at(mesh, {0, 0.012, pz}, {2 * x, 0.024, 0.11}, {.radius = 0.006});
        for (double const px : {-0.53, 0.0, 0.53})
            box_at(mesh, {px, 0.070, pz}, {0.14, 0.098, 0.11}, {.radius = 0.016, .segments = 3});
    }
    mesh.use({.look = "rubber", .color = {0.03f, 0.03f, 0.03f}, .roughness = 0.8f});
    for (double const px : {-0.4, 0.4})
        for (double const pz : {-0.27, 0.27})
            box_at(mesh, {px, 0.1485, pz}, {0.09, 0.003, 0.02}, {.radius = 0.001});
}

} // namespace

Vec3d pallet_size(std::string const& type)
{
    if (type == "gma") return {1.219, 0.128, 1.016};
    return {1.2, type == "plastic" ? 0.148 : 0.143, 0.8};
}

KindRef pallet_kind(std::string const& type, bool old, int variant)
{
    Kind kind;
    kind.name = fmt::format("Pallet_{}_{}{}", type, old ? "old" : "new", variant);
    Vec3d const size = pallet_size(type);
    double const height = type == "plastic" ? 0.150 : size.y + 0.001;
    kind.bounds = Range3d({-size.x / 2, 0, -size.z / 2}, {size.x / 2, height, size.z / 2});
    kind.make = [=](Mesh& mesh) {
        if (type == "plastic") return moulded(mesh);
        Boards const boards{mesh, Random(mix64(static_cast<std::uint64_t>(variant) + 71)),
                            old ? "wood_old" : "wood_new", old ? "wood_old" : "wood_block"};
        type == "gma" ? gma(boards) : euro(boards);
        if (type != "eur") return;
        // Brands burnt into the corner blocks are dark; a patch stands for them.
        mesh.use(
            {.look = "matte", .color = {0.075f, 0.045f, 0.025f}, .roughness = 0.9f, .wear = 0, .dirt = 0});
        for (double const x : {-0.5275, 0.5275})
            for (double const z : {-0.4000, 0.4000}) {
                double const side = z > 0 ? 1 : -1;
                for (int ring = 0; ring < 20; ++ring) { // an oval of strokes
                    double const a = ring * 0.314159, u = 0.045 * std::cos(a), v = 0.022 * std::sin(a);
                    Vec3d const tangent(-0.045 * std::sin(a), 0.022 * std::cos(a), 0);
                    Vec3d const along_ring = tangent.normalized() * 0.013;
                    Vec3d const across = Vec3d(0, 0, side).cross(along_ring).normalized() * 0.004;
                    decal(mesh, {x + u, 0.061 + v, z}, along_ring, across, {0, 0}, {1, 1}, 0.0002);
                }
            }
    };
    return std::make_shared<Kind const>(std::move(kind));
}

} // namespace soulvan::catalog::kit
