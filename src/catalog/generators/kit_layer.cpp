// How does a model become a layer: meshes by look, prototypes as classes, copies as instanceable references?
#include "kit.h"
#include "materials.h"

#include <cctype>
#include <set>

namespace soulvan::catalog::kit {
namespace {

using usd::Array;
using usd::Path;
using usd::Token;
using usd::Value;

std::string camel(std::string_view words)
{
    std::string out;
    bool starts = true;
    for (char const c : words) {
        if (c == '_') {
            starts = true;
            continue;
        }
        out += starts ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
        starts = false;
    }
    return out;
}

template <class T>
Array<T> array_of(std::vector<T> const& values)
{
    return Array<T>(values);
}

Array<Vec3f> extent_of(Range3d const& box)
{
    return Array<Vec3f>(std::vector<Vec3f>{Vec3f(box.min), Vec3f(box.max)});
}

class Writer {
public:
    explicit Writer(Model const& model) : model_(model) {}

    Result<Generated> write(Asset const& asset)
    {
        auto const name = camel(std::string_view(asset.ref.key).substr(asset.ref.key.find('/') + 1));
        Path const root = Path::root().child(name);
        auto& layer = out_.layer;
        layer.edit_root().set(usd::field::default_prim, Token(name));
        layer.edit_root().set(usd::field::meters_per_unit, 1.0);
        layer.edit_root().set(usd::field::up_axis, Token("Y"));
        auto& prim = layer.define_prim(root, usd::Specifier::def, Token("Xform"));
        prim.set(usd::field::kind, Token("component"));
        usd::Dictionary facts{{"license", asset.license},
                              {"credit", asset.credit},
                              {"name", asset.name},
                              {"source", to_string(asset.ref)}};
        for (auto const& [key, value] : model_.facts) facts[key] = value;
        prim.set(usd::field::custom_data, usd::Dictionary{{"soulvan", facts}}); // keys nest at ":"
        if (!model_.prototypes.empty()) layer.define_prim(prototypes(), usd::Specifier::class_);
        for (auto const& part : model_.prototypes) {
            layer.define_prim(prototypes().child(part.name), usd::Specifier::class_, Token("Xform"));
            contents(prototypes().child(part.name), part);
        }
        contents(root, model_.root);
        out_.textures.assign(textures_.begin(), textures_.end());
        return std::move(out_);
    }

private:
    static Path prototypes() { return Path("/Prototypes"); }

    void contents(Path const& at, Part const& part)
    {
        auto& layer = out_.layer;
        auto const looks = at.child("Looks");
        if (!part.mesh.surfaces().empty()) layer.define_prim(looks, usd::Specifier::def, Token("Scope"));
        for (auto const& [look, surface] : part.mesh.surfaces()) {
            auto const* known = find_look(look);
            SOULVAN_CHECK(known != nullptr); // a look that a generator names is in the table
            write_look(layer, looks.child(camel(look)), *known, textures_);
            mesh(at.child(camel(look)), looks.child(camel(look)), *known, surface);
        }
        for (std::size_t i = 0; i < part.copies.size(); ++i) {
            auto const& proto = model_.prototypes[part.copies[i].prototype];
            auto const path = at.child(fmt::format("{}_{}", proto.name, i + 1));
            auto& prim = layer.define_prim(path, usd::Specifier::def, Token("Xform"));
            prim.set(usd::field::instanceable, usd::Bool{true});
            usd::Reference to;
            to.prim = prototypes().child(proto.name);
            prim.set(usd::field::references, usd::ReferenceListOp::make_prepended({to}));
            layer.define_attribute(path.property("xformOp:transform"), Token("matrix4d"),
                                   part.copies[i].matrix);
            layer.define_attribute(path.property("xformOpOrder"), Token("token[]"),
                                   array_of(std::vector{Token("xformOp:transform")}),
                                   usd::Variability::uniform);
        }
    }

    void mesh(Path const& at, Path const& material, Look const& look, Surface const& s)
    {
        auto& layer = out_.layer;
        auto& prim = layer.define_prim(at, usd::Specifier::def, Token("Mesh"));
        prim.set(usd::field::api_schemas, usd::TokenListOp::make_prepended({Token("MaterialBindingAPI")}));
        Range3d box;
        for (auto const& p : s.points) box.extendBy(Vec3d(p));
        auto const put = [&](char const* name, char const* type, Value value,
                             char const* interpolation = nullptr) {
            auto& spec = layer.define_attribute(at.property(name), Token(type), std::move(value));
            if (interpolation) spec.set(usd::field::interpolation, Token(interpolation));
        };
        put("extent", "float3[]", extent_of(box));
        put("faceVertexCounts", "int[]", array_of(s.counts));
        put("faceVertexIndices", "int[]", array_of(s.indices));
        put("points", "point3f[]", array_of(s.points));
        put("normals", "normal3f[]", array_of(s.normals), "vertex");
        put("primvars:st", "texCoord2f[]", array_of(s.st), "vertex");
        if (look.reads_color)
            put("primvars:displayColor", "color3f[]", array_of(s.colors), "vertex");
        else
            put("primvars:displayColor", "color3f[]", array_of(std::vector{look.color * 0.6f}), "constant");
        if (look.reads_roughness) put("primvars:roughness", "float[]", array_of(s.roughness), "vertex");
        layer.define_attribute(at.property("subdivisionScheme"), Token("token"), Token("none"),
                               usd::Variability::uniform);
        if (look.is_thin)
            layer.define_attribute(at.property("doubleSided"), Token("bool"), true,
                                   usd::Variability::uniform);
        layer.define_relationship(at.property("material:binding"), {material});
    }

    Model const& model_;
    Generated out_;
    std::set<std::string> textures_;
};

Range3d bounds_of(Model const& model, Part const& part)
{
    auto box = part.mesh.bounds();
    for (auto const& copy : part.copies)
        box.extendBy(transformed(bounds_of(model, model.prototypes[copy.prototype]), copy.matrix));
    return box;
}

std::size_t triangles_of(Model const& model, Part const& part)
{
    auto sum = part.mesh.triangles();
    for (auto const& copy : part.copies) sum += triangles_of(model, model.prototypes[copy.prototype]);
    return sum;
}

} // namespace

Range3d Model::bounds() const
{
    return bounds_of(*this, root);
}
std::size_t Model::triangles() const
{
    return triangles_of(*this, root);
}

Result<Generated> write_asset(Model const& model, Asset const& asset)
{
    return Writer(model).write(asset);
}

} // namespace soulvan::catalog::kit
