// Are shells what rooms need: openings open, walls closed elsewhere, a floor at zero, the room itself empty?
#include "layer_values.h"

#include "soulvan/catalog/generator.h"

#include "soulvan/usd/stage.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace soulvan::catalog {
namespace {

struct Triangle {
    Vec3d a{0, 0, 0}, b{0, 0, 0}, c{0, 0, 0};
    std::string mesh; ///< "SkylightSheet"
};
using Soup = std::vector<Triangle>;

void gather(Soup& out, usd::Layer const& layer, usd::Path const& path, Matrix4d outer)
{
    auto const spec = layer.find(path);
    if (!spec) return;
    if (auto const matrix = layer.find(path.property("xformOp:transform")))
        outer = matrix.get<Matrix4d>(usd::field::default_value).value() * outer;
    auto const points = array<Vec3f>(layer, path.property("points"));
    auto const counts = array<std::int32_t>(layer, path.property("faceVertexCounts"));
    auto const indices = array<std::int32_t>(layer, path.property("faceVertexIndices"));
    std::size_t at = 0;
    auto const p = [&](std::size_t i) { return Vec3d(points[static_cast<std::size_t>(indices[i])]) * outer; };
    for (auto const count : counts) {
        for (std::size_t i = 2; i < static_cast<std::size_t>(count); ++i)
            out.push_back({p(at), p(at + i - 1), p(at + i), std::string(path.name().view())});
        at += static_cast<std::size_t>(count);
    }
    for (auto const name : spec.prim_children()) gather(out, layer, path.child(name), outer);
    for (auto const& to : spec.get_or(usd::field::references, usd::ReferenceListOp()).prepended)
        gather(out, layer, to.prim, outer);
}

Soup soup_of(std::string const& text)
{
    auto const ref = parse_asset_ref(text);
    if (!ref) throw std::runtime_error(ref.error().what);
    auto const* generator = find_generator(ref->key);
    auto const built = generator->build(*ref);
    if (!built) throw std::runtime_error(built.error().what);
    Soup out;
    gather(out, built->layer, usd::Path::root().child(built->layer.default_prim()), Matrix4d());
    return out;
}

struct Hit {
    double t = 0;
    Triangle const* triangle = nullptr;
};

/// The nearest crossing of a segment (Moeller and Trumbore 1997), either side of a face.
std::optional<Hit> first_hit(Soup const& soup, Vec3d const& from, Vec3d const& to)
{
    std::optional<Hit> best;
    Vec3d const d = to - from;
    for (auto const& tri : soup) {
        Vec3d const e1 = tri.b - tri.a, e2 = tri.c - tri.a, p = d.cross(e2);
        double const det = e1.dot(p);
        if (std::abs(det) < 1e-14) continue;
        Vec3d const s = from - tri.a, q = s.cross(e1);
        double const u = s.dot(p) / det, v = d.dot(q) / det, t = e2.dot(q) / det;
        if (u < 0 || v < 0 || u + v > 1 || t < 0 || t > 1) continue;
        if (!best || t < best->t) best = Hit{t, &tri};
    }
    return best;
}

struct Room {
    std::string key;
    double width, depth, height;
    char const* openings; ///< as in the parameter
    bool has_columns;
    std::string text(std::string const& more = "") const
    {
        return fmt::format("soulvan/{}?depth={}&height={}&openings={}&width={}{}", key, depth, height,
                           openings, width, more);
    }
};

Room const rooms[] = {
    {"hall", 30, 24, 8, "n:0:3:3.2:0;e:3:3:3.2:0;e:-7:1:2.1:0;w:-9:0.95:2.1:0;s:9.5:4:4.2:0;s:-3:2:1:2.5",
     true},
    {"hall", 9, 7, 4.2, "s:1:3:3:0;e:-1:0.95:2.1:0", true},
    {"dock_hall", 24, 16, 6, "n:-6:3:3.2:0;n:0:3:3.2:0;n:6:2.75:3:0;w:0:0.95:2.1:0", true},
    {"office_shell", 12, 9, 3, "n:-2.7:5:2.1:0.5;n:2.7:5:2.1:0.5;w:-1.8:2.6:2.1:0.5;s:4.4:0.95:2.1:0", false},
    {"plain_room", 6, 5, 2.7, "n:-1.2:1.4:1.5:0.9;e:1:0.95:2.1:0", false},
};

struct Opening {
    char wall;
    double centre, width, height, sill;
};

std::vector<Opening> openings_of(Room const& room)
{
    std::vector<Opening> out;
    std::string_view rest = room.openings;
    while (!rest.empty()) {
        auto entry = rest.substr(0, rest.find(';'));
        rest.remove_prefix(std::min(rest.size(), entry.size() + 1));
        char const wall = entry[0];
        double n[4] = {};
        for (double& value : n) {
            entry.remove_prefix(entry.find(':') + 1);
            std::from_chars(entry.data(), entry.data() + entry.size(), value);
        }
        out.push_back({wall, n[0], n[1], n[2], n[3]});
    }
    return out;
}

/// A point of a wall: u along it, d outwards from its inner face.
Vec3d at(Room const& room, char wall, double u, double y, double d)
{
    switch (wall) {
    case 'n':
        return {u, y, -room.depth / 2 - d};
    case 's':
        return {u, y, room.depth / 2 + d};
    case 'e':
        return {room.width / 2 + d, y, u};
    default:
        return {-room.width / 2 - d, y, u};
    }
}

TEST(Shells, OpeningsAreOpen)
{
    for (auto const& room : rooms) {
        auto const soup = soup_of(room.text());
        for (auto const& o : openings_of(room))
            for (double const u : {-0.49, 0.0, 0.49})
                for (double const v : {0.02, 0.5, 0.98}) {
                    double const along = o.centre + u * o.width, y = o.sill + v * o.height;
                    auto const hit =
                        first_hit(soup, at(room, o.wall, along, y, -0.6), at(room, o.wall, along, y, 0.9));
                    EXPECT_FALSE(hit) << room.text() << " " << o.wall << " " << along << " " << y << " "
                                      << hit->triangle->mesh;
                }
    }
}

TEST(Shells, WallsAndRoofAreClosedElsewhere)
{
    for (auto const& room : rooms) {
        auto const soup = soup_of(room.text());
        auto const openings = openings_of(room);
        for (char const wall : {'n', 'e', 's', 'w'}) {
            double const half = (wall == 'n' || wall == 's' ? room.width : room.depth) / 2;
            for (int i = 0; i < 17; ++i)
                for (int k = 0; k < 7; ++k) {
                    double const u = half * (-0.995 + 1.99 * i / 16), y = room.height * (0.01 + 0.98 * k / 6);
                    bool const is_open = std::ranges::any_of(openings, [&](Opening const& o) {
                        return o.wall == wall && std::abs(u - o.centre) < o.width / 2 + 0.01 &&
                               y > o.sill - 0.01 && y < o.sill + o.height + 0.01;
                    });
                    if (is_open) continue;
                    auto const hit =
                        first_hit(soup, at(room, wall, u, y, -0.6), at(room, wall, u, y, 0.149 + 1e-3));
                    EXPECT_TRUE(hit) << room.text() << " " << wall << " " << u << " " << y;
                }
        }
        for (int i = 0; i < 13; ++i)
            for (int k = 0; k < 13; ++k) {
                Vec3d const from(room.width * (i / 12.0 - 0.5) * 0.99, room.height - 0.1,
                                 room.depth * (k / 12.0 - 0.5) * 0.99);
                EXPECT_TRUE(first_hit(soup, from, from + Vec3d(0, 12, 0))) << room.text() << " " << from;
            }
    }
}

TEST(Shells, TheFloorLiesAtZero)
{
    for (auto const& room : rooms) {
        auto const soup = soup_of(room.text());
        for (int i = 0; i < 19; ++i)
            for (int k = 0; k < 19; ++k) {
                Vec3d const from(room.width * (i / 18.0 - 0.5) * 0.9, 0.5,
                                 room.depth * (k / 18.0 - 0.5) * 0.97);
                auto const hit = first_hit(soup, from, from - Vec3d(0, 1, 0));
                ASSERT_TRUE(hit) << room.text() << " " << from;
                EXPECT_GE(0.5 - hit->t, -1e-6) << room.text() << " " << from;
                EXPECT_LE(0.5 - hit->t, 0.001) << room.text() << " " << from; // paint and rubber
            }
        for (auto const& o : openings_of(room)) // the floor goes on in doorways
            if (o.sill == 0) {
                Vec3d const from = at(room, o.wall, o.centre, 0.3, 0.1);
                auto const hit = first_hit(soup, from, from - Vec3d(0, 1, 0));
                ASSERT_TRUE(hit);
                EXPECT_NEAR(0.3 - hit->t, 0, 0.001) << room.text();
            }
    }
}

/// The layout knows nothing of a shell but its columns, so nothing else may reach into the room.
TEST(Shells, StandNowhereInTheirRoom)
{
    for (auto const& room : rooms) {
        int const bays = std::max(1, static_cast<int>(std::lround(room.depth / 6)));
        auto const in_column = [&](Vec3d const& p) {
            if (!room.has_columns) return false;
            for (int i = 1; i < bays; ++i) {
                double const z = -room.depth / 2 + room.depth * i / bays;
                if (std::abs(p.z - z) < 0.151 && std::abs(p.x) > room.width / 2 - 0.302) return true;
            }
            return false;
        };
        int inside = 0;
        for (auto const& tri : soup_of(room.text()))
            for (Vec3d const& p : {tri.a, tri.b, tri.c}) {
                bool const is_in = std::abs(p.x) < room.width / 2 - 0.02 &&
                                   std::abs(p.z) < room.depth / 2 - 0.02 && p.y > 0.0011 &&
                                   p.y < room.height - 0.001;
                inside += is_in && !in_column(p);
            }
        EXPECT_EQ(inside, 0) << room.text();
    }
}

TEST(Shells, ColumnsStandWhereTheLayoutKnowsThem)
{
    auto const& room = rooms[0];
    auto const soup = soup_of(room.text());
    for (double const side : {-1.0, 1.0})
        for (int i = 1; i < 4; ++i) {
            double const z = -12 + 6 * i;
            auto const reach = [&](double at_z) {
                auto const hit = first_hit(soup, {0, 5, at_z}, {side * 20, 5, at_z});
                return hit ? hit->t * 20 : 99.0;
            };
            EXPECT_NEAR(reach(z + 0.1), 15 - 0.3, 1e-3);
            EXPECT_NEAR(reach(z - 0.1), 15 - 0.3, 1e-3);
            EXPECT_GT(reach(z + 0.2), 15 - 1e-6);
        }
}

TEST(Shells, SkylightsLetTheSkyIn)
{
    int lit = 0, dark = 0;
    auto const bright = soup_of("soulvan/hall?depth=24&height=8&width=30"),
               shut = soup_of("soulvan/hall?depth=24&height=8&skylights=none&width=30");
    auto const above = [](Soup const& soup, Vec3d const& from) {
        auto const hit = first_hit(soup, from, from + Vec3d(0, 30, 0));
        return hit && hit->triangle->mesh == "SkylightSheet" &&
               !first_hit(soup, from + Vec3d(0, 30, 0), from + Vec3d(0, hit->t * 30 + 1e-4, 0));
    };
    for (int i = 0; i < 40; ++i)
        for (int k = 0; k < 24; ++k) {
            Vec3d const from(-14.6 + 0.75 * i, 7.9, -11.7 + 1.0 * k);
            lit += above(bright, from);
            dark += above(shut, from);
        }
    EXPECT_GT(lit, 960 / 20); // a twentieth of the floor sees the sky straight above
    EXPECT_EQ(dark, 0);
}

TEST(Shells, CutawaysLetACameraIn)
{
    for (auto const& room : rooms) {
        auto const soup =
            soup_of(room.text("").insert(room.text().find('?') + 1, "cutaway=roof_south_west&"));
        Vec3d const eye(-room.width * 2, room.width * 2, room.depth * 2);
        for (double const x : {-0.4, 0.0, 0.4})
            for (double const z : {-0.4, 0.0, 0.4}) {
                Vec3d const floor(room.width * x, 0.01, room.depth * z);
                EXPECT_FALSE(first_hit(soup, eye, floor)) << room.text() << " " << floor;
            }
        double const y = room.height - 0.2; // above the openings
        EXPECT_TRUE(first_hit(soup, {0, y, 0}, {0, y, -room.depth / 2 - 0.2})) << room.text();
    }
}

TEST(Shells, RefuseOpeningsThatDoNotFit)
{
    auto const* hall = find_generator("soulvan/hall");
    for (char const* bad :
         {"x:0:1:2:0", "n:0:1:2", "n:0:1:2:0:1", "n:0:a:2:0", "n:14.9:1:2:0", "n:0:1:9:0", "n:0:1:2:-1",
          "n:0:0:2:0", "n:0:2:2:0;n:1:2:2:0", ";", "n:nan:1:2:0", "n:1e999:1:2:0"}) {
        auto const asset = hall->describe({"soulvan/hall", {{"openings", bad}}, 0});
        ASSERT_FALSE(asset) << bad;
        EXPECT_EQ(asset.error().code, Errc::invalid_input);
        EXPECT_NE(asset.error().what.find("openings"), std::string::npos) << asset.error().what;
    }
    EXPECT_TRUE(hall->describe({"soulvan/hall", {{"openings", "n:0:2:2:0;n:2.0:2:2:0;n:0:2:1:2"}}, 0}));
}

/// Doors and windows fill their opening: the layout cuts the hole by their parameters and puts them there.
TEST(Doors, FillTheirOpening)
{
    for (char const* key :
         {"dock_door", "office_door", "glass_door", "double_door", "roller_door", "window"}) {
        auto const* generator = find_generator(fmt::format("soulvan/{}", key));
        ASSERT_TRUE(generator) << key;
        for (auto const& entry : generator->entries()) {
            AssetRef const ref{generator->key(), entry, 0};
            auto const asset = generator->describe(ref);
            ASSERT_TRUE(asset);
            double const width = std::stod(entry.at("width")), height = std::stod(entry.at("height"));
            EXPECT_NEAR(asset->bounds.min.x, -width / 2, 1e-6) << to_string(ref);
            EXPECT_NEAR(asset->bounds.max.x, width / 2, 1e-6) << to_string(ref);
            EXPECT_NEAR(asset->bounds.max.y, height, 1e-6) << to_string(ref);
            EXPECT_LT(asset->bounds.min.z, -0.1) << to_string(ref);
            EXPECT_EQ(asset->mount, Mount::wall);
        }
    }
}

TEST(Doors, CloseAndOpen)
{
    auto const passes = [](std::string const& ref, Vec3d const& at) {
        return !first_hit(soup_of(ref), at - Vec3d(0, 0, 1), at + Vec3d(0, 0, 2)).has_value();
    };
    for (char const* key : {"dock_door", "office_door", "double_door", "roller_door"}) {
        for (double const x : {-0.3, 0.0, 0.3})
            EXPECT_FALSE(passes(fmt::format("soulvan/{}", key), {x, 1.3, 0})) << key << " " << x;
    }
    EXPECT_TRUE(passes("soulvan/dock_door?open=1", {0.3, 1.2, 0}));
    EXPECT_TRUE(passes("soulvan/roller_door?open=1", {0.3, 1.2, 0}));
    EXPECT_TRUE(passes("soulvan/office_door?open=1", {0.1, 1.2, 0}));
}

/// Builders put a light 1 cm below the lens that the record names.
TEST(Lamps, SayWhereTheirLensIs)
{
    for (char const* text :
         {"soulvan/high_bay_light", "soulvan/high_bay_light?kind=round", "soulvan/light_panel",
          "soulvan/high_bay_light?drop=2&length=1.5", "soulvan/linear_light?length=2.4"}) {
        auto const ref = parse_asset_ref(text).value();
        auto const asset = find_generator(ref.key)->describe(ref).value();
        auto const word =
            std::ranges::find_if(asset.attributes, [](auto const& a) { return a.starts_with("lens:"); });
        ASSERT_NE(word, asset.attributes.end()) << text;
        double n[3] = {};
        std::string_view rest = *word;
        for (double& value : n) {
            rest.remove_prefix(rest.find(':') + 1);
            std::from_chars(rest.data(), rest.data() + rest.size(), value);
        }
        auto const soup = soup_of(text);
        for (double const u : {-0.45, 0.0, 0.45})
            for (double const v : {-0.45, 0.0, 0.45}) {
                Vec3d const below(u * n[0], n[2] - 0.01, v * n[1]);
                auto const hit = first_hit(soup, below - Vec3d(0, 1, 0), below + Vec3d(0, 1, 0));
                ASSERT_TRUE(hit) << text;
                EXPECT_EQ(hit->triangle->mesh, "LampGlow") << text;
                EXPECT_NEAR(hit->t * 2 - 1, 0.01, 1e-3) << text;
            }
    }
}

} // namespace
} // namespace soulvan::catalog
