// What a material's inputs say at a point: textures, transforms, primvars, normal maps, opacity; and frames
// that neither leak nor show their facets.
#include "scenes.h"
#include "surface.h"

#include <gtest/gtest.h>

namespace soulvan::render {
namespace {

/// 2 × 2 texels: red, green above; blue, white below.
Texture quarters(Wrap wrap = Wrap::clamp)
{
    Texture t;
    t.width = t.height = 2;
    t.channels = 3;
    t.bytes = {255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255};
    t.wrap_s = t.wrap_t = wrap;
    return t;
}
Vec3f rgb(Vec4f const& v)
{
    return {v.x, v.y, v.z};
}

TEST(Texture, UpIsUpAndTexelsHaveCentres)
{
    std::vector<Texture> const source{quarters()};
    TextureSet const textures(source);
    auto const at = [&](float s, float t) { return rgb(textures.sample(0, {s, t}, 0, 0)); };
    EXPECT_EQ(at(0.25f, 0.75f), Vec3f(1, 0, 0));
    EXPECT_EQ(at(0.75f, 0.75f), Vec3f(0, 1, 0));
    EXPECT_EQ(at(0.25f, 0.25f), Vec3f(0, 0, 1));
    EXPECT_EQ(at(0.75f, 0.25f), Vec3f(1, 1, 1));
    EXPECT_TRUE(at(0.5f, 0.75f).equalWithAbsError({0.5f, 0.5f, 0}, 1e-6f));
    EXPECT_TRUE(rgb(textures.average(0)).equalWithAbsError(Vec3f(0.5f), 0.005f));
    EXPECT_TRUE(rgb(textures.sample(0, {0.1f, 0.9f}, 4, 0)).equalWithAbsError(Vec3f(0.5f), 0.005f));
}

TEST(Texture, WrapsAsNamed)
{
    std::vector<Texture> const source{quarters(Wrap::repeat), quarters(Wrap::clamp), quarters(Wrap::mirror),
                                      quarters(Wrap::black)};
    TextureSet const textures(source);
    auto const at = [&](int i, float s) { return rgb(textures.sample(i, {s, 0.75f}, 0, 0)); };
    EXPECT_EQ(at(0, 1.25f), Vec3f(1, 0, 0));
    EXPECT_EQ(at(0, -3.25f), Vec3f(0, 1, 0));
    EXPECT_EQ(at(1, 1.25f), Vec3f(0, 1, 0));
    EXPECT_EQ(at(1, -7.0f), Vec3f(1, 0, 0));
    EXPECT_EQ(at(2, 1.25f), Vec3f(0, 1, 0));
    EXPECT_EQ(at(2, 1.75f), Vec3f(1, 0, 0));
    EXPECT_EQ(at(2, -0.25f), Vec3f(1, 0, 0));
    EXPECT_EQ(at(2, -0.75f), Vec3f(0, 1, 0));
    EXPECT_EQ(at(3, 1.75f), Vec3f(0, 0, 0));
    for (int i = 0; i < 4; ++i)
        for (float const wild : {1e30f, -1e30f, std::nanf(""), std::numeric_limits<float>::infinity()})
            EXPECT_TRUE(std::isfinite(at(i, wild).x));
}

TEST(Texture, SmallerCopiesKeepTheMean)
{
    // Odd sizes and sRGB: the mean of light, not of code values.
    Texture t;
    t.width = 7;
    t.height = 5;
    t.channels = 3;
    t.srgb = true;
    double expected = 0;
    for (int i = 0; i < 35; ++i)
        for (int c = 0; c < 3; ++c) t.bytes.push_back(static_cast<std::uint8_t>(i * 7 % 256));
    std::vector<Texture> const source{t};
    TextureSet const textures(source);
    for (int y = 0; y < 5; ++y)
        for (int x = 0; x < 7; ++x) expected += textures.texel(0, x, y).x;
    expected /= 35;
    EXPECT_NEAR(textures.average(0).x, expected, 0.01);
    EXPECT_NEAR(textures.texel(0, 0, 0).x, 0, 1e-6);
}

RenderedFrame render(SceneBuilder const& b, Camera const& camera, FrameSettings const& settings)
{
    return render_frame(*b.prepare(settings), camera, settings, silent_progress(), {}).value();
}
/// The middle of what a camera above a square sees, under even light.
Vec3f albedo_seen(SceneBuilder const& b, Vec3f at, int samples = 64)
{
    auto camera = look_at(at + Vec3f(0, 2, 0), at, 1, {0, 0, -1});
    auto const frame = render(b, camera, {.width = 8, .height = 8, .samples = samples});
    Vec3f sum(0, 0, 0);
    for (int i = 0; i < 64; ++i)
        for (int c = 0; c < 3; ++c) sum[c] += frame.beauty.pixels()[i * 4ull + c] / 64;
    return sum;
}
Material lambert(Vec3f albedo = {0.5f, 0.5f, 0.5f})
{
    Material m;
    m.diffuse_color.value = albedo;
    m.ior.value.x = 1;
    return m;
}

TEST(Inputs, TexturesPrimvarsAndTransforms)
{
    SceneBuilder b;
    b.scene->textures = {quarters(Wrap::repeat)};
    int const square = b.mesh(square_mesh());
    b.scene->meshes[0].color_sets = {
        {"displayColor", {{1, 0, 0}, {0, 0, 1}}, Mesh::ColorSet::Rate::per_triangle}};
    b.light(LightShape::dome, {1, 1, 1});
    auto plain = lambert();
    plain.diffuse_color.texture = 0;
    b.place(square, b.material(plain));
    // Turned by 90 degrees: (s, t) -> (t, 1 - s).
    auto turned = plain;
    turned.diffuse_color.uv_matrix = {0, 1, -1, 0};
    turned.diffuse_color.uv_offset = {0, 1};
    b.place(square, b.material(turned), translated({10, 0, 0}));
    auto halved = plain;
    halved.diffuse_color.scale = {0.5f, 0.5f, 0.5f, 1};
    halved.diffuse_color.bias = {0.25f, 0, 0, 0};
    b.place(square, b.material(halved), translated({20, 0, 0}));
    auto primvar = lambert();
    primvar.diffuse_color.color_primvar = 0;
    b.place(square, b.material(primvar), translated({30, 0, 0}));
    auto one_channel = plain;
    one_channel.diffuse_color.channel = Channel::g;
    b.place(square, b.material(one_channel), translated({40, 0, 0}));
    auto missing = plain;
    missing.diffuse_color.texture = 77;
    missing.diffuse_color.fallback = {0.1f, 0.2f, 0.3f};
    b.place(square, b.material(missing), translated({50, 0, 0}));

    auto const expect = [&](Vec3f at, Vec3f color) {
        auto const seen = albedo_seen(b, at);
        EXPECT_TRUE(seen.equalWithAbsError(color, 0.03f))
            << at.x << ": " << seen.x << " " << seen.y << " " << seen.z;
    };
    // The square's uv grow along +x and -z.
    expect({-0.5f, 0, -0.5f}, {1, 0, 0});
    expect({0.5f, 0, -0.5f}, {0, 1, 0});
    expect({-0.5f, 0, 0.5f}, {0, 0, 1});
    expect({9.5f, 0, -0.5f}, {0, 1, 0}); // (.25, .75) -> (.75, .75)
    expect({20.5f, 0, 0.5f}, {0.75f, 0.5f, 0.5f});
    expect({30.5f, 0, 0.2f}, {1, 0, 0});
    expect({29.5f, 0, -0.2f}, {0, 0, 1});
    expect({40.5f, 0, -0.5f}, {1, 1, 1});
    expect({50, 0, 0}, {0.1f, 0.2f, 0.3f});
}

TEST(NormalMap, TiltsAsTheGeometryWould)
{
    // A constant map that leans 30 degrees towards growing u, under a sun that stands 30 degrees that way.
    float const lean = 30 * pi / 180;
    for (bool const mirror : {false, true})
        for (float const along : {1.0f, -1.0f}) {
            SceneBuilder b;
            Texture map;
            map.width = map.height = 1;
            map.channels = 3;
            map.halves = {half(std::sin(lean) * 0.5f + 0.5f), half(0.5f), half(std::cos(lean) * 0.5f + 0.5f)};
            b.scene->textures = {map};
            auto m = lambert();
            m.has_normal_map = true;
            m.normal.texture = 0;
            m.normal.scale = {2, 2, 2, 1};
            m.normal.bias = {-1, -1, -1, 0};
            Transform t;
            if (mirror) t.x *= -1;
            b.place(b.mesh(square_mesh()), b.material(m), t);
            float const side = mirror ? -1.0f : 1.0f;
            b.light(LightShape::distant, {1, 1, 1},
                    shining({0, 0, 0}, {-along * side * std::sin(lean), -std::cos(lean), 0}))
                .angle_deg = 0;
            // Towards the sun the mapped surface faces it; away it is 60 degrees off.
            EXPECT_NEAR(albedo_seen(b, {0, 0, 0}, 16).x * pi / 0.5f, along > 0 ? 1 : 0.5f, 0.01f)
                << mirror << along;
        }
}

TEST(NormalMap, BitangentFollowsV)
{
    float const lean = 30 * pi / 180;
    SceneBuilder b;
    Texture map;
    map.width = map.height = 1;
    map.channels = 3;
    map.halves = {half(0.0f), half(std::sin(lean)), half(std::cos(lean))};
    b.scene->textures = {map};
    auto m = lambert();
    m.has_normal_map = true;
    m.normal.texture = 0;
    b.place(b.mesh(square_mesh()), b.material(m));
    // v grows along -z, so the normal leans there.
    b.light(LightShape::distant, {1, 1, 1}, shining({0, 0, 0}, {0, -std::cos(lean), std::sin(lean)}))
        .angle_deg = 0;
    EXPECT_NEAR(albedo_seen(b, {0, 0, 0}, 16).x * pi / 0.5f, 1, 0.01f);
}

TEST(Opacity, CutoutsPresenceAndSheets)
{
    // A square over a floor of albedo 1 under a sun straight above, seen from the side below the square.
    auto const floor_seen = [](auto&& change) {
        SceneBuilder b;
        int const square = b.mesh(square_mesh());
        b.place(square, b.diffuse({1, 1, 1}));
        Material m = lambert({0, 0, 0});
        change(m, *b.scene);
        b.place(square, b.material(m), translated({0, 1, 0}));
        b.light(LightShape::distant, {1, 1, 1}, shining({0, 0, 0}, {0, -1, 0})).angle_deg = 0;
        auto const frame = render(
            b, look_at({0, 0.5f, 3}, {0, 0, 0}, 2),
            {.width = 8, .height = 8, .samples = 64, .max_bounces = 0}); // no light by the sheet's reflection
        double sum = 0;
        for (int i = 0; i < 64; ++i) sum += frame.beauty.pixels()[i * 4ull];
        return sum / 64 * std::numbers::pi;
    };
    EXPECT_EQ(floor_seen([](Material&, Scene&) {}), 0);
    auto const cutout = [&](float opacity) {
        return floor_seen([=](Material& m, Scene&) {
            m.opacity.value.x = opacity;
            m.opacity_threshold = 0.5f;
        });
    };
    EXPECT_EQ(cutout(0.5f), 0); // "greater or equal" is there
    EXPECT_NEAR(cutout(0.49f), 1, 1e-4);
    EXPECT_NEAR(floor_seen([](Material& m, Scene&) {
                    m.opacity.value.x = 0.3f;
                    m.opacity_is_presence = true;
                }),
                0.7, 1e-4);
    // A sheet of glass takes its reflection: 4 % at normal incidence for an ior of 1.5.
    EXPECT_NEAR(floor_seen([](Material& m, Scene&) {
                    m.opacity.value.x = 0;
                    m.ior.value.x = 1.5f;
                }),
                0.96, 1e-3);
    // From a texture's alpha.
    EXPECT_NEAR(floor_seen([](Material& m, Scene& s) {
                    Texture t;
                    t.width = t.height = 1;
                    t.channels = 4;
                    t.bytes = {255, 255, 255, 51};
                    s.textures = {t};
                    m.opacity.texture = 0;
                    m.opacity.channel = Channel::a;
                    m.opacity_is_presence = true;
                }),
                0.8, 1e-3);
}

TEST(Opacity, ACameraSeesThroughWhatIsNotThere)
{
    SceneBuilder b;
    int const square = b.mesh(square_mesh());
    Material m = lambert({0, 0, 0});
    m.opacity.value.x = 0.25f;
    m.opacity_is_presence = true;
    b.place(square, b.material(m));
    Material glow = lambert({0, 0, 0});
    glow.emissive_color.value = {1, 1, 1};
    b.place(square, b.material(glow), translated({0, -1, 0}));
    EXPECT_NEAR(albedo_seen(b, {0, 0, 0}, 256).x, 0.75f, 0.01f);
}

TEST(Frames, NoLightLeaksIntoAClosedBox)
{
    SceneBuilder b;
    b.place(b.mesh(cube_mesh()), b.diffuse({0.9f, 0.9f, 0.9f}));
    b.light(LightShape::dome, {10, 10, 10});
    b.light(LightShape::distant, {1e5f, 1e5f, 1e5f}, shining({0, 0, 0}, {0.3f, -1, 0.2f}));
    b.light(LightShape::sphere, {1e3f, 1e3f, 1e3f}, translated({1.2f, 1.2f, 1.2f})).radius = 0.1f;
    auto const frame =
        render(b, look_at({0.5f, 0.5f, 0.9f}, {-1, -1, -1}, 90), {.width = 48, .height = 48, .samples = 32});
    double sum = 0;
    for (int i = 0; i < 48 * 48; ++i) sum += frame.beauty.pixels()[i * 4ull];
    EXPECT_EQ(sum, 0);
}

TEST(Frames, ASmoothBallShowsNoFacetsAtTheTerminator)
{
    // Sixteen rings under a low sun: shading must follow the smooth sphere, which has no shadow on itself.
    SceneBuilder b;
    b.place(b.mesh(sphere_mesh(16)), b.diffuse({1, 1, 1}));
    b.light(LightShape::distant, {1, 1, 1}, shining({0, 0, 0}, {-1, 0, 0})).angle_deg = 0;
    auto const frame = render(b, look_at({0, 0, 4}, {0, 0, 0}, 30),
                              {.width = 96, .height = 96, .samples = 32, .max_bounces = 0});
    int wrong = 0, judged = 0;
    for (int y = 0; y < 96; ++y)
        for (int x = 0; x < 96; ++x) {
            if (frame.depth.at(x, y)[0] > 1e9f || frame.beauty.at(x, y)[3] < 1) continue;
            float const cosine = frame.normal.at(x, y)[0];
            if (cosine < 0.1f || frame.normal.at(x, y)[2] < 0.3f) continue;
            ++judged;
            wrong += std::abs(frame.beauty.at(x, y)[0] * pi - cosine) > 0.03f;
        }
    EXPECT_GT(judged, 500);
    EXPECT_LT(wrong, judged / 200);
}

TEST(Meshes, ClosedOrOpen)
{
    EXPECT_TRUE(is_closed(cube_mesh()));
    EXPECT_TRUE(is_closed(sphere_mesh(8))); // its seam has two points at one place
    EXPECT_FALSE(is_closed(square_mesh()));
    auto open = cube_mesh();
    open.triangles.pop_back();
    EXPECT_FALSE(is_closed(open));
}

TEST(Aovs, FirstHitAsStated)
{
    SceneBuilder b;
    b.place(b.mesh(square_mesh()), b.diffuse({0.5f, 0.25f, 0.1f}), translated({1, 2, 3}));
    b.scene->instances[0].id = 0xabcdef;
    auto const frame =
        render(b, look_at({1, 7, 3}, {1, 2, 3}, 10, {0, 0, -1}), {.width = 9, .height = 9, .samples = 8});
    EXPECT_NEAR(frame.depth.at(4, 4)[0], 5, 1e-5f);
    EXPECT_NEAR(frame.position.at(4, 4)[1], 2, 1e-5f);
    EXPECT_NEAR(frame.position.at(4, 4)[0], 1, 0.1f);
    EXPECT_EQ(frame.object_id.at(4, 4)[0], static_cast<float>(0xabcdef));
    EXPECT_NEAR(frame.normal.at(4, 4)[1], 1, 1e-6f);
    EXPECT_NEAR(frame.albedo.at(4, 4)[1], 0.25f, 1e-6f);
    auto const away =
        render(b, look_at({1, 7, 3}, {1, 9, 3}, 10, {0, 0, -1}), {.width = 3, .height = 3, .samples = 2});
    EXPECT_EQ(away.depth.at(1, 1)[0], 1e10f);
    EXPECT_EQ(away.object_id.at(1, 1)[0], 0);
    EXPECT_EQ(away.normal.at(1, 1)[2], 0);
    EXPECT_EQ(away.beauty.at(1, 1)[3], 0);
}

TEST(Aovs, MirrorsShowTheAlbedoOfWhatTheyMirror)
{
    SceneBuilder b;
    int const square = b.mesh(square_mesh());
    Material mirror;
    mirror.diffuse_color.value = {1, 1, 1};
    mirror.metallic.value.x = 1;
    mirror.roughness.value.x = 0;
    b.place(square, b.material(mirror));
    Transform wall{{2, 0, 0}, {0, 0, 1}, {0, -2, 0}, {0, 1, -1.5f}};
    b.place(square, b.diffuse({0.1f, 0.6f, 0.2f}), wall);
    auto const frame =
        render(b, look_at({0, 0.7f, 2}, {0, 0, 0}, 5), {.width = 5, .height = 5, .samples = 8});
    EXPECT_NEAR(frame.albedo.at(2, 2)[1], 0.6f, 0.01f);
    EXPECT_EQ(frame.object_id.at(2, 2)[0], 1);
}

} // namespace
} // namespace soulvan::render
