// How is an asset shown in a small picture? Three quarters from the front, on a plain floor, under a soft
// sky.
#include "thumbnail.h"

#include "soulvan/base/file.h"
#include "soulvan/base/hash.h"
#include "soulvan/engines/engine.h"
#include "soulvan/media/codec.h"
#include "soulvan/media/display.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <optional>

namespace soulvan::app {
namespace fs = std::filesystem;
namespace {

/// Keeps the one frame that a thumbnail is.
class OneFrame final : public engines::FrameStore {
public:
    Result<bool> has(int) override { return false; }
    Result<> put(int, media::Frame const& frame) override
    {
        frame_ = frame;
        return {};
    }
    Result<bool> has_pass(int) override { return false; }
    Result<> put_pass(int, media::Frame const& pass) override
    {
        pass_ = pass;
        return {};
    }
    Result<media::Frame> get_pass(int) override
    {
        if (!pass_) return fail(Errc::internal, "thumbnail: no pass");
        return *pass_;
    }
    Result<> preview(int, media::Image const&, int) override { return {}; }
    std::optional<media::Frame> const& frame() const { return frame_; }

private:
    std::optional<media::Frame> frame_, pass_;
};

/// A stage with the asset, a floor, light and a camera that sees all of it.
std::string stage_text(std::string const& layer, catalog::Asset const& asset)
{
    constexpr double pi = std::numbers::pi;
    auto const& box = asset.bounds;
    Vec3d const centre = (box.min + box.max) * 0.5;
    double const radius = std::max(0.05, (box.max - box.min).length() / 2);
    double const yaw = 32 * pi / 180, pitch = 18 * pi / 180, focal = 50;
    double const distance = radius / std::sin(std::atan(18 / focal)) * 1.02;
    Vec3d const way(std::sin(yaw) * std::cos(pitch), std::sin(pitch), std::cos(yaw) * std::cos(pitch));
    Vec3d const eye = centre + way * distance;
    double const floor = box.min.y - 1e-4 * radius, side = 40 * radius;
    auto const& m = asset.asset_from_layer;
    std::string matrix;
    for (int i = 0; i < 4; ++i)
        matrix += fmt::format("{}({}, {}, {}, {})", i ? ", " : "", m[i][0], m[i][1], m[i][2], m[i][3]);
    return fmt::format(R"(#usda 1.0
(
    defaultPrim = "World"
    metersPerUnit = 1
    upAxis = "Y"
)
def Xform "World"
{{
    def Xform "Asset" (prepend references = @{0}@)
    {{
        matrix4d xformOp:transform = ( {1} )
        uniform token[] xformOpOrder = ["xformOp:transform"]
    }}
    def Mesh "Floor"
    {{
        int[] faceVertexCounts = [4]
        int[] faceVertexIndices = [0, 1, 2, 3]
        point3f[] points = [({3}, {4}, {2}), ({2}, {4}, {2}), ({2}, {4}, {3}), ({3}, {4}, {3})]
        color3f[] primvars:displayColor = [(0.42, 0.43, 0.45)]
    }}
    def DomeLight "Sky"
    {{
        color3f inputs:color = (0.95, 0.97, 1)
        float inputs:intensity = 0.75
    }}
    def DistantLight "Key"
    {{
        float inputs:angle = 8
        float inputs:intensity = 2.2
        bool inputs:normalize = 1
        float3 xformOp:rotateXYZ = (-48, 70, 0)
        uniform token[] xformOpOrder = ["xformOp:rotateXYZ"]
    }}
    def Camera "Camera"
    {{
        float focalLength = 0.5
        float horizontalAperture = 0.36
        float verticalAperture = 0.36
        float2 clippingRange = (0.001, 100000)
        double3 xformOp:translate = ({5}, {6}, {7})
        float3 xformOp:rotateXYZ = ({8}, {9}, 0)
        uniform token[] xformOpOrder = ["xformOp:translate", "xformOp:rotateXYZ"]
    }}
}}
)",
                       layer, matrix, side, -side, floor, eye.x, eye.y, eye.z, -pitch * 180 / pi,
                       yaw * 180 / pi);
}

Result<> render_to(fs::path const& stage, fs::path const& png, int size, std::stop_token stop)
{
    auto const engine = TRY(engines::make_engine("built-in"));
    OneFrame store;
    TRY(engine->render(
        {.stage = stage, .camera = "/World/Camera", .width = size, .height = size, .samples = 48}, store,
        silent_progress(), stop));
    if (!store.frame()) return fail(Errc::internal, "{}: no picture came", png.string());
    auto const display = TRY(media::DisplayTransform::create());
    TRY(make_folders(png.parent_path()));
    return media::write_png(display(store.frame()->layers.front().image), png);
}

} // namespace

catalog::Thumbnailer thumbnailer(std::stop_token stop)
{
    return [stop](fs::path const& layer, catalog::Asset const& asset, fs::path const& png,
                  int size) -> Result<> {
        auto const stage = layer.parent_path() / (".thumbnail_" + layer.stem().string() + ".usda");
        TRY(write_file(stage, stage_text("./" + layer.filename().string(), asset)));
        auto const done = render_to(stage, png, size, stop);
        std::error_code ignored;
        fs::remove(stage, ignored);
        return done;
    };
}

Result<bool> write_thumbnail(catalog::Catalog const& catalog, catalog::Asset const& asset,
                             fs::path const& folder, fs::path const& cache, int size, std::stop_token stop)
{
    auto const layer = catalog::Catalog::layer_path(asset.ref);
    auto const png = folder / fs::path(layer).lexically_relative("assets").replace_extension(".png");
    std::error_code error;
    if (fs::exists(png, error)) return false;
    auto const work = cache / "thumbnail_work";
    TRY(catalog.materialise(asset, work, silent_progress()));
    TRY(thumbnailer(stop)(work / layer, asset, png, size));
    return true;
}

} // namespace soulvan::app
