// What primvars does a prim have? Read, checked for length, indices and finite numbers; nothing is expanded
// yet.
#include "primvar_read.h"

#include <algorithm>
#include <cmath>
#include <string_view>

namespace soulvan::geometry {
namespace {

bool finite(float x)
{
    return std::isfinite(x);
}
bool finite(Vec2f v)
{
    return finite(v.x) && finite(v.y);
}
bool finite(Vec3f v)
{
    return finite(v.x) && finite(v.y) && finite(v.z);
}

float narrow(half x)
{
    return x;
}
float narrow(float x)
{
    return x;
}
float narrow(double x)
{
    return static_cast<float>(x);
}
template <class T>
Vec2f narrow(Imath::Vec2<T> const& v)
{
    return {narrow(v.x), narrow(v.y)};
}
template <class T>
Vec3f narrow(Imath::Vec3<T> const& v)
{
    return {narrow(v.x), narrow(v.y), narrow(v.z)};
}
/// A colour with alpha: the alpha has no place in a colour primvar.
template <class T>
Vec3f narrow(Imath::Vec4<T> const& v)
{
    return {narrow(v.x), narrow(v.y), narrow(v.z)};
}

template <class To, class From>
bool take(usd::Value const& value, std::vector<To>& out)
{
    if (auto const* array = value.get<usd::Array<From>>()) {
        out.reserve(array->size());
        for (auto const& element : *array) out.push_back(narrow(element));
        return true;
    }
    if (auto const* one = value.get<From>()) {
        out.push_back(narrow(*one));
        return true;
    }
    return false;
}

template <class To, class... From>
std::optional<std::vector<To>> convert(usd::Value const& value)
{
    std::vector<To> out;
    if ((take<To, From>(value, out) || ...)) return out;
    return std::nullopt;
}

std::optional<std::vector<float>> floats(usd::Value const& value)
{
    return convert<float, float, double, half>(value);
}
std::optional<std::vector<Vec2f>> vec2s(usd::Value const& value)
{
    return convert<Vec2f, Vec2f, Vec2d, Vec2h>(value);
}
std::optional<std::vector<Vec3f>> vec3s(usd::Value const& value)
{
    return convert<Vec3f, Vec3f, Vec3d, Vec3h>(value);
}
std::optional<std::vector<Vec3f>> colors(usd::Value const& value)
{
    return convert<Vec3f, Vec3f, Vec3d, Vec3h, Vec4f, Vec4d, Vec4h>(value);
}

std::optional<Interpolation> interpolation_named(std::string_view name)
{
    if (name == "constant") return Interpolation::constant;
    if (name == "uniform") return Interpolation::uniform;
    if (name == "varying") return Interpolation::varying;
    if (name == "vertex") return Interpolation::vertex;
    if (name == "faceVarying") return Interpolation::face_varying;
    return std::nullopt;
}

Interpolation interpolation_of(usd::Attribute const& attribute, Interpolation fallback)
{
    auto const value = attribute.metadata(usd::field::interpolation);
    if (!value) return fallback;
    auto const* token = value->get<usd::Token>();
    return token ? interpolation_named(token->view()).value_or(fallback) : fallback;
}

/// Everything that the checks of one primvar need to know.
struct Reader {
    usd::Prim const& prim;
    usd::Time time;
    ElementCounts const& counts;
    std::vector<std::string>& notes;

    void note(usd::Attribute const& attribute, std::string const& what) const
    {
        notes.push_back(fmt::format("{}.{}: {}", prim.path().str(), attribute.name().str(), what));
    }

    /// The indices beside `attribute`, checked. Empty when there are none.
    Result<std::vector<std::int32_t>> indices(usd::Prim const& owner, usd::Attribute const& attribute,
                                              std::size_t values) const
    {
        auto const name = attribute.name().str() + ":indices";
        auto const found = owner.get<usd::Array<std::int32_t>>(name, time);
        if (!found) return std::vector<std::int32_t>{};
        for (std::size_t i = 0; i < found->size(); ++i) {
            auto const index = (*found)[i];
            if (index < 0 || static_cast<std::size_t>(index) >= values)
                return fail(Errc::invalid_input, "{}.{}: element {} is {}, but there are {} values",
                            owner.path().str(), name, i, index, values);
        }
        return std::vector<std::int32_t>(found->begin(), found->end());
    }

    /// Nothing when the primvar cannot be used; a note says why.
    template <class T>
    Result<std::optional<RawPrimvar<T>>> checked(usd::Prim const& owner, usd::Attribute const& attribute,
                                                 std::string name, Interpolation interpolation,
                                                 std::vector<T> values) const
    {
        RawPrimvar<T> primvar{std::move(name), interpolation, std::move(values), {}};
        primvar.indices = TRY(indices(owner, attribute, primvar.values.size()));
        auto const expected = counts.of(primvar.interpolation);
        // One element serves everybody whatever the interpolation says: exporters write displayColor so.
        if (primvar.size() == 1 && expected != 1) primvar.interpolation = Interpolation::constant;
        if (primvar.interpolation == Interpolation::constant) {
            if (primvar.size() == 0) return std::optional<RawPrimvar<T>>{};
            primvar.values = {primvar[0]};
            primvar.indices.clear();
        } else if (primvar.size() != expected) {
            note(attribute,
                 fmt::format("has {} elements where {} are needed; it is ignored", primvar.size(), expected));
            return std::optional<RawPrimvar<T>>{};
        }
        std::size_t broken = 0;
        for (auto& value : primvar.values) {
            if (finite(value)) continue;
            value = T(0);
            ++broken;
        }
        if (broken > 0) note(attribute, fmt::format("{} values are not finite; they count as 0", broken));
        return std::optional(std::move(primvar));
    }
};

bool is_wanted(std::string const& name, std::optional<std::vector<std::string>> const& wanted)
{
    return !wanted || std::find(wanted->begin(), wanted->end(), name) != wanted->end();
}

bool has(RawPrimvars const& primvars, std::string const& name)
{
    auto const in = [&](auto const& list) {
        return std::any_of(list.begin(), list.end(), [&](auto const& p) { return p.name == name; });
    };
    return in(primvars.uvs) || in(primvars.colors) || in(primvars.scalars);
}

constexpr std::string_view prefix = "primvars:";

/// The name behind "primvars:", or nothing for attributes that are none.
std::optional<std::string> primvar_name(usd::Attribute const& attribute)
{
    std::string_view const name = attribute.name().view();
    if (!name.starts_with(prefix) || name.ends_with(":indices")) return std::nullopt;
    auto const bare = name.substr(prefix.size());
    if (bare.starts_with("skel:")) return std::nullopt;
    return std::string(bare);
}

Result<> read_one(Reader const& reader, usd::Prim const& owner, usd::Attribute const& attribute,
                  std::string name, RawPrimvars& out)
{
    auto const value = attribute.value(reader.time);
    if (!value) return {};
    auto const interpolation = interpolation_of(attribute, Interpolation::constant);
    auto const element_size = attribute.metadata(usd::field::element_size);
    if (element_size && element_size->get_or<std::int32_t>(1) > 1)
        return {}; // arrays per element: no shader reads them
    if (auto uv = vec2s(*value)) {
        if (auto kept = TRY(reader.checked(owner, attribute, std::move(name), interpolation, std::move(*uv))))
            out.uvs.push_back(std::move(*kept));
    } else if (auto color = colors(*value)) {
        if (auto kept =
                TRY(reader.checked(owner, attribute, std::move(name), interpolation, std::move(*color))))
            out.colors.push_back(std::move(*kept));
    } else if (auto scalar = floats(*value)) {
        if (auto kept =
                TRY(reader.checked(owner, attribute, std::move(name), interpolation, std::move(*scalar))))
            out.scalars.push_back(std::move(*kept));
    }
    return {};
}

/// UsdGeomMesh: "primvars:normals" wins over "normals", whose interpolation is vertex unless authored.
Result<> read_normals(Reader const& reader, RawPrimvars& out)
{
    for (auto const* name : {"primvars:normals", "normals"}) {
        auto const attribute = reader.prim.attribute(name);
        if (!attribute || !attribute->is_authored()) continue;
        auto const value = attribute->value(reader.time);
        if (!value) continue;
        auto normals = vec3s(*value);
        if (!normals || normals->empty()) continue;
        auto const interpolation =
            interpolation_of(*attribute, std::string_view(name) == "normals" ? Interpolation::vertex
                                                                             : Interpolation::constant);
        out.normals =
            TRY(reader.checked(reader.prim, *attribute, "normals", interpolation, std::move(*normals)));
        if (out.normals) return {};
    }
    return {};
}

} // namespace

std::size_t ElementCounts::of(Interpolation interpolation) const
{
    switch (interpolation) {
    case Interpolation::constant:
        return 1;
    case Interpolation::uniform:
        return faces;
    case Interpolation::varying:
    case Interpolation::vertex:
        return points;
    case Interpolation::face_varying:
        return corners;
    }
    return 0;
}

Result<RawPrimvars> read_primvars(usd::Prim const& prim, usd::Time time, ElementCounts const& counts,
                                  std::optional<std::vector<std::string>> const& wanted,
                                  std::vector<std::string>& notes)
{
    RawPrimvars out;
    Reader const reader{prim, time, counts, notes};
    TRY(read_normals(reader, out));
    for (auto const& attribute : prim.attributes()) {
        auto name = primvar_name(attribute);
        if (!name || *name == "normals" || !is_wanted(*name, wanted)) continue;
        TRY(read_one(reader, prim, attribute, std::move(*name), out));
    }
    // UsdGeomPrimvarsAPI: constant primvars are inherited down namespace, the nearest ancestor winning.
    for (auto ancestor = prim.parent(); ancestor && !ancestor.path().is_root();
         ancestor = ancestor.parent()) {
        for (auto const& attribute : ancestor.attributes()) {
            auto name = primvar_name(attribute);
            if (!name || *name == "normals" || has(out, *name) || !is_wanted(*name, wanted)) continue;
            if (interpolation_of(attribute, Interpolation::constant) != Interpolation::constant) continue;
            if (auto const own = prim.attribute(attribute.name()); own && own->is_authored()) continue;
            TRY(read_one(reader, ancestor, attribute, std::move(*name), out));
        }
    }
    return out;
}

std::optional<std::vector<Vec3f>> read_vec3f_array(usd::Prim const& prim, std::string_view name,
                                                   usd::Time time)
{
    auto const attribute = prim.attribute(name);
    if (!attribute) return std::nullopt;
    auto const value = attribute->value(time);
    return value ? vec3s(*value) : std::nullopt;
}

Result<> check_finite(usd::Prim const& prim, std::string_view attribute, std::vector<Vec3f> const& values)
{
    for (std::size_t i = 0; i < values.size(); ++i)
        if (!finite(values[i]))
            return fail(Errc::invalid_input, "{}.{}: element {} is ({}, {}, {}), which is not finite",
                        prim.path().str(), attribute, i, values[i].x, values[i].y, values[i].z);
    return {};
}

} // namespace soulvan::geometry
