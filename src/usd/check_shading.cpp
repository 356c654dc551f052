// Do shaders, textures and material bindings keep the rules?
#include "check_rules.h"

#include "schema.h"

#include <algorithm>
#include <array>
#include <map>

namespace soulvan::usd::checking {

namespace {

constexpr std::string_view inputs = "inputs:";

/// The inputs of the nodes that every renderer of USD knows (UsdPreviewSurface specification 2.6).
using NodeInputs = std::map<std::string_view, std::string_view>;

NodeInputs const* node_inputs(std::string_view id)
{
    static std::map<std::string_view, NodeInputs> const nodes = [] {
        std::map<std::string_view, NodeInputs> result{
            {"UsdPreviewSurface",
             {{"diffuseColor", "color3f"},
              {"emissiveColor", "color3f"},
              {"useSpecularWorkflow", "int"},
              {"specularColor", "color3f"},
              {"metallic", "float"},
              {"roughness", "float"},
              {"clearcoat", "float"},
              {"clearcoatRoughness", "float"},
              {"opacity", "float"},
              {"opacityMode", "token"},
              {"opacityThreshold", "float"},
              {"ior", "float"},
              {"normal", "normal3f"},
              {"displacement", "float"},
              {"occlusion", "float"}}},
            {"UsdUVTexture",
             {{"file", "asset"},
              {"st", "float2"},
              {"wrapS", "token"},
              {"wrapT", "token"},
              {"fallback", "float4"},
              {"scale", "float4"},
              {"bias", "float4"},
              {"sourceColorSpace", "token"}}},
            {"UsdTransform2d",
             {{"in", "float2"}, {"rotation", "float"}, {"scale", "float2"}, {"translation", "float2"}}}};
        constexpr std::array<std::array<std::string_view, 2>, 10> readers{
            {{"UsdPrimvarReader_float", "float"},
             {"UsdPrimvarReader_float2", "float2"},
             {"UsdPrimvarReader_float3", "float3"},
             {"UsdPrimvarReader_float4", "float4"},
             {"UsdPrimvarReader_int", "int"},
             {"UsdPrimvarReader_string", "string"},
             {"UsdPrimvarReader_normal", "normal3f"},
             {"UsdPrimvarReader_point", "point3f"},
             {"UsdPrimvarReader_vector", "vector3f"},
             {"UsdPrimvarReader_matrix", "matrix4d"}}};
        for (auto const& [name, type] : readers) result[name] = {{"varname", "string"}, {"fallback", type}};
        return result;
    }();
    auto const found = nodes.find(id);
    return found == nodes.end() ? nullptr : &found->second;
}

std::vector<Attribute> inputs_of(Prim const& prim)
{
    auto result = prim.attributes();
    std::erase_if(result, [](Attribute const& each) { return !each.name().view().starts_with(inputs); });
    return result;
}

Token token_of(Prim const& prim, std::string_view name)
{
    return prim.get_or<Token>(name, Token());
}

/// The value at the earliest time.
std::optional<Value> earliest(Attribute const& attribute)
{
    auto const times = attribute.time_samples();
    return times.empty() ? attribute.value() : attribute.value(times.front());
}

/// What produces an input's value: an output of a shader, or an input without connections; nothing when the
/// connection leads nowhere or to several.
std::optional<std::pair<Prim, Attribute>> producer(Prim prim, Attribute attribute)
{
    for (int steps = 0; steps < 64; ++steps) {
        bool const is_output = attribute.name().view().starts_with("outputs:");
        if (is_output && prim.is_a("Shader")) return std::pair(prim, attribute);
        auto const sources = attribute.connections();
        if (sources.empty()) return std::pair(prim, attribute);
        if (sources.size() > 1) return std::nullopt;
        auto const next = prim.stage().prim_at(sources.front().prim_path());
        auto const found = next ? next.attribute(sources.front().name()) : std::nullopt;
        if (!found) return std::nullopt;
        prim = next;
        attribute = *found;
    }
    return std::nullopt;
}

std::optional<std::pair<Prim, Attribute>> input_producer(Prim const& shader, std::string_view name)
{
    auto const input = shader.attribute(std::string(inputs) + std::string(name));
    return input && input->is_authored() ? producer(shader, *input) : std::nullopt;
}

/// The value of an input as far as another input gives it.
std::optional<Value> input_value(Prim const& shader, std::string_view name)
{
    auto const source = input_producer(shader, name);
    if (!source || !source->second.name().view().starts_with(inputs)) return std::nullopt;
    return earliest(source->second);
}

void check_input_types(Prim const& shader, Findings& findings)
{
    constexpr std::string_view rule = "ShaderPropertyTypeConformanceChecker";
    auto const source = shader.get_or<Token>("info:implementationSource", Token("id"));
    if (source != "id" && source != "sourceAsset" && source != "sourceCode")
        return findings.fail(
            rule, shader.path(),
            fmt::format("the shader's implementation source is '{}': it is id, sourceAsset or "
                        "sourceCode",
                        source.str()));
    auto const names = shader.property_names();
    bool const has_source = std::any_of(names.begin(), names.end(), [](Token name) {
        auto const text = name.view();
        return text.starts_with("info:") && text != "info:sourceAsset" && text != "info:sourceCode" &&
               (text.ends_with(":sourceAsset") || text.ends_with(":sourceCode"));
    });
    if (source != "id") {
        if (!has_source && !shader.attribute(fmt::format("info:{}", source.str())))
            findings.fail(rule, shader.path(), "the shader has no source of any type");
        return; // the source itself belongs to a renderer
    }
    auto const id = token_of(shader, "info:id");
    if (id.empty() || has_source || id.view().starts_with("ND_")) return; // ND_: MaterialX knows its nodes
    auto const* types = node_inputs(id.view());
    if (!types)
        return findings.fail(
            rule, shader.path(),
            fmt::format(
                "nobody but a renderer's plug-in knows the shader '{}', so its inputs cannot be checked",
                id.str()));
    for (auto const& input : inputs_of(shader)) {
        auto const expected = types->find(input.name().view().substr(inputs.size()));
        if (expected == types->end() || input.type_name() == expected->second) continue;
        findings.fail(rule, input.path(),
                      fmt::format("the input is a {}, but {} expects a {}", input.type_name().str(), id.str(),
                                  expected->second));
    }
}

bool is_8_bit(std::string const& file)
{
    constexpr std::array<std::string_view, 6> formats{"bmp", "tga", "jpg", "jpeg", "png", "tif"};
    return std::find(formats.begin(), formats.end(), extension_of(file)) != formats.end();
}

void check_normal_texture(Prim const& texture, Findings& findings)
{
    constexpr std::string_view rule = "NormalMapTextureChecker";
    auto const path = texture.path();
    auto const source = input_producer(texture, "file");
    auto const file = source ? source->second.resolved_asset(source->second.time_samples().empty()
                                                                 ? Time()
                                                                 : Time(source->second.time_samples()[0]))
                             : std::string();
    if (file.empty()) return findings.fail(rule, path, "the normal map's inputs:file leads to no file");
    if (!is_8_bit(file)) return;
    auto const space = input_value(texture, "sourceColorSpace");
    if (!space || space->get_or(Token()) != "raw")
        findings.add(Severity::error, rule, path,
                     "it reads a normal map, so inputs:sourceColorSpace must be 'raw'");
    auto const scale_value = input_value(texture, "scale"), bias_value = input_value(texture, "bias");
    auto const* scale = scale_value ? scale_value->get<Vec4f>() : nullptr;
    auto const* bias = bias_value ? bias_value->get<Vec4f>() : nullptr;
    if (!scale || !bias)
        return findings.add(Severity::error, rule, path,
                            "it reads a normal map of 8 bits, so inputs:scale must be (2, 2, 2, 1) and "
                            "inputs:bias (-1, -1, -1, 0)");
    bool const scaled = scale->x == 2 && scale->y == 2 && scale->z == 2;
    if (!scaled)
        findings.add(Severity::warning, rule, path,
                     "it reads a normal map of 8 bits with another inputs:scale than (2, 2, 2, 1)");
    else if (bias->x != -1 || bias->y != -1 || bias->z != -1)
        findings.add(Severity::error, rule, path,
                     "it reads a normal map of 8 bits with another inputs:bias than (-1, -1, -1, 0)");
}

void check_normal_map(Prim const& shader, Findings& findings)
{
    if (token_of(shader, "info:id") != "UsdPreviewSurface") return;
    auto const source = input_producer(shader, "normal");
    if (!source || source->first == shader) return;
    auto const& from = source->first;
    if (!from.is_a("Shader")) {
        if (!is_connectable(from))
            findings.fail("NormalMapTextureChecker", shader.path(),
                          "inputs:normal is connected to a prim that is no shader");
        return;
    }
    if (token_of(from, "info:id") == "UsdUVTexture") check_normal_texture(from, findings);
}

void check_textures(Prim const& prim, Scope const& scope, Findings& findings)
{
    if (!scope.is_package && !scope.options.arkit) return;
    if (prim.type_name().empty() || !is_connectable(prim)) return;
    constexpr std::array<std::string_view, 6> unportable{"bmp", "tga", "hdr", "tif", "tx", "zfile"};
    for (auto const& input : inputs_of(prim)) {
        if (input.type_name() != "asset" && input.type_name() != "asset[]") continue;
        auto const value = earliest(input);
        if (!value) continue;
        std::vector<AssetPath> files;
        if (auto const* file = value->get<AssetPath>()) files.push_back(*file);
        if (auto const* list = value->get<Array<AssetPath>>()) files.assign(list->begin(), list->end());
        for (auto const& file : files) {
            auto const extension = extension_of(file.authored);
            if (file.authored.empty() || is_usdz_image(extension)) continue;
            bool const known = std::find(unportable.begin(), unportable.end(), extension) != unportable.end();
            findings.fail("TextureChecker", input.path(),
                          fmt::format("the texture @{}@ is of {} format: packages hold exr, jpg and png",
                                      file.authored, known ? "a non-portable" : "an unknown"));
        }
    }
}

void check_arkit_shader(Prim const& shader, Findings& findings)
{
    constexpr std::string_view rule = "ARKitShaderChecker";
    auto const source = shader.get_or<Token>("info:implementationSource", Token("id"));
    if (source != "id")
        findings.fail(rule, shader.path(),
                      fmt::format("the shader's implementation source is '{}', not id", source.str()));
    auto const id = token_of(shader, "info:id");
    if (id != "UsdPreviewSurface" && id != "UsdUVTexture" && id != "UsdTransform2d" &&
        !id.view().starts_with("UsdPrimvarReader") && !id.view().starts_with("ND_"))
        findings.fail(rule, shader.path(), fmt::format("the shader '{}' is not supported", id.str()));
    for (auto const& input : inputs_of(shader)) {
        auto const sources = input.connections();
        if (sources.empty()) continue;
        if (sources.size() > 1)
            findings.fail(rule, input.path(),
                          fmt::format("the input has {} sources; one is allowed", sources.size()));
        auto const from = shader.stage().prim_at(sources.front().prim_path());
        if (!from || !from.attribute(sources.front().name()))
            findings.fail(rule, input.path(),
                          fmt::format("its source <{}> is missing", sources.front().str()));
        else if (!from.is_a("Shader") && !from.is_a("Material"))
            findings.fail(rule, input.path(),
                          fmt::format("its source <{}> is a {}, neither shader nor material",
                                      sources.front().str(), from.type_name().str()));
    }
}

bool is_material(Stage const& stage, Path const& path)
{
    auto const prim = stage.prim_at(path);
    return prim && prim.is_a("Material");
}

void check_bindings(Prim const& prim, Scope const& scope, Findings& findings)
{
    bool binds = false;
    for (Token const name : prim.property_names()) {
        if (!name.view().starts_with("material:binding") || !prim.has_relationship(name.view())) continue;
        binds = true;
        if (!scope.options.arkit) continue;
        auto const targets = prim.targets(name.view());
        auto const path = prim.path().property(name);
        if (targets.empty() || targets.size() > 2) continue;
        if (!is_material(prim.stage(), targets.back()))
            findings.fail("ARKitMaterialBindingChecker", path,
                          fmt::format("it targets <{}>, which is no material", targets.back().str()));
        if (targets.size() == 1) continue;
        auto const holder = prim.stage().prim_at(targets.front().prim_path());
        auto const collection = targets.front().is_property() ? targets.front().name().view() : "";
        if (!holder || !collection.starts_with("collection:") ||
            !holder.has_api("CollectionAPI:" + std::string(collection.substr(11))))
            findings.fail("ARKitMaterialBindingChecker", path,
                          fmt::format("it targets <{}>, which is no collection", targets.front().str()));
    }
    if (binds && !prim.has_api("MaterialBindingAPI"))
        findings.fail("MaterialBindingAPIAppliedChecker", prim.path(),
                      "it binds a material, but MaterialBindingAPI is not applied");
}

} // namespace

bool is_connectable(Prim const& prim)
{
    return prim.is_a("NodeGraph") || prim.is_a("Shader") || prim.is_a("LightFilter") ||
           prim.has_api("LightAPI");
}

bool is_container(Prim const& prim)
{
    return is_connectable(prim) && !prim.is_a("Shader");
}

void check_shading(Prim const& prim, Scope const& scope, Findings& findings)
{
    check_textures(prim, scope, findings);
    check_bindings(prim, scope, findings);
    if (!prim.is_a("Shader")) return;
    check_input_types(prim, findings);
    check_normal_map(prim, findings);
    if (scope.options.arkit) check_arkit_shader(prim, findings);
}

} // namespace soulvan::usd::checking
