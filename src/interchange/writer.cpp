// How does a model stand in a USD layer? Prims, meshes, UsdPreviewSurface networks.
#include "writer.h"

#include "names.h"
#include "shape.h"

#include <algorithm>
#include <map>

namespace soulvan::interchange {

using usd::Array;
using usd::Layer;
using usd::Path;
using usd::Specifier;
using usd::Token;
using usd::Value;
using usd::Variability;

namespace {

void connect(Layer& layer, Path const& attribute, Token type, Path const& source)
{
    layer.define_attribute(attribute, type)
        .set(usd::field::connection_paths, usd::PathListOp::make_explicit({source}));
}

void apply_schema(usd::Spec& prim, char const* schema)
{
    prim.set(usd::field::api_schemas, usd::TokenListOp::make_prepended({Token(schema)}));
}

/// Writes one material's network below `path`.
class MaterialWriter {
public:
    MaterialWriter(Layer& layer, Path path) : layer_(layer), path_(std::move(path)) {}

    void write(ModelMaterial const& source, WrittenMaterial const& material)
    {
        layer_.define_prim(path_, Specifier::def, Token("Material"));
        auto const surface = shader("surface", "UsdPreviewSurface");
        connect(layer_, path_.property("outputs:surface"), Token("token"),
                surface.property("outputs:surface"));
        auto const& look = material.look;
        write_color(surface, source, material);
        write_opacity(surface, source, material);
        write_packed(surface, source, material);
        write_normal(surface, source, material);
        value(surface, "ior", look.ior);
        if (look.clearcoat > 0) {
            value(surface, "clearcoat", look.clearcoat);
            value(surface, "clearcoatRoughness", look.clearcoat_roughness);
        }
        value(surface, "useSpecularWorkflow", std::int32_t{0});
        layer_.define_attribute(surface.property("outputs:surface"), Token("token"));
    }

private:
    Path shader(char const* name, char const* id)
    {
        auto const path = path_.child(name);
        layer_.define_prim(path, Specifier::def, Token("Shader"));
        layer_.define_attribute(path.property("info:id"), Token("token"), Token(id), Variability::uniform);
        return path;
    }
    void value(Path const& shader, char const* input, float v) { attribute(shader, input, "float", v); }
    void value(Path const& shader, char const* input, std::int32_t v) { attribute(shader, input, "int", v); }
    void attribute(Path const& shader, char const* input, char const* type, Value v)
    {
        layer_.define_attribute(shader.property(std::string("inputs:") + input), Token(type), std::move(v));
    }
    void link(Path const& shader, char const* input, char const* type, Path const& texture,
              char const* output)
    {
        layer_.define_attribute(texture.property(std::string("outputs:") + output),
                                Token(std::string_view(output) == "rgb" ? "float3" : "float"));
        connect(layer_, shader.property(std::string("inputs:") + input), Token(type),
                texture.property(std::string("outputs:") + output));
    }

    /// The texture coordinates of a use: the reader itself, or a transform behind it.
    Path coordinates(TextureUse const& use, std::string const& name)
    {
        auto const reader = path_.child("st");
        if (!has_reader_) {
            shader("st", "UsdPrimvarReader_float2");
            attribute(reader, "varname", "string", std::string("st"));
            layer_.define_attribute(reader.property("outputs:result"), Token("float2"));
            has_reader_ = true;
        }
        if (use.translation == Vec2f(0, 0) && use.scale == Vec2f(1, 1) && use.rotation_deg == 0)
            return reader.property("outputs:result");
        auto const transform = shader((name + "_transform").c_str(), "UsdTransform2d");
        connect(layer_, transform.property("inputs:in"), Token("float2"), reader.property("outputs:result"));
        attribute(transform, "translation", "float2", use.translation);
        attribute(transform, "scale", "float2", use.scale);
        value(transform, "rotation", use.rotation_deg);
        layer_.define_attribute(transform.property("outputs:result"), Token("float2"));
        return transform.property("outputs:result");
    }

    Path texture(char const* name, StoredTexture const& stored, TextureUse const& use, bool is_color)
    {
        auto const path = shader(name, "UsdUVTexture");
        attribute(path, "file", "asset", usd::AssetPath{stored.path});
        attribute(path, "sourceColorSpace", "token", Token(is_color ? "sRGB" : "raw"));
        connect(layer_, path.property("inputs:st"), Token("float2"), coordinates(use, name));
        attribute(path, "wrapS", "token", Token(use.wrap_s));
        attribute(path, "wrapT", "token", Token(use.wrap_t));
        return path;
    }
    void scale(Path const& texture, Vec4f const& factor)
    {
        if (factor != Vec4f(1, 1, 1, 1)) attribute(texture, "scale", "float4", factor);
    }

    void write_color(Path const& surface, ModelMaterial const& source, WrittenMaterial const& material)
    {
        auto const& look = material.look;
        auto const tint = source.is_physical ? Vec4f(look.diffuse.x, look.diffuse.y, look.diffuse.z,
                                                     look.opacity_from_color_map ? look.opacity : 1)
                                             : Vec4f(1, 1, 1, 1);
        if (material.color) {
            color_ = texture("color", *material.color, source.color_map, true);
            scale(color_, tint);
        }
        if (material.color && !look.emission_from_color_map)
            link(surface, "diffuseColor", "color3f", color_, "rgb");
        else
            attribute(surface, "diffuseColor", "color3f", look.diffuse);

        if (look.emission_from_color_map && material.color) {
            // The picture shines: its own node, because the scale is the brightness.
            auto const shining = texture("emission", *material.color, source.color_map, true);
            scale(shining, {look.emission.x, look.emission.y, look.emission.z, 1});
            link(surface, "emissiveColor", "color3f", shining, "rgb");
        } else if (material.emission) {
            auto const map = texture("emission", *material.emission, source.emission_map, true);
            auto const lit = look.emission != Vec3f(0) ? look.emission : Vec3f(1);
            scale(map, {lit.x, lit.y, lit.z, 1});
            link(surface, "emissiveColor", "color3f", map, "rgb");
        } else if (look.emission != Vec3f(0)) {
            attribute(surface, "emissiveColor", "color3f", look.emission);
        }
    }

    void write_opacity(Path const& surface, ModelMaterial const& source, WrittenMaterial const& material)
    {
        auto const& look = material.look;
        if (look.opacity_from_color_map && material.color) {
            link(surface, "opacity", "float", color_, "a");
        } else if (material.opacity) {
            auto const map = texture("opacity", *material.opacity, source.opacity_map, false);
            auto const from_alpha = material.opacity->alpha != AlphaUse::none;
            link(surface, "opacity", "float", map, from_alpha ? "a" : "r");
        } else if (look.opacity < 1) {
            value(surface, "opacity", look.opacity);
        }
        if (look.opacity_threshold > 0) value(surface, "opacityThreshold", look.opacity_threshold);
    }

    /// Roughness, metalness and occlusion, whether in maps of their own or packed as glTF packs them.
    void write_packed(Path const& surface, ModelMaterial const& source, WrittenMaterial const& material)
    {
        auto const& look = material.look;
        if (material.roughness && source.packed_roughness) {
            auto const map = texture("roughness", *material.roughness, source.roughness_map, false);
            scale(map, {1, look.roughness, look.metallic, 1});
            link(surface, "roughness", "float", map, "g");
            link(surface, "metallic", "float", map, "b");
        } else {
            if (material.roughness) {
                auto const map = texture("roughness", *material.roughness, source.roughness_map, false);
                link(surface, "roughness", "float", map, "r");
            } else {
                value(surface, "roughness", look.roughness);
            }
            if (material.metallic) {
                auto const map = texture("metallic", *material.metallic, source.metallic_map, false);
                link(surface, "metallic", "float", map, "r");
            } else {
                value(surface, "metallic", look.metallic);
            }
        }
        if (material.occlusion) {
            auto const map = texture("occlusion", *material.occlusion, source.occlusion_map, false);
            link(surface, "occlusion", "float", map, "r");
        }
    }

    void write_normal(Path const& surface, ModelMaterial const& source, WrittenMaterial const& material)
    {
        if (!material.normal) return;
        auto const map = texture("normal", *material.normal, source.normal_map, false);
        // UsdPreviewSurface, "Texture Reader": normal maps are raw with scale 2 and bias -1.
        auto const strength = 2 * source.normal_scale;
        attribute(map, "scale", "float4", Vec4f(strength, strength, 2, 1));
        attribute(map, "bias", "float4", Vec4f(-source.normal_scale, -source.normal_scale, -1, 0));
        link(surface, "normal", "normal3f", map, "rgb");
    }

    Layer& layer_;
    Path path_, color_;
    bool has_reader_ = false;
};

/// Per-corner values as they are, or one per point where all corners of a point agree.
template <class T>
void define_corner_values(Layer& layer, Path const& path, char const* type, std::vector<T> const& corners,
                          ModelMesh const& mesh)
{
    std::vector<T> by_point(mesh.points.size());
    std::vector<char> known(mesh.points.size(), 0);
    bool agree = true;
    for (std::size_t i = 0; i < corners.size() && agree; ++i) {
        auto const point = mesh.indices[i];
        if (!known[point]) {
            known[point] = 1;
            by_point[point] = corners[i];
        } else {
            agree = by_point[point] == corners[i];
        }
    }
    layer.define_attribute(path, Token(type), Array<T>(agree ? std::move(by_point) : corners))
        .set(usd::field::interpolation, Token(agree ? "vertex" : "faceVarying"));
}

/// Glass and cutouts are seen from both sides, and foreign winding is no promise.
void define_mesh(Layer& layer, Path const& path, ModelMesh const& mesh)
{
    layer.define_prim(path, Specifier::def, Token("Mesh"));
    auto const property = [&](char const* name) { return path.property(name); };
    layer.define_attribute(property("subdivisionScheme"), Token("token"), Token("none"),
                           Variability::uniform);
    layer.define_attribute(property("doubleSided"), Token("bool"), true, Variability::uniform);
    layer.define_attribute(property("faceVertexCounts"), Token("int[]"),
                           Array<std::int32_t>(mesh.face_counts));
    layer.define_attribute(property("faceVertexIndices"), Token("int[]"), Array<std::int32_t>(mesh.indices));
    layer.define_attribute(property("points"), Token("point3f[]"), Array<Vec3f>(mesh.points));
    Imath::Box3f box;
    for (auto const& point : mesh.points) box.extendBy(point);
    layer.define_attribute(property("extent"), Token("float3[]"), Array<Vec3f>({box.min, box.max}));
    if (!mesh.normals.empty())
        define_corner_values(layer, property("normals"), "normal3f[]", mesh.normals, mesh);
    if (!mesh.uvs.empty())
        define_corner_values(layer, property("primvars:st"), "texCoord2f[]", mesh.uvs, mesh);
    if (!mesh.colors.empty())
        define_corner_values(layer, property("primvars:displayColor"), "color3f[]", mesh.colors, mesh);
}

void bind(Layer& layer, Path const& prim, Path const& material)
{
    layer.define_relationship(prim.property("material:binding"), {material});
    apply_schema(*layer.edit(prim), "MaterialBindingAPI");
}

void set_transform(Layer& layer, Path const& prim, Matrix4d const& matrix)
{
    if (matrix == Matrix4d()) return;
    layer.define_attribute(prim.property("xformOp:transform"), Token("matrix4d"), matrix);
    layer.define_attribute(prim.property("xformOpOrder"), Token("token[]"),
                           Array<Token>({Token("xformOp:transform")}), Variability::uniform);
}

/// Writes the nodes: a mesh of one node stands in it, a mesh of several stands below `prototypes`.
class NodeWriter {
public:
    NodeWriter(Layer& layer, ModelScene const& scene, Path const& root, std::vector<Path> const& materials,
               ImportReport& report)
        : layer_(layer),
          scene_(scene),
          root_(root),
          materials_(materials),
          report_(report),
          prototypes_(scene.meshes.size()),
          leads_to_mesh_(scene.nodes.size(), false)
    {
        std::vector<int> uses(scene.meshes.size(), 0);
        for (auto const& node : scene.nodes)
            for (auto const mesh : node.meshes)
                if (!scene.meshes[mesh].indices.empty()) ++uses[mesh];
        for (std::size_t mesh = 0; mesh < uses.size(); ++mesh)
            if (uses[mesh] > 1) shared_.push_back(static_cast<std::uint32_t>(mesh));
        for (auto i = scene.nodes.size(); i-- > 0;) {
            auto const& node = scene.nodes[i];
            leads_to_mesh_[i] = std::any_of(node.meshes.begin(), node.meshes.end(),
                                            [&](auto mesh) { return !scene.meshes[mesh].indices.empty(); }) ||
                                std::any_of(node.children.begin(), node.children.end(),
                                            [&](auto c) { return leads_to_mesh_[c]; });
        }
    }

    void write()
    {
        write_prototypes();
        std::vector<Path> paths(scene_.nodes.size());
        std::map<Path, SiblingNames> names;
        paths[0] = root_.child("geo");
        layer_.define_prim(paths[0], Specifier::def,
                           Token(scene_.nodes[0].parent_from_node == Matrix4d() ? "Scope" : "Xform"));
        set_transform(layer_, paths[0], scene_.nodes[0].parent_from_node);
        for (std::size_t i = 0; i < scene_.nodes.size(); ++i) {
            if (!leads_to_mesh_[i]) continue;
            auto const& node = scene_.nodes[i];
            for (auto const mesh : node.meshes)
                if (!scene_.meshes[mesh].indices.empty()) write_mesh(paths[i], mesh, names[paths[i]]);
            for (auto const child : node.children) {
                if (!leads_to_mesh_[child]) continue;
                auto const& next = scene_.nodes[child];
                paths[child] = paths[i].child(names[paths[i]].take(next.name, "node"));
                layer_.define_prim(paths[child], Specifier::def, Token("Xform"));
                set_transform(layer_, paths[child], next.parent_from_node);
            }
        }
    }

private:
    void write_prototypes()
    {
        if (shared_.empty()) return;
        auto const scope = root_.child("prototypes");
        // A class is not drawn by itself, and being inside the asset it travels with every reference to it.
        layer_.define_prim(scope, Specifier::class_, Token("Scope"));
        SiblingNames names;
        for (auto const index : shared_) {
            auto const& mesh = scene_.meshes[index];
            prototypes_[index] = scope.child(names.take(mesh.name, "mesh"));
            layer_.define_prim(prototypes_[index], Specifier::def, Token("Xform"));
            auto const path = prototypes_[index].child("mesh");
            define_mesh(layer_, path, mesh);
            count(mesh);
        }
    }

    void write_mesh(Path const& parent, std::uint32_t index, SiblingNames& names)
    {
        auto const& mesh = scene_.meshes[index];
        auto const path = parent.child(names.take(mesh.name, "mesh"));
        if (prototypes_[index].empty()) {
            define_mesh(layer_, path, mesh);
            count(mesh);
        } else {
            auto& prim = layer_.define_prim(path, Specifier::def, Token("Xform"));
            prim.set(usd::field::instanceable, true);
            prim.set(usd::field::references,
                     usd::ReferenceListOp::make_prepended({usd::Reference{.prim = prototypes_[index]}}));
            ++report_.instances;
        }
        // On the instance, not below it: one prototype can be seen in several materials.
        bind(layer_, path, materials_[mesh.material]);
    }

    void count(ModelMesh const& mesh)
    {
        ++report_.meshes;
        report_.faces += mesh.face_counts.size();
        report_.points += mesh.points.size();
    }

    Layer& layer_;
    ModelScene const& scene_;
    Path root_;
    std::vector<Path> const& materials_;
    ImportReport& report_;
    std::vector<Path> prototypes_;
    std::vector<char> leads_to_mesh_;
    std::vector<std::uint32_t> shared_;
};

} // namespace

Layer layer_of(ModelScene const& scene, std::vector<WrittenMaterial> const& materials,
               ImportOptions const& options, std::string const& root_name, ImportReport& report)
{
    Layer layer;
    auto const root = Path::root().child(root_name);
    layer.edit_root().set(usd::field::default_prim, Token(root_name));
    layer.edit_root().set(usd::field::meters_per_unit, 1.0);
    layer.edit_root().set(usd::field::up_axis, Token("Y"));
    auto& prim = layer.define_prim(root, Specifier::def, Token("Xform"));
    prim.set(usd::field::kind, Token("component"));
    if (!options.custom_data.empty()) prim.set(usd::field::custom_data, options.custom_data);

    std::vector<char> is_used(scene.materials.size(), 0);
    for (auto const& mesh : scene.meshes)
        if (!mesh.indices.empty()) is_used[mesh.material] = 1;
    std::vector<Path> paths(scene.materials.size());
    SiblingNames names;
    auto const scope = root.child("mtl");
    for (std::size_t i = 0; i < scene.materials.size(); ++i)
        if (is_used[i]) paths[i] = scope.child(names.take(scene.materials[i].name, "material"));

    NodeWriter(layer, scene, root, paths, report).write();
    layer.define_prim(scope, Specifier::def, Token("Scope"));
    for (std::size_t i = 0; i < scene.materials.size(); ++i) {
        if (!is_used[i]) continue;
        MaterialWriter(layer, paths[i]).write(scene.materials[i], materials[i]);
        ++report.materials;
    }
    return layer;
}

} // namespace soulvan::interchange
