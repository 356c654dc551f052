// What does a pattern node compute? Textures, primvar readers and coordinate transforms as one render::Input.
#include "translate_pattern.h"

#include "translate_udim.h"

#include <array>
#include <cmath>
#include <numbers>

namespace soulvan::render {
namespace {

constexpr int most_nodes = 32; // of a chain of nodes; a cycle ends here

Vec3f rgb(Vec4f const& v)
{
    return {v.x, v.y, v.z};
}

Vec3f as_input(Constant const& constant, InputKind kind)
{
    if (kind == InputKind::scalar) {
        // A colour where one number is wanted: its mean, as when a colour opacity becomes an opacity.
        if (constant.components >= 3)
            return {(constant.value.x + constant.value.y + constant.value.z) / 3, 0, 0};
        return {constant.value.x, 0, 0};
    }
    if (constant.components == 1) return Vec3f(constant.value.x);
    return rgb(constant.value);
}

bool has_prefix(std::string const& id, std::string_view prefix)
{
    return std::string_view(id).starts_with(prefix);
}

/// Texture coordinates on their way from a primvar to a look-up: st' = matrix · st + offset.
struct Coordinates {
    std::string primvar; ///< "": nothing was connected; each mesh's own choice
    std::array<float, 4> matrix{1, 0, 0, 1};
    Vec2f offset{0, 0};

    /// Applies `outer` after what is here.
    void then(std::array<float, 4> const& m, Vec2f t)
    {
        auto const a = matrix;
        matrix = {m[0] * a[0] + m[1] * a[2], m[0] * a[1] + m[1] * a[3], m[2] * a[0] + m[3] * a[2],
                  m[2] * a[1] + m[3] * a[3]};
        offset = {m[0] * offset.x + m[1] * offset.y + t.x, m[2] * offset.x + m[3] * offset.y + t.y};
    }
};

class PatternReader {
public:
    PatternReader(Translation& translation, InputKind kind) : translation_(translation), kind_(kind) {}

    bool read(Source const& source, Input& out, int depth = 0)
    {
        if (auto const constant = constant_of(source, translation_.time)) {
            out.value = out.fallback = as_input(*constant, kind_);
            return true;
        }
        if (!source.is_node() || depth > most_nodes) return false;
        auto const id = shader_id(source.shader);
        if (has_prefix(id, "UsdUVTexture") || has_prefix(id, "ND_UsdUVTexture"))
            return usd_texture(source, out);
        if (has_prefix(id, "UsdPrimvarReader_") || has_prefix(id, "ND_UsdPrimvarReader_"))
            return primvar(source.shader, "varname", "fallback", out);
        if (has_prefix(id, "ND_geompropvalue_") || has_prefix(id, "ND_geomcolor_"))
            return primvar(source.shader, "geomprop", "default", out);
        if (has_prefix(id, "ND_image_") || has_prefix(id, "ND_tiledimage_") || has_prefix(id, "ND_gltf_"))
            return materialx_image(source, out);
        if (has_prefix(id, "ND_constant_")) return read(feed(source.shader, "value"), out, depth + 1);
        if (has_prefix(id, "ND_normalmap")) return normal_map(source.shader, out, depth);
        if (has_prefix(id, "ND_multiply_")) return multiply(source.shader, out, depth);
        if (has_prefix(id, "ND_extract_") || has_prefix(id, "ND_separate") || has_prefix(id, "ND_swizzle_"))
            return channel_of(source, out, depth);
        if (has_prefix(id, "ND_convert_") || has_prefix(id, "ND_dot_"))
            return read(feed(source.shader, "in"), out, depth + 1);
        return pass_through(source.shader, id, out, depth);
    }

    bool texture(usd::Attribute const& file, ColorSpace color_space, Wrap wrap_s, Wrap wrap_t, Coordinates st,
                 Input& out)
    {
        auto const resolved = file.resolved_asset(translation_.time);
        auto const authored = file.get<usd::AssetPath>(translation_.time).value_or(usd::AssetPath{}).authored;
        if (authored.empty()) return false;
        if (resolved.empty()) {
            translation_.warnings.add(
                fmt::format("{}: the texture \"{}\" does not exist; the fallback value is used",
                            file.path().str(), authored));
            out.value = out.fallback;
            return true;
        }
        // What is no colour holds numbers: "auto" is meant for pictures, and linearised roughness is never
        // wanted.
        if (color_space == ColorSpace::automatic && kind_ != InputKind::color) color_space = ColorSpace::raw;
        if (auto const grid = is_udim(resolved) ? udim_grid(resolved) : std::nullopt) {
            // The atlas takes the place of the tiles' rectangle; beyond it there is nothing to repeat.
            auto const columns = static_cast<float>(grid->columns), rows = static_cast<float>(grid->rows);
            st.then({1 / columns, 0, 0, 1 / rows},
                    {-static_cast<float>(grid->u) / columns, -static_cast<float>(grid->v) / rows});
            wrap_s = wrap_t = Wrap::clamp;
        }
        out.texture = translation_.textures.index_of({resolved, color_space, wrap_s, wrap_t});
        out.uv_set = translation_.uv_sets.index_of(st.primvar);
        out.uv_matrix = st.matrix;
        out.uv_offset = st.offset;
        return true;
    }

private:
    Source feed(usd::Prim const& shader, std::string const& input) const
    {
        return source_of(translation_.stage, shader, input, translation_.time);
    }
    std::optional<Constant> constant(usd::Prim const& shader, std::string const& input) const
    {
        return constant_of(feed(shader, input), translation_.time);
    }
    std::optional<std::string> text(usd::Prim const& shader, std::string const& input) const
    {
        return text_of(feed(shader, input), translation_.time);
    }

    Channel channel_named(std::string const& output) const
    {
        if (output == "r" || output == "outr" || output == "outx") return Channel::r;
        if (output == "g" || output == "outg" || output == "outy") return Channel::g;
        if (output == "b" || output == "outb" || output == "outz") return Channel::b;
        if (output == "a" || output == "outa") return Channel::a;
        return kind_ == InputKind::scalar ? Channel::r : Channel::rgb;
    }

    /// Without wrap metadata in the file "useMetadata" is up to the renderer; repeating is what exporters
    /// expect.
    static Wrap wrap_named(std::optional<std::string> const& name)
    {
        if (name == "clamp") return Wrap::clamp;
        if (name == "mirror") return Wrap::mirror;
        if (name == "black" || name == "constant") return Wrap::black;
        return Wrap::repeat;
    }

    static ColorSpace color_space_named(std::string const& name)
    {
        if (name == "raw" || name == "Raw" || has_prefix(name, "lin") || name == "none")
            return ColorSpace::raw;
        if (name == "sRGB" || has_prefix(name, "srgb") || has_prefix(name, "sRGB")) return ColorSpace::srgb;
        return ColorSpace::automatic;
    }

    /// inputs:sourceColorSpace, else the colorSpace metadata of the file attribute.
    ColorSpace color_space_of(usd::Prim const& shader, usd::Attribute const& file) const
    {
        if (auto const name = text(shader, "sourceColorSpace"); name && *name != "auto")
            return color_space_named(*name);
        if (auto const metadata = file.metadata(usd::field::color_space))
            if (auto const* name = metadata->get<usd::Token>()) return color_space_named(name->str());
        return ColorSpace::automatic;
    }

    bool usd_texture(Source const& source, Input& out)
    {
        auto const& shader = source.shader;
        auto const fallback = constant(shader, "fallback").value_or(Constant{{0, 0, 0, 1}, 4}).value;
        auto const channel = channel_named(source.output);
        out.channel = channel;
        out.scale = constant(shader, "scale").value_or(Constant{{1, 1, 1, 1}, 4}).value;
        out.bias = constant(shader, "bias").value_or(Constant{{0, 0, 0, 0}, 4}).value;
        out.fallback = channel == Channel::rgb ? rgb(fallback) : Vec3f(fallback[static_cast<int>(channel)]);
        auto const file = feed(shader, "file");
        if (!file.is_constant()) {
            translation_.warnings.add(
                fmt::format("{}: UsdUVTexture has no file; the fallback value is used", shader.path().str()));
            out.value = out.fallback;
            return true;
        }
        bool const set = texture(*file.attribute, color_space_of(shader, *file.attribute),
                                 wrap_named(text(shader, "wrapS")), wrap_named(text(shader, "wrapT")),
                                 coordinates(shader, "st"), out);
        if (!set) out.value = out.fallback;
        return true;
    }

    bool materialx_image(Source const& source, Input& out)
    {
        auto const& shader = source.shader;
        auto const file = feed(shader, "file");
        if (!file.is_constant()) return false;
        auto st = coordinates(shader, "texcoord");
        if (auto const tiling = constant(shader, "uvtiling"))
            st.then({tiling->value.x, 0, 0, tiling->value.y}, {0, 0});
        if (auto const offset = constant(shader, "uvoffset"))
            st.then({1, 0, 0, 1}, {-offset->value.x, -offset->value.y});
        out.channel = channel_named(source.output);
        if (auto const fallback = constant(shader, "default")) out.fallback = as_input(*fallback, kind_);
        auto const address = [](std::optional<std::string> const& mode) {
            return wrap_named(mode == "periodic" ? std::optional<std::string>("repeat") : mode);
        };
        return texture(*file.attribute, color_space_of(shader, *file.attribute),
                       address(text(shader, "uaddressmode")), address(text(shader, "vaddressmode")), st, out);
    }

    bool primvar(usd::Prim const& shader, char const* name_input, char const* fallback_input, Input& out)
    {
        auto const name = text(shader, name_input);
        if (!name || name->empty()) return false;
        if (auto const fallback = constant(shader, fallback_input)) out.fallback = as_input(*fallback, kind_);
        out.value = out.fallback;
        out.color_primvar = translation_.color_sets.index_of(*name);
        return true;
    }

    /// MaterialX's normalmap takes the texture's 0..1 and makes the −1..1 that UsdPreviewSurface expects.
    bool normal_map(usd::Prim const& shader, Input& out, int depth)
    {
        if (!read(feed(shader, "in"), out, depth + 1) || out.texture < 0) return false;
        out.scale = {2, 2, 2, 1};
        out.bias = {-1, -1, -1, 0};
        return true;
    }

    bool multiply(usd::Prim const& shader, Input& out, int depth)
    {
        for (auto const& [kept, factor] : {std::pair{"in1", "in2"}, {"in2", "in1"}}) {
            auto const by = constant(shader, factor);
            if (!by || !read(feed(shader, kept), out, depth + 1)) continue;
            auto const f = by->components == 1 ? Vec4f(by->value.x) : by->value;
            auto const f3 = as_input(*by, kind_);
            out.value = kind_ == InputKind::scalar ? Vec3f(out.value.x * f3.x, 0, 0) : out.value * f3;
            for (int i = 0; i < 3; ++i) {
                out.scale[i] *= f[i];
                out.bias[i] *= f[i];
            }
            return true;
        }
        return pass_through(shader, shader_id(shader), out, depth);
    }

    bool channel_of(Source const& source, Input& out, int depth)
    {
        if (!read(feed(source.shader, "in"), out, depth + 1)) return false;
        static constexpr std::array channels{Channel::r, Channel::g, Channel::b, Channel::a};
        out.channel = channel_named(source.output);
        if (auto const index = constant(source.shader, "index");
            index && index->value.x >= 0 && index->value.x < 4)
            out.channel = channels[static_cast<std::size_t>(index->value.x)];
        if (auto const letters = text(source.shader, "channels"); letters && letters->size() == 1)
            out.channel = channel_named(*letters);
        return true;
    }

    bool pass_through(usd::Prim const& shader, std::string const& id, Input& out, int depth)
    {
        for (auto const* name : {"in", "in1", "fg", "bg", "in2", "base", "input", "color1"}) {
            auto const source = feed(shader, name);
            if (!source.is_node() || !read(source, out, depth + 1)) continue;
            translation_.warnings.add(
                fmt::format("{}: the node {} is not known; its input \"{}\" is used instead",
                            shader.path().str(), id, name));
            return true;
        }
        translation_.warnings.add(
            fmt::format("{}: the node {} is not known and is left out", shader.path().str(), id));
        return false;
    }

    Coordinates coordinates(usd::Prim const& shader, std::string const& input, int depth = 0)
    {
        auto const source = feed(shader, input);
        if (auto const fixed = constant_of(source, translation_.time); fixed && fixed->components == 2) {
            Coordinates out;
            out.then({0, 0, 0, 0}, {fixed->value.x, fixed->value.y});
            return out;
        }
        if (!source.is_node() || depth > most_nodes) return {};
        auto const id = shader_id(source.shader);
        if (has_prefix(id, "UsdPrimvarReader_") || has_prefix(id, "ND_UsdPrimvarReader_"))
            return named(text(source.shader, "varname"));
        if (has_prefix(id, "ND_geompropvalue_")) return named(text(source.shader, "geomprop"));
        if (has_prefix(id, "ND_texcoord_")) return {};
        if (has_prefix(id, "UsdTransform2d") || has_prefix(id, "ND_UsdTransform2d"))
            return transform2d(source.shader, depth);
        if (has_prefix(id, "ND_place2d_")) return place2d(source.shader, depth);
        if (has_prefix(id, "ND_multiply_vector2")) {
            auto out = coordinates(source.shader, "in1", depth + 1);
            auto const by = constant(source.shader, "in2").value_or(Constant{{1, 1, 1, 1}, 2});
            out.then({by.value.x, 0, 0, by.components == 1 ? by.value.x : by.value.y}, {0, 0});
            return out;
        }
        translation_.warnings.add(
            fmt::format("{}: the node {} is not known; plain texture coordinates are used",
                        source.shader.path().str(), id));
        return {};
    }

    static Coordinates named(std::optional<std::string> const& primvar)
    {
        Coordinates out;
        out.primvar = primvar && !primvar->empty() ? *primvar : "st";
        return out;
    }

    float number(usd::Prim const& shader, char const* name, float fallback) const
    {
        auto const found = constant(shader, name);
        return found ? found->value.x : fallback;
    }
    Vec2f pair(usd::Prim const& shader, char const* name, Vec2f fallback) const
    {
        auto const found = constant(shader, name);
        return found ? Vec2f(found->value.x, found->value.y) : fallback;
    }

    static std::array<float, 4> turn(float degrees)
    {
        double const angle = static_cast<double>(degrees) * std::numbers::pi / 180;
        auto const c = static_cast<float>(std::cos(angle)), s = static_cast<float>(std::sin(angle));
        return {c, -s, s, c};
    }

    /// UsdTransform2d: result = rotate(in · scale) + translation, counter-clockwise.
    Coordinates transform2d(usd::Prim const& shader, int depth)
    {
        auto out = coordinates(shader, "in", depth + 1);
        auto const scale = pair(shader, "scale", {1, 1});
        out.then({scale.x, 0, 0, scale.y}, {0, 0});
        out.then(turn(number(shader, "rotation", 0)), pair(shader, "translation", {0, 0}));
        return out;
    }

    /// MaterialX place2d: subtract the pivot, divide by scale, rotate clockwise, subtract the offset, add the
    /// pivot.
    Coordinates place2d(usd::Prim const& shader, int depth)
    {
        auto out = coordinates(shader, "texcoord", depth + 1);
        auto const pivot = pair(shader, "pivot", {0, 0}), scale = pair(shader, "scale", {1, 1});
        auto const offset = pair(shader, "offset", {0, 0});
        out.then({1, 0, 0, 1}, -pivot);
        if (scale.x != 0 && scale.y != 0) out.then({1 / scale.x, 0, 0, 1 / scale.y}, {0, 0});
        out.then(turn(-number(shader, "rotate", 0)), pivot - offset);
        return out;
    }

    Translation& translation_;
    InputKind kind_;
};

} // namespace

bool read_input(Translation& translation, Source const& source, InputKind kind, Input& out)
{
    return PatternReader(translation, kind).read(source, out);
}

bool read_texture_file(Translation& translation, usd::Attribute const& file, InputKind kind, Input& out)
{
    out.channel = kind == InputKind::scalar ? Channel::r : Channel::rgb;
    return PatternReader(translation, kind)
        .texture(file, ColorSpace::automatic, Wrap::repeat, Wrap::repeat, {}, out);
}

} // namespace soulvan::render
