// Which lights does a stage have? UsdLux prims as render::Light, in world space.
#include "soulvan/render/light_units.h"
#include "soulvan/render/sun_sky.h"
#include "translate_parts.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <numbers>

namespace soulvan::render {
namespace {

struct LightType {
    std::string_view name;
    LightShape shape;
};
constexpr std::array light_types{
    LightType{"DistantLight", LightShape::distant},   LightType{"RectLight", LightShape::rect},
    LightType{"DiskLight", LightShape::disk},         LightType{"SphereLight", LightShape::sphere},
    LightType{"CylinderLight", LightShape::cylinder}, LightType{"DomeLight", LightShape::dome},
    LightType{"DomeLight_1", LightShape::dome},
};

LightType const* find_type(usd::Token type)
{
    auto const at =
        std::find_if(light_types.begin(), light_types.end(), [&](auto const& t) { return type == t.name; });
    return at == light_types.end() ? nullptr : &*at;
}

float number(usd::Prim const& prim, char const* name, float fallback, usd::Time time)
{
    float const value = prim.get_or<float>(name, fallback, time);
    return std::isfinite(value) ? value : fallback;
}

bool flag(usd::Prim const& prim, char const* name, usd::Time time)
{
    return prim.get_or<usd::Bool>(name, usd::Bool{false}, time).value;
}

class LightReader {
public:
    LightReader(Translation& translation, usd::Prim const& prim, LightShape shape)
        : t_(translation),
          prim_(prim)
    {
        light_.path = prim.path().str();
        light_.id = object_id(light_.path);
        light_.shape = shape;
    }

    /// The light, and for a dome with a sky its sun beside it. Empty when its transform is broken.
    std::vector<Light> read()
    {
        auto const world = usd::world_from_local(prim_, t_.time);
        if (!world) {
            t_.warnings.add(world.error().what);
            return {};
        }
        light_.world_from_light = Transform::from_rows(pole_turn() * *world * meters_y_up(t_.stage));
        light_.width = size("inputs:width", 1);
        light_.height = size("inputs:height", 1);
        light_.radius = size("inputs:radius", 0.5f);
        light_.length = size("inputs:length", 1);
        light_.angle_deg = size("inputs:angle", 0.53f);
        light_.treat_as_point = flag(prim_, "treatAsPoint", t_.time);
        light_.treat_as_line = flag(prim_, "treatAsLine", t_.time);
        light_.diffuse = number(prim_, "inputs:diffuse", 1, t_.time);
        light_.specular = number(prim_, "inputs:specular", 1, t_.time);
        light_.visible_to_camera = light_.shape == LightShape::dome;
        light_.radiance = radiance(*world);
        read_shaping();
        read_texture();
        warn_of_the_rest();
        std::vector<Light> lights{light_};
        if (light_.shape == LightShape::dome && has_sky()) add_sky(lights);
        return lights;
    }

private:
    float size(char const* name, float fallback) const
    {
        return std::max(0.0f, number(prim_, name, fallback, t_.time));
    }

    /// The light's own pole to +Y: DomeLight_1 has a poleAxis, DomeLight's pole is +Y whatever upAxis says.
    Matrix4d pole_turn() const
    {
        Matrix4d turn;
        if (prim_.type_name() != "DomeLight_1") return turn;
        auto const axis = prim_.get_or<usd::Token>("poleAxis", usd::Token("scene"), t_.time);
        bool const pole_is_z = axis == "Z" || (axis == "scene" && t_.stage.up_axis() == "Z");
        if (pole_is_z) turn.setAxisAngle(Vec3d(1, 0, 0), std::numbers::pi / 2);
        return turn;
    }

    Vec3f radiance(Matrix4d const& world) const;

    void read_shaping()
    {
        light_.focus = size("inputs:shaping:focus", 0);
        light_.focus_tint = prim_.get_or<Vec3f>("inputs:shaping:focusTint", Vec3f(0), t_.time);
        light_.cone_angle_deg = number(prim_, "inputs:shaping:cone:angle", 90, t_.time);
        light_.cone_softness =
            std::clamp(number(prim_, "inputs:shaping:cone:softness", 0, t_.time), 0.0f, 1.0f);
        if (auto const profile = prim_.get<usd::AssetPath>("inputs:shaping:ies:file", t_.time);
            profile && !profile->authored.empty())
            t_.warnings.add(light_.path + ": IES profiles are not used yet");
    }

    void read_texture()
    {
        if (light_.shape != LightShape::rect && light_.shape != LightShape::dome) return;
        auto const file = prim_.attribute("inputs:texture:file");
        if (!file) return;
        auto const authored = file->get<usd::AssetPath>(t_.time).value_or(usd::AssetPath{}).authored;
        if (authored.empty()) return;
        auto const resolved = file->resolved_asset(t_.time);
        if (resolved.empty()) {
            t_.warnings.add(fmt::format("{}: the texture \"{}\" does not exist; the light is plain",
                                        light_.path, authored));
            return;
        }
        auto const format =
            prim_.get_or<usd::Token>("inputs:texture:format", usd::Token("automatic"), t_.time);
        if (light_.shape == LightShape::dome && format != "automatic" && format != "latlong")
            t_.warnings.add(
                fmt::format("{}: the texture format {} is read as latlong", light_.path, format.str()));
        bool const is_dome = light_.shape == LightShape::dome;
        light_.texture = t_.textures.index_of(
            {resolved, ColorSpace::automatic, is_dome ? Wrap::repeat : Wrap::clamp, Wrap::clamp});
    }

    bool has_sky() const
    {
        auto const names = prim_.property_names();
        return std::any_of(names.begin(), names.end(),
                           [](usd::Token name) { return name.view().starts_with("soulvan:sky:"); });
    }

    /// A number of either precision.
    float sky_number(char const* name, float fallback) const
    {
        auto const wide = prim_.get<double>(name, t_.time);
        return wide ? static_cast<float>(*wide) : number(prim_, name, fallback, t_.time);
    }

    /// soulvan:sky:*: the dome's picture and a sun, in the dome's frame: +Y is up, the azimuth turns from +Z
    /// towards +X. The light's own colour, intensity and exposure scale both.
    void add_sky(std::vector<Light>& lights)
    {
        constexpr float radians = std::numbers::pi_v<float> / 180;
        float const elevation = sky_number("soulvan:sky:sunElevation", 45) * radians;
        float const azimuth = sky_number("soulvan:sky:sunAzimuth", 0) * radians;
        SkySettings settings;
        settings.to_sun = {std::cos(elevation) * std::sin(azimuth), std::sin(elevation),
                           std::cos(elevation) * std::cos(azimuth)};
        settings.turbidity = sky_number("soulvan:sky:turbidity", settings.turbidity);
        settings.altitude = sky_number("soulvan:sky:altitude", settings.altitude);
        settings.ozone = sky_number("soulvan:sky:ozone", settings.ozone);
        settings.ground_albedo = sky_number("soulvan:sky:groundAlbedo", settings.ground_albedo);
        auto const sky = make_sky(settings);
        if (!sky) {
            t_.warnings.add(fmt::format("{}: {}; the dome is plain", light_.path, sky.error().what));
            return;
        }
        if (light_.texture >= 0) t_.warnings.add(light_.path + ": the sky replaces the texture");
        // Nits near the sun leave the range of halves: the picture is kept in units of `scale`.
        constexpr float scale = 4096;
        Texture picture;
        picture.name = light_.path + " (sky)";
        picture.width = sky->dome.width();
        picture.height = sky->dome.height();
        picture.channels = 3;
        picture.wrap_t = Wrap::clamp;
        for (float const value : sky->dome.pixels())
            picture.halves.emplace_back(std::min(value / scale, 65504.0f));
        auto& dome = lights.front();
        dome.texture = t_.textures.index_of_baked(std::move(picture));
        Light sun = dome;
        sun.path += " (sun)";
        sun.id = object_id(sun.path);
        sun.shape = LightShape::distant;
        sun.texture = -1;
        sun.visible_to_camera = false;
        sun.angle_deg = sky->sun_angle_deg;
        sun.radiance = dome.radiance * sky->sun_radiance;
        sun.world_from_light = facing(dome.world_from_light.vector(settings.to_sun));
        dome.radiance *= scale;
        if (sun.radiance.length2() > 0 && sky_number("soulvan:sky:sun", 1) > 0)
            lights.push_back(std::move(sun));
    }

    /// A frame whose +Z is `back`: lights shine along their −Z.
    static Transform facing(Vec3f back)
    {
        back.normalize();
        Vec3f const side = std::abs(back.y) < 0.99f ? Vec3f(0, 1, 0) : Vec3f(1, 0, 0);
        Vec3f const right = side.cross(back).normalized();
        return {right, back.cross(right), back, {0, 0, 0}};
    }

    void warn_of_the_rest()
    {
        if (!prim_.targets("light:filters").empty())
            t_.warnings.add(light_.path + ": light filters are not used yet");
        for (auto const* name : {"collection:lightLink", "collection:shadowLink"}) {
            auto const collection = std::string(name);
            bool const root =
                prim_.get_or<usd::Bool>(collection + ":includeRoot", usd::Bool{true}, t_.time).value;
            if (!root || !prim_.targets(collection + ":includes").empty() ||
                !prim_.targets(collection + ":excludes").empty())
                t_.warnings.add(light_.path +
                                ": light linking is not used yet; the light reaches everything");
        }
        if (!prim_.targets("portals").empty()) t_.warnings.add(light_.path + ": portals are not used");
    }

    Translation& t_;
    usd::Prim const& prim_;
    Light light_;
};

/// "World-space area" means the stage's own units: the picture must not depend on what metersPerUnit calls
/// them.
Vec3f LightReader::radiance(Matrix4d const& world) const
{
    UsdLightAttributes attributes;
    attributes.intensity =
        number(prim_, "inputs:intensity", light_.shape == LightShape::distant ? 50000.0f : 1.0f, t_.time);
    attributes.exposure = number(prim_, "inputs:exposure", 0, t_.time);
    attributes.color = prim_.get_or<Vec3f>("inputs:color", Vec3f(1), t_.time);
    attributes.enable_color_temperature = flag(prim_, "inputs:enableColorTemperature", t_.time);
    attributes.color_temperature = number(prim_, "inputs:colorTemperature", 6500, t_.time);
    attributes.normalize = flag(prim_, "inputs:normalize", t_.time);
    return usd_light_radiance(attributes, light_.shape, Transform::from_rows(world), light_.width,
                              light_.height, light_.radius, light_.length, light_.angle_deg);
}

} // namespace

std::vector<Light> translate_lights(Translation& translation)
{
    std::vector<Light> lights;
    translation.stage.traverse([&](usd::Prim const& prim) {
        auto const type = prim.type_name();
        if (type == "GeometryLight" || type == "PortalLight" || type == "PluginLight" ||
            prim.has_api("MeshLightAPI") || prim.has_api("VolumeLightAPI")) {
            translation.warnings.add(
                fmt::format("{}: light from a mesh or volume is not drawn yet; give it an emissive "
                            "material",
                            prim.path().str()));
            return true;
        }
        auto const* known = find_type(type);
        if (!known || !usd::is_visible(prim, translation.time)) return true;
        auto read = LightReader(translation, prim, known->shape).read();
        std::move(read.begin(), read.end(), std::back_inserter(lights));
        return true;
    });
    return lights;
}

} // namespace soulvan::render
