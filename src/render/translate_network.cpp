// Where does a shader input get its value? Connections followed through node graphs to a constant or a node.
#include "translate_network.h"

namespace soulvan::render {
namespace {

// Longer chains than any production network has; a cycle ends here.
constexpr int most_steps = 64;

bool is_container(usd::Prim const& prim)
{
    return prim.type_name() == "NodeGraph" || prim.type_name() == "Material";
}

template <class T>
void widen(T const& v, int components, Constant& out)
{
    for (int i = 0; i < components; ++i) out.value[i] = static_cast<float>(v[i]);
    out.components = components;
}

template <class T>
bool take_scalar(usd::Value const& value, Constant& out)
{
    auto const* number = value.get<T>();
    if (!number) return false;
    out.value.x = static_cast<float>(*number);
    out.components = 1;
    return true;
}

template <class T, int components>
bool take_vector(usd::Value const& value, Constant& out)
{
    auto const* vector = value.get<T>();
    if (vector) widen(*vector, components, out);
    return vector != nullptr;
}

} // namespace

Source source_of(usd::Stage const& stage, usd::Attribute const& attribute, usd::Time time)
{
    auto here = attribute;
    for (int step = 0; step < most_steps; ++step) {
        bool moved = false;
        for (auto const& path : here.connections()) {
            auto const prim = stage.prim_at(path.prim_path());
            if (!prim) continue;
            auto const name = path.name().str();
            if (name.starts_with("outputs:") && !is_container(prim)) return {{}, prim, name.substr(8)};
            auto const next = prim.attribute(path.name());
            if (!next) continue;
            here = *next;
            moved = true;
            break;
        }
        if (moved) continue;
        if (here.value(time)) return {here, {}, {}};
        return {};
    }
    return {};
}

Source source_of(usd::Stage const& stage, usd::Prim const& shader, std::string const& input, usd::Time time)
{
    auto const attribute = shader.attribute("inputs:" + input);
    return attribute ? source_of(stage, *attribute, time) : Source{};
}

std::string shader_id(usd::Prim const& shader)
{
    if (auto const id = shader.get<usd::Token>("info:id"); id && !id->empty()) return id->str();
    if (auto const name = shader.get<usd::Token>("info:mdl:sourceAsset:subIdentifier")) return name->str();
    if (auto const file = shader.get<usd::AssetPath>("info:mdl:sourceAsset")) return file->authored;
    return {};
}

std::optional<Constant> constant_of(usd::Value const& value)
{
    Constant out;
    bool const known = take_scalar<float>(value, out) || take_scalar<double>(value, out) ||
                       take_scalar<half>(value, out) || take_scalar<std::int32_t>(value, out) ||
                       take_vector<Vec2f, 2>(value, out) || take_vector<Vec2d, 2>(value, out) ||
                       take_vector<Vec2h, 2>(value, out) || take_vector<Vec3f, 3>(value, out) ||
                       take_vector<Vec3d, 3>(value, out) || take_vector<Vec3h, 3>(value, out) ||
                       take_vector<Vec4f, 4>(value, out) || take_vector<Vec4d, 4>(value, out) ||
                       take_vector<Vec4h, 4>(value, out);
    if (known) return out;
    if (auto const* flag = value.get<usd::Bool>()) {
        out.value.x = flag->value ? 1.0f : 0.0f;
        out.components = 1;
        return out;
    }
    return std::nullopt;
}

std::optional<Constant> constant_of(Source const& source, usd::Time time)
{
    if (!source.is_constant()) return std::nullopt;
    auto const value = source.attribute->value(time);
    return value ? constant_of(*value) : std::nullopt;
}

std::optional<std::string> text_of(Source const& source, usd::Time time)
{
    if (!source.is_constant()) return std::nullopt;
    auto const value = source.attribute->value(time);
    if (!value) return std::nullopt;
    if (auto const* token = value->get<usd::Token>()) return token->str();
    if (auto const* text = value->get<std::string>()) return *text;
    return std::nullopt;
}

} // namespace soulvan::render
