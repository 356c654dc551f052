// Which prims does a layout become?
#include "soulvan/scene/build.h"

#include "camera_path.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>

namespace soulvan::scene {

namespace {

using usd::Path;
using usd::Spec;
using usd::Token;
using usd::Value;

constexpr double degrees_per_radian = 180 / std::numbers::pi;

/// Authors prims of one layer; every attribute has its declared type.
class Author {
public:
    explicit Author(usd::Layer& layer) : layer_(layer) {}

    Path prim(Path const& parent, std::string_view name, std::string_view type, std::string_view kind = "")
    {
        auto const path = parent.child(identifier(name));
        auto& spec = layer_.define_prim(path, usd::Specifier::def, Token(type));
        if (!kind.empty()) spec.set(usd::field::kind, Token(kind));
        return path;
    }
    void attribute(Path const& prim, std::string_view name, std::string_view type, Value value)
    {
        layer_.define_attribute(prim.property(name), Token(type), std::move(value));
    }
    void uniform(Path const& prim, std::string_view name, std::string_view type, Value value)
    {
        layer_.define_attribute(prim.property(name), Token(type), std::move(value),
                                usd::Variability::uniform);
    }
    void custom(Path const& prim, std::string_view name, std::string_view type, Value value)
    {
        layer_.define_attribute(prim.property(name), Token(type), std::move(value), usd::Variability::varying,
                                true);
    }
    void api(Path const& prim, std::vector<Token> schemas)
    {
        layer_.edit(prim)->set(usd::field::api_schemas,
                               Value(usd::TokenListOp::make_prepended(std::move(schemas))));
    }
    void order(Path const& prim, std::vector<Token> ops)
    {
        uniform(prim, "xformOpOrder", "token[]", usd::Array<Token>(std::move(ops)));
    }
    /// Translate, turn and scale, as an artist expects to find them.
    void place(Path const& prim, Vec3d const& at, Vec3f const& degrees, double scale = 1)
    {
        attribute(prim, "xformOp:translate", "double3", at);
        attribute(prim, "xformOp:rotateXYZ", "float3", degrees);
        auto const s = static_cast<float>(scale);
        attribute(prim, "xformOp:scale", "float3", Vec3f(s, s, s));
        order(prim, {Token("xformOp:translate"), Token("xformOp:rotateXYZ"), Token("xformOp:scale")});
    }
    Spec& spec(Path const& path) { return *layer_.edit(path); }

    static std::string identifier(std::string_view name)
    {
        std::string text;
        for (char const c : name) text += std::isalnum(static_cast<unsigned char>(c)) || c == '_' ? c : '_';
        if (text.empty() || std::isdigit(static_cast<unsigned char>(text.front()))) text.insert(0, "_");
        return text;
    }

private:
    usd::Layer& layer_;
};

float degrees(double radians)
{
    // Six digits are a thousandth of a millimetre at a hundred metres, and read better.
    return static_cast<float>(std::round(radians * degrees_per_radian * 1e6) / 1e6);
}

Vec3f vec3f(Vec3d const& v)
{
    return {static_cast<float>(v.x), static_cast<float>(v.y), static_cast<float>(v.z)};
}

class Builder {
public:
    Builder(Plan const& plan, Layout const& layout, catalog::Catalog const& catalog,
            BuildOptions const& options)
        : plan_(plan),
          layout_(layout),
          catalog_(catalog),
          options_(options),
          author_(layer_)
    {}

    Result<usd::Layer> build()
    {
        describe_stage();
        world_ = author_.prim(Path::root(), "World", "Xform", "assembly");
        TRY(build_environment());
        TRY(build_props());
        build_lights();
        build_camera();
        build_render_settings();
        return std::move(layer_);
    }

private:
    int frames() const { return std::max(1, static_cast<int>(std::lround(options_.seconds * options_.fps))); }

    void describe_stage()
    {
        auto& root = layer_.edit_root();
        root.set(usd::field::default_prim, Token("World"));
        root.set(usd::field::meters_per_unit, 1.0);
        root.set(usd::field::up_axis, Token("Y"));
        root.set(usd::field::start_time_code, 1.0);
        root.set(usd::field::end_time_code, static_cast<double>(frames()));
        root.set(usd::field::time_codes_per_second, options_.fps);
        root.set(usd::field::frames_per_second, options_.fps);
        usd::Dictionary data;
        data["soulvan:environment"] = Value(plan_.environment());
        data["soulvan:seed"] = Value(std::to_string(plan_.seed));
        root.set(usd::field::custom_layer_data, std::move(data));
    }

    Result<> build_environment()
    {
        auto const parent = author_.prim(world_, "Environment", "Xform", "group");
        bool const is_split_level = has_ground_prims(layout_);
        for (auto const& room : layout_.rooms) {
            auto const path = author_.prim(parent, room.id, "Xform", "component");
            author_.custom(path, "soulvan:environment", "string", room.environment);
            author_.custom(path, "soulvan:category", "string", std::string("building"));
            author_.custom(path, "soulvan:architecture", "bool", usd::Bool{true});
            author_.custom(path, "soulvan:room:min", "float3", vec3f({room.min_x, room.floor, room.min_z}));
            author_.custom(path, "soulvan:room:max", "float3",
                           vec3f({room.max_x, room.floor + room.height, room.max_z}));
            author_.place(path, {(room.min_x + room.max_x) / 2, room.floor, (room.min_z + room.max_z) / 2},
                          {0, 0, 0});
            if (!room.shell.key.empty()) TRY(refer(path, room.shell));
            if (is_split_level) build_ground(path, room);
        }
        for (auto const& thing : layout_.structure) TRY(build_thing(parent, thing));
        return {};
    }

    /// Where floors lie at several heights, each is a slab of its own, hidden below what the shell shows.
    void build_ground(Path const& room_path, Room const& room)
    {
        constexpr double thickness = 0.1, below = 0.002;
        auto const path = author_.prim(room_path, "ground", "Cube");
        author_.attribute(path, "size", "double", 1.0);
        author_.attribute(path, "xformOp:translate", "double3", Vec3d(0, -thickness / 2 - below, 0));
        author_.attribute(path, "xformOp:scale", "float3",
                          vec3f({room.max_x - room.min_x, thickness, room.max_z - room.min_z}));
        author_.order(path, {Token("xformOp:translate"), Token("xformOp:scale")});
    }

    Result<> build_props()
    {
        auto const parent = author_.prim(world_, "Props", "Xform", "group");
        std::map<std::string, Path> groups;
        for (auto const& thing : layout_.objects) {
            auto const& name = thing.group.empty() ? thing.category : thing.group;
            auto found = groups.find(name);
            if (found == groups.end())
                found = groups.emplace(name, author_.prim(parent, name, "Xform", "group")).first;
            TRY(build_thing(found->second, thing));
        }
        return {};
    }

    Result<> build_thing(Path const& parent, Placed const& thing)
    {
        auto const asset = TRY(catalog_.find(thing.asset));
        auto const path = author_.prim(parent, thing.id, "Xform", "component");
        author_.custom(path, "soulvan:id", "string", thing.id);
        author_.custom(path, "soulvan:category", "string", thing.category);
        author_.custom(path, "soulvan:asset", "string", catalog::to_string(thing.asset));
        author_.custom(path, "soulvan:front", "vector3f", Vec3f(0, 0, 1));
        author_.custom(path, "soulvan:support", "string", thing.support);
        if (thing.architecture) author_.custom(path, "soulvan:architecture", "bool", usd::Bool{true});
        if (!asset.supports.empty()) {
            std::vector<Vec3f> corners;
            for (auto const& s : asset.supports) {
                corners.push_back(vec3f({s.min_x, s.y, s.min_z}));
                corners.push_back(vec3f({s.max_x, s.y, s.max_z}));
            }
            author_.custom(path, "soulvan:supportSurfaces", "float3[]",
                           usd::Array<Vec3f>(std::move(corners)));
        }
        author_.place(path, thing.position, {0, degrees(thing.yaw), 0}, thing.scale);
        return refer(path, asset);
    }

    Result<> refer(Path const& path, catalog::AssetRef const& ref)
    {
        auto const asset = TRY(catalog_.find(ref));
        return refer(path, asset);
    }

    /// The asset stands on a child, so that what corrects it never meets ops of its own.
    Result<> refer(Path const& path, catalog::Asset const& asset)
    {
        auto const model = author_.prim(path, "model", "Xform");
        auto& spec = author_.spec(model);
        spec.set(usd::field::instanceable, usd::Bool{true});
        usd::Reference reference;
        reference.asset = options_.assets + catalog::Catalog::layer_path(asset.ref);
        spec.set(usd::field::references, Value(usd::ReferenceListOp::make_prepended({reference})));
        if (asset.asset_from_layer != Matrix4d()) {
            author_.attribute(model, "xformOp:transform:units", "matrix4d", asset.asset_from_layer);
            author_.order(model, {Token("xformOp:transform:units")});
        }
        return {};
    }

    void build_lights()
    {
        auto const parent = author_.prim(world_, "Lights", "Xform", "group");
        static std::map<std::string, char const*, std::less<>> const types{
            {"rect", "RectLight"},       {"sphere", "SphereLight"}, {"disk", "DiskLight"},
            {"distant", "DistantLight"}, {"dome", "DomeLight"},     {"sky", "DomeLight"}};
        for (auto const& light : layout_.lights) {
            auto const path = author_.prim(parent, light.id, types.at(light.kind));
            auto const number = [&](char const* name, double value) {
                author_.attribute(path, name, "float", static_cast<float>(value));
            };
            number("inputs:intensity", light.intensity);
            if (light.exposure != 0) number("inputs:exposure", light.exposure);
            if (light.cct_k > 0) {
                author_.attribute(path, "inputs:enableColorTemperature", "bool", usd::Bool{true});
                number("inputs:colorTemperature", light.cct_k);
            } else if (light.color != Vec3d(1, 1, 1)) {
                author_.attribute(path, "inputs:color", "color3f", vec3f(light.color));
            }
            if (light.kind == "rect") {
                number("inputs:width", light.width);
                number("inputs:height", light.length);
            } else if (light.kind == "sphere" || light.kind == "disk") {
                number("inputs:radius", light.radius);
            } else if (light.kind == "distant") {
                number("inputs:angle", light.angle_deg);
                author_.attribute(path, "inputs:normalize", "bool", usd::Bool{true});
            }
            for (auto const& [name, value] : light.sky)
                author_.custom(path, "soulvan:sky:" + name, "float", Value(static_cast<float>(value)));
            author_.place(path, light.position, {degrees(light.pitch), degrees(light.yaw), 0});
        }
    }

    void build_camera()
    {
        auto const parent = author_.prim(world_, "Cameras", "Xform", "group");
        auto const path = author_.prim(parent, "Main", "Camera");
        auto const& camera = layout_.camera;
        // Focal length and apertures are tenths of a scene unit: 24 mm on a stage in metres is 0.24.
        constexpr double film_width = 0.36;
        double const aspect = static_cast<double>(options_.height) / options_.width;
        double const width = camera.orthographic ? camera.ortho_width_m * 10 : film_width;
        auto const number = [&](char const* name, double value) {
            author_.attribute(path, name, "float", static_cast<float>(value));
        };
        author_.attribute(path, "clippingRange", "float2", Vec2f(0.05f, 10000));
        number("exposure", camera.exposure);
        number("fStop", camera.fstop);
        number("focalLength", camera.focal_mm / 100);
        number("focusDistance", camera.focus_m);
        number("horizontalAperture", width);
        number("verticalAperture", width * aspect);
        if (camera.shift_y != 0) number("verticalApertureOffset", camera.shift_y * width * aspect);
        author_.attribute(path, "projection", "token",
                          Token(camera.orthographic ? "orthographic" : "perspective"));
        auto const first = pose_at(camera, 0);
        author_.attribute(path, "xformOp:translate", "double3", first.position);
        author_.attribute(path, "xformOp:rotateXYZ", "float3",
                          Vec3f(degrees(first.pitch), degrees(first.yaw), 0));
        if (camera.keys.size() > 1) sample_camera(path);
        author_.order(path, {Token("xformOp:translate"), Token("xformOp:rotateXYZ")});
    }

    void sample_camera(Path const& path)
    {
        usd::TimeSamples places, turns;
        for (int frame = 1; frame <= frames(); ++frame) {
            auto const pose = pose_at(layout_.camera, (frame - 1) / options_.fps);
            places.set(frame, Value(pose.position));
            turns.set(frame, Value(Vec3f(degrees(pose.pitch), degrees(pose.yaw), 0)));
        }
        layer_.edit(path.property("xformOp:translate"))->set(usd::field::time_samples, std::move(places));
        layer_.edit(path.property("xformOp:rotateXYZ"))->set(usd::field::time_samples, std::move(turns));
    }

    void build_render_settings()
    {
        auto const render = author_.prim(Path::root(), "Render", "Scope");
        auto const settings = author_.prim(render, "Settings", "RenderSettings");
        auto const products = author_.prim(render, "Products", "Scope");
        auto const product = author_.prim(products, "Beauty", "RenderProduct");
        auto const vars = author_.prim(render, "Vars", "Scope");
        auto const color = author_.prim(vars, "color", "RenderVar");
        author_.uniform(color, "sourceName", "string", std::string("C.*[LO]"));
        author_.uniform(color, "sourceType", "token", Token("lpe"));
        author_.uniform(color, "dataType", "token", Token("color4f"));
        Path const camera("/World/Cameras/Main");
        author_.attribute(product, "productName", "token", Token("frames/frame_####.exr"));
        layer_.define_relationship(product.property("orderedVars"), {color});
        for (auto const& path : {settings, product}) {
            author_.uniform(path, "resolution", "int2", Vec2i(options_.width, options_.height));
            layer_.define_relationship(path.property("camera"), {camera});
        }
        layer_.define_relationship(settings.property("products"), {product});
        layer_.edit_root().set(Token("renderSettingsPrimPath"), settings.str());
    }

    Plan const& plan_;
    Layout const& layout_;
    catalog::Catalog const& catalog_;
    BuildOptions const& options_;
    usd::Layer layer_;
    Author author_;
    Path world_;
};

} // namespace

bool has_ground_prims(Layout const& layout)
{
    return std::ranges::any_of(layout.rooms, [](Room const& room) { return room.floor != 0; });
}

Result<usd::Layer> build_stage(Plan const& plan, Layout const& layout, catalog::Catalog const& catalog,
                               BuildOptions const& options)
{
    if (layout.camera.keys.empty()) return fail(Errc::invalid_input, "the layout has no camera");
    return Builder(plan, layout, catalog, options).build();
}

} // namespace soulvan::scene
