// What is a UsdShade Material to the renderer? UsdPreviewSurface exactly, other surfaces by what they share
// with it.
#include "translate_pattern.h"

#include <algorithm>
#include <span>

namespace soulvan::render {
namespace {

/// An input of UsdPreviewSurface, and the names other surface shaders give to the same idea, best first.
struct Slot {
    Input Material::*input;
    InputKind kind;
    char const* preview_name;
    std::initializer_list<char const*> other_names;
};

std::span<Slot const> slots()
{
    // MaterialX standard_surface, OpenPBR, glTF PBR; OmniPBR and its relatives (MDL).
    static Slot const table[] = {
        {&Material::diffuse_color,
         InputKind::color,
         "diffuseColor",
         {"base_color", "diffuse_texture", "diffuse_color_constant", "baseColor", "diffuse_color",
          "basecolor", "albedo", "BaseColor", "color"}},
        {&Material::emissive_color,
         InputKind::color,
         "emissiveColor",
         {"emission_color", "emissive", "emissive_color_texture", "emissive_color", "emissiveColor"}},
        {&Material::specular_color, InputKind::color, "specularColor", {}},
        {&Material::metallic,
         InputKind::scalar,
         "metallic",
         {"metalness", "base_metalness", "metallic", "metallic_texture", "metallic_constant"}},
        {&Material::roughness,
         InputKind::scalar,
         "roughness",
         {"specular_roughness", "roughness", "reflectionroughness_texture", "reflection_roughness_constant"}},
        {&Material::clearcoat, InputKind::scalar, "clearcoat", {"coat", "coat_weight", "clearcoat"}},
        {&Material::clearcoat_roughness,
         InputKind::scalar,
         "clearcoatRoughness",
         {"coat_roughness", "clearcoat_roughness"}},
        {&Material::opacity,
         InputKind::scalar,
         "opacity",
         {"opacity", "geometry_opacity", "alpha", "opacity_texture", "opacity_constant"}},
        {&Material::ior, InputKind::scalar, "ior", {"specular_IOR", "specular_ior", "ior", "ior_constant"}},
        {&Material::normal, InputKind::normal, "normal", {"normal", "geometry_normal", "normalmap_texture"}},
        {&Material::occlusion, InputKind::scalar, "occlusion", {"occlusion"}},
    };
    return table;
}

bool is_preview_surface(std::string const& id)
{
    return id == "UsdPreviewSurface" || id == "ND_UsdPreviewSurface_surfaceshader";
}

/// The shader behind a material's surface output, the universal render context first.
Source surface_of(Translation const& translation, usd::Prim const& material)
{
    for (auto const* name : {"outputs:surface", "outputs:mtlx:surface", "outputs:mdl:surface"}) {
        auto const output = material.attribute(name);
        if (!output) continue;
        auto const source = source_of(translation.stage, *output, translation.time);
        if (source.is_node()) return source;
    }
    return {};
}

/// The first surface shader among the material's outputs of any render context (outputs:ri:surface, …).
Source foreign_surface_of(Translation const& translation, usd::Prim const& material)
{
    for (auto const& output : material.attributes()) {
        if (!output.name().view().starts_with("outputs:") || !output.name().view().ends_with(":surface"))
            continue;
        auto const source = source_of(translation.stage, output, translation.time);
        if (source.is_node()) return source;
    }
    return {};
}

class MaterialReader {
public:
    MaterialReader(Translation& translation, usd::Prim const& shader, Material& out)
        : translation_(translation),
          shader_(shader),
          out_(out)
    {}

    void preview_surface()
    {
        for (auto const& slot : slots()) {
            auto& input = out_.*slot.input;
            input.fallback = input.value;
            read_input(translation_, feed(slot.preview_name), slot.kind, input);
        }
        out_.use_specular_workflow = number("useSpecularWorkflow").value_or(0) != 0;
        out_.opacity_threshold = number("opacityThreshold").value_or(0);
        out_.opacity_is_presence = text_of(feed("opacityMode"), translation_.time) == "presence";
        if (auto const displacement = feed("displacement");
            displacement.is_node() || number("displacement").value_or(0) != 0)
            warn("displacement is not drawn");
        finish_normal();
    }

    void approximate(std::string const& id)
    {
        warn(fmt::format("the shader {} is approximated by UsdPreviewSurface",
                         id.empty() ? "without an id" : id));
        for (auto const& slot : slots()) {
            auto& input = out_.*slot.input;
            input.fallback = input.value;
            for (auto const* name : slot.other_names)
                if (read_any(name, slot.kind, input)) break;
        }
        weigh(out_.diffuse_color, "base");
        weigh(out_.diffuse_color, "base_weight");
        weigh_emission();
        // Light that a surface lets through: UsdPreviewSurface knows it as the lack of opacity.
        for (auto const* name : {"transmission", "transmission_weight"})
            if (auto const weight = number(name); weight && *weight > 0 && out_.opacity.texture < 0)
                out_.opacity.value.x *= std::clamp(1 - *weight, 0.0f, 1.0f);
        if (auto const enabled = number("enable_opacity"); enabled == 0.0f)
            out_.opacity = Input{.value = {1, 0, 0}};
        finish_normal();
    }

private:
    Source feed(std::string const& input) const
    {
        return source_of(translation_.stage, shader_, input, translation_.time);
    }
    std::optional<float> number(std::string const& input) const
    {
        auto const found = constant_of(feed(input), translation_.time);
        return found ? std::optional(found->value.x) : std::nullopt;
    }
    void warn(std::string const& what) { translation_.warnings.add(shader_.path().str() + ": " + what); }

    bool read_any(std::string const& name, InputKind kind, Input& out)
    {
        auto const source = feed(name);
        if (source.is_constant()) {
            auto const value = source.attribute->value(translation_.time);
            if (value && value->holds<usd::AssetPath>())
                return read_texture_file(translation_, *source.attribute, kind, out) &&
                       (as_normal_map(kind, out), true);
        }
        return read_input(translation_, source, kind, out);
    }
    static void as_normal_map(InputKind kind, Input& out)
    {
        if (kind != InputKind::normal) return;
        out.scale = {2, 2, 2, 1};
        out.bias = {-1, -1, -1, 0};
    }

    void weigh(Input& input, char const* weight_name) const
    {
        auto const weight = number(weight_name);
        if (!weight) return;
        input.value *= *weight;
        for (int i = 0; i < 3; ++i) {
            input.scale[i] *= *weight;
            input.bias[i] *= *weight;
        }
    }
    /// Emission is off in these shaders unless a weight says otherwise; glTF's has no weight.
    void weigh_emission()
    {
        bool weighted = false;
        for (auto const* name : {"emission", "emission_weight", "emission_luminance", "emissive_strength"})
            if (number(name)) {
                weigh(out_.emissive_color, name);
                weighted = true;
            }
        if (auto const enabled = number("enable_emission")) {
            if (*enabled == 0) out_.emissive_color = Input{};
            weighted = true;
        }
        if (!weighted && !shader_.attribute("inputs:emissive")) out_.emissive_color = Input{};
    }

    void finish_normal()
    {
        auto& normal = out_.normal;
        out_.has_normal_map = normal.texture >= 0;
        if (!out_.has_normal_map) return;
        // UsdPreviewSurface: 8-bit normal maps need scale 2 and bias −1. Without them every normal would lean
        // to one side; the file cannot mean that.
        if (normal.scale == Vec4f(1, 1, 1, 1) && normal.bias == Vec4f(0, 0, 0, 0)) {
            as_normal_map(InputKind::normal, normal);
            warn("the normal map has neither scale 2 nor bias -1; both are assumed");
        }
    }

    Translation& translation_;
    usd::Prim const& shader_;
    Material& out_;
};

} // namespace

Material translate_material(Translation& translation, usd::Prim const& material)
{
    Material out;
    out.name = material.path().str();
    auto source = surface_of(translation, material);
    if (!source.is_node()) source = foreign_surface_of(translation, material);
    if (!source.is_node()) {
        translation.warnings.add(out.name + ": the material has no surface shader; a grey one stands in");
        return out;
    }
    auto const id = shader_id(source.shader);
    MaterialReader reader(translation, source.shader, out);
    if (is_preview_surface(id))
        reader.preview_surface();
    else
        reader.approximate(id);
    return out;
}

std::vector<Input*> inputs_of(Material& material)
{
    std::vector<Input*> inputs;
    for (auto const& slot : slots()) inputs.push_back(&(material.*slot.input));
    return inputs;
}

MaterialReads reads_of(Material const& material)
{
    MaterialReads reads;
    for (auto const& slot : slots()) {
        auto const& input = material.*slot.input;
        if (input.texture >= 0) reads.uv_sets.push_back(input.uv_set);
        if (input.color_primvar >= 0) reads.color_sets.push_back(input.color_primvar);
    }
    for (auto* list : {&reads.uv_sets, &reads.color_sets}) {
        std::sort(list->begin(), list->end());
        list->erase(std::unique(list->begin(), list->end()), list->end());
    }
    return reads;
}

} // namespace soulvan::render
