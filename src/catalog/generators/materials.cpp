// The table of looks, and the shader network of each.
#include "materials.h"

#include "soulvan/usd/value.h"

#include <fmt/format.h>

namespace soulvan::catalog::kit {
namespace {

constexpr std::string_view worn_steel = "steel_roughness.jpg";

// A picture's roughness lies about 0.42; `roughness` is then what is added to it.
// clang-format off
Look const looks[] = {
    // ---- painted and plain surfaces that take colour from the mesh ----
    {.name = "paint", .reads_color = true, .roughness = -0.10f, .roughness_file = worn_steel, .repeat = {0.8f, 0.8f}, .clearcoat = 0.35f, .clearcoat_roughness = 0.12f},
    {.name = "powder_coat", .reads_color = true, .roughness = 0.02f, .roughness_file = worn_steel, .repeat = {0.8f, 0.8f}},
    {.name = "metal", .reads_color = true, .reads_roughness = true, .metallic = 1},
    {.name = "plastic", .reads_color = true, .reads_roughness = true},
    {.name = "rubber", .reads_color = true, .reads_roughness = true},
    {.name = "matte", .reads_color = true, .reads_roughness = true},
    {.name = "glow", .reads_color = true, .emission = {1, 1, 1}},
    // ---- metals ----
    {.name = "galvanised", .color = {0.56f, 0.57f, 0.58f}, .roughness = 0.0f, .metallic = 0.9f, .roughness_file = worn_steel, .repeat = {1.3f, 1.3f}},
    {.name = "chrome", .color = {0.72f, 0.72f, 0.73f}, .roughness = 0.16f, .metallic = 1},
    {.name = "steel", .color = {0.42f, 0.41f, 0.40f}, .roughness = -0.06f, .metallic = 1, .roughness_file = worn_steel, .repeat = {1.6f, 1.6f}},
    {.name = "aluminium", .color = {0.66f, 0.67f, 0.68f}, .roughness = -0.08f, .metallic = 1, .roughness_file = worn_steel, .repeat = {1.1f, 1.1f}},
    // ---- glass and lamps ----
    {.name = "glass", .color = {0.02f, 0.025f, 0.025f}, .roughness = 0.03f, .opacity = 0.12f, .is_thin = true},
    {.name = "lens_clear", .color = {0.75f, 0.76f, 0.78f}, .roughness = 0.08f, .clearcoat = 1},
    {.name = "lens_amber", .color = {0.80f, 0.20f, 0.005f}, .roughness = 0.12f, .clearcoat = 1, .emission = {0.25f, 0.06f, 0}},
    {.name = "lens_red", .color = {0.50f, 0.012f, 0.008f}, .roughness = 0.12f, .clearcoat = 1, .emission = {0.06f, 0, 0}},
    {.name = "lamp_glow", .color = {0.6f, 0.6f, 0.6f}, .roughness = 0.5f, .emission = {7.2f, 7.0f, 6.5f}},
    {.name = "exit_green", .color = {0.01f, 0.24f, 0.09f}, .roughness = 0.4f, .emission = {0.02f, 0.5f, 0.18f}},
    {.name = "strip_pvc", .color = {0.4f, 0.42f, 0.42f}, .roughness = 0.1f, .opacity = 0.3f, .is_thin = true},
    {.name = "polyethylene", .color = {0.72f, 0.73f, 0.71f}, .roughness = 0.38f},
    // ---- goods ----
    {.name = "carton", .roughness = 0.72f, .color_file = "carton.jpg"},
    {.name = "carton_pale", .color = {1.28f, 1.34f, 1.42f}, .roughness = 0.72f, .color_file = "carton.jpg"},
    {.name = "carton_dark", .color = {0.78f, 0.74f, 0.70f}, .roughness = 0.72f, .color_file = "carton.jpg"},
    {.name = "carton_printed", .roughness = 0.72f, .color_file = "carton_printed.jpg"},
    {.name = "wood_new", .roughness = 0.85f, .color_file = "pallet_wood.jpg", .repeat = {0.8f, 1.6f}},
    {.name = "wood_old", .color = {0.62f, 0.66f, 0.72f}, .roughness = 0.88f, .color_file = "pallet_wood.jpg", .repeat = {0.8f, 1.6f}},
    {.name = "wood_block", .color = {0.80f, 0.74f, 0.66f}, .roughness = 0.88f, .color_file = "pallet_wood.jpg", .repeat = {1.9f, 3.1f}},
    {.name = "film", .roughness = 0.24f, .color_file = "film.jpg", .normal_file = "film_normal.jpg", .repeat = {0.8333f, 0.8333f}, .clearcoat = 0.5f},
    {.name = "film_black", .color = {0.014f, 0.014f, 0.015f}, .roughness = 0.36f, .normal_file = "film_normal.jpg", .repeat = {0.8333f, 0.8333f}, .clearcoat = 0.15f},
    // ---- signs and markings ----
    {.name = "hazard", .roughness = 0.45f, .color_file = "hazard.jpg"},
    {.name = "rack_slots", .roughness = 0.42f, .color_file = "rack_slots.png"},
    {.name = "signs", .roughness = 0.35f, .color_file = "signs.jpg"},
    {.name = "decals", .roughness = 0.38f, .color_file = "decals.jpg"},
    {.name = "line_yellow", .color = {0.72f, 0.42f, 0.02f}, .roughness = 0.5f, .opacity_file = "line_wear.jpg", .is_cut_out = true},
    {.name = "line_white", .color = {0.66f, 0.66f, 0.63f}, .roughness = 0.5f, .opacity_file = "line_wear.jpg", .is_cut_out = true},
    {.name = "tyre_runs", .color = {0.02f, 0.02f, 0.02f}, .roughness = 0.6f, .opacity_file = "tyre_runs.jpg", .is_cut_out = true},
    {.name = "tyre_turn", .color = {0.02f, 0.02f, 0.02f}, .roughness = 0.6f, .opacity_file = "tyre_turn.jpg", .is_cut_out = true},
    // ---- buildings and rooms; floor_concrete: st in panels of 6 m, cladding: st 0…1 over 2 m by the height ----
    {.name = "floor_concrete", .roughness = -0.09f, .color_file = "concrete.jpg", .roughness_file = "concrete_roughness.jpg"},
    {.name = "plinth_concrete", .color = {1.12f, 1.12f, 1.12f}, .roughness = 0.85f, .color_file = "concrete.jpg", .repeat = {0.31f, 0.31f}},
    {.name = "cladding", .roughness = 0.45f, .color_file = "cladding.jpg"},
    {.name = "cladding_grey", .color = {0.93f, 0.94f, 0.95f}, .roughness = 0.5f, .color_file = "cladding.jpg"},
    {.name = "rooflight", .color = {0.5f, 0.52f, 0.54f}, .roughness = 0.5f, .emission = {2.0f, 2.1f, 2.3f}},
    {.name = "plaster", .color = {0.74f, 0.72f, 0.68f}, .roughness = 0.8f},
    {.name = "oak_planks", .color_file = "planks.jpg", .roughness_file = "planks_roughness.jpg", .repeat = {0.4167f, 0.8333f}},
};
// clang-format on

using usd::Path;
using usd::Token;
using usd::Value;

class Network {
public:
    Network(usd::Layer& layer, Path const& material, Look const& look, std::set<std::string>& textures)
        : layer_(layer),
          at_(material),
          look_(look),
          textures_(textures)
    {}

    void write()
    {
        layer_.define_prim(at_, usd::Specifier::def, Token("Material"));
        auto const surface = shader("Surface", "UsdPreviewSurface");
        layer_.define_attribute(surface.property("outputs:surface"), Token("token"));
        connect(at_.property("outputs:surface"), "token", surface.property("outputs:surface"));
        color(surface);
        roughness(surface);
        put(surface, "metallic", "float", look_.metallic);
        if (look_.clearcoat > 0) {
            put(surface, "clearcoat", "float", look_.clearcoat);
            put(surface, "clearcoatRoughness", "float", look_.clearcoat_roughness);
        }
        opacity(surface);
        if (look_.emission != Vec3f(0, 0, 0) && !look_.reads_color)
            put(surface, "emissiveColor", "color3f", look_.emission);
        if (!look_.normal_file.empty()) {
            auto const picture =
                texture("Folds", look_.normal_file, "raw", Vec4f(2, 2, 2, 1), Vec4f(-1, -1, -1, 0));
            connect(surface.property("inputs:normal"), "normal3f", output(picture, "rgb", "float3"));
        }
    }

private:
    Path shader(std::string_view name, std::string_view id)
    {
        auto const path = at_.child(name);
        layer_.define_prim(path, usd::Specifier::def, Token("Shader"));
        layer_.define_attribute(path.property("info:id"), Token("token"), Token(id),
                                usd::Variability::uniform);
        return path;
    }
    void put(Path const& node, std::string const& input, char const* type, Value value)
    {
        layer_.define_attribute(node.property("inputs:" + input), Token(type), std::move(value));
    }
    void connect(Path const& input, char const* type, Path const& to)
    {
        layer_.define_attribute(input, Token(type))
            .set(usd::field::connection_paths, usd::PathListOp::make_explicit({to}));
    }
    Path output(Path const& node, std::string const& name, char const* type)
    {
        auto const path = node.property("outputs:" + name);
        if (!layer_.find(path)) layer_.define_attribute(path, Token(type));
        return path;
    }

    /// Coordinates in repeats of the picture.
    Path coordinates()
    {
        auto const reader = at_.child("St");
        if (!layer_.find(reader)) {
            shader("St", "UsdPrimvarReader_float2");
            put(reader, "varname", "string", std::string("st"));
            output(reader, "result", "float2");
        }
        if (look_.repeat == Vec2f(1, 1)) return reader.property("outputs:result");
        auto const where = at_.child("Where");
        if (!layer_.find(where)) {
            shader("Where", "UsdTransform2d");
            connect(where.property("inputs:in"), "float2", reader.property("outputs:result"));
            put(where, "scale", "float2", look_.repeat);
            output(where, "result", "float2");
        }
        return where.property("outputs:result");
    }

    Path texture(std::string_view name, std::string_view file, std::string_view space, Vec4f scale,
                 Vec4f bias)
    {
        textures_.emplace(file);
        auto const node = shader(name, "UsdUVTexture");
        put(node, "file", "asset", usd::AssetPath{fmt::format("./textures/{}", file)});
        put(node, "sourceColorSpace", "token", Token(space));
        if (scale != Vec4f(1, 1, 1, 1)) put(node, "scale", "float4", scale);
        if (bias != Vec4f(0, 0, 0, 0)) put(node, "bias", "float4", bias);
        put(node, "wrapS", "token", Token("repeat"));
        put(node, "wrapT", "token", Token("repeat"));
        connect(node.property("inputs:st"), "float2", coordinates());
        return node;
    }

    void color(Path const& surface)
    {
        auto const input = surface.property("inputs:diffuseColor");
        if (look_.reads_color) {
            auto const reader = shader("Baked", "UsdPrimvarReader_float3");
            put(reader, "varname", "string", std::string("displayColor"));
            put(reader, "fallback", "float3", Vec3f(0.5f, 0.5f, 0.5f));
            auto const from = output(reader, "result", "float3");
            connect(input, "color3f", from);
            if (look_.emission != Vec3f(0, 0, 0))
                connect(surface.property("inputs:emissiveColor"), "color3f", from);
        } else if (!look_.color_file.empty()) {
            auto const c = look_.color;
            auto const picture =
                texture("Colour", look_.color_file, "sRGB", Vec4f(c.x, c.y, c.z, 1), Vec4f(0, 0, 0, 0));
            connect(input, "color3f", output(picture, "rgb", "float3"));
        } else {
            put(surface, "diffuseColor", "color3f", look_.color);
        }
    }

    void roughness(Path const& surface)
    {
        auto const input = surface.property("inputs:roughness");
        if (look_.reads_roughness) {
            auto const reader = shader("BakedRoughness", "UsdPrimvarReader_float");
            put(reader, "varname", "string", std::string("roughness"));
            put(reader, "fallback", "float", 0.5f);
            connect(input, "float", output(reader, "result", "float"));
        } else if (!look_.roughness_file.empty()) {
            float const b = look_.roughness;
            auto const picture =
                texture("Roughness", look_.roughness_file, "raw", Vec4f(1, 1, 1, 1), Vec4f(b, b, b, 0));
            connect(input, "float", output(picture, "r", "float"));
        } else {
            put(surface, "roughness", "float", look_.roughness);
        }
    }

    void opacity(Path const& surface)
    {
        if (!look_.opacity_file.empty()) {
            auto const picture =
                texture("Wear", look_.opacity_file, "raw", Vec4f(1, 1, 1, 1), Vec4f(0, 0, 0, 0));
            connect(surface.property("inputs:opacity"), "float", output(picture, "r", "float"));
        } else if (look_.opacity < 1) {
            put(surface, "opacity", "float", look_.opacity);
            put(surface, "ior", "float", look_.ior);
        }
        if (look_.is_cut_out) put(surface, "opacityMode", "token", Token("presence"));
    }

    usd::Layer& layer_;
    Path at_;
    Look const& look_;
    std::set<std::string>& textures_;
};

} // namespace

Look const* find_look(std::string_view name)
{
    for (auto const& look : looks)
        if (look.name == name) return &look;
    for (auto const& look : building_looks())
        if (look.name == name) return &look;
    return nullptr;
}

void write_look(usd::Layer& layer, usd::Path const& path, Look const& look, std::set<std::string>& textures)
{
    Network(layer, path, look, textures).write();
}

} // namespace soulvan::catalog::kit
