// How does a material of this finish and colour look under UsdPreviewSurface?
#include "looks.h"

#include "soulvan/media/display.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>

namespace soulvan::interchange {

namespace {

/// Nothing real is blacker or whiter than this under diffuse light (coal 0.02, fresh snow 0.9); pure values
/// make paths that never end and shadows without shape.
constexpr float darkest = 0.02f, whitest = 0.9f;

Vec3f clamped(Vec3f const& color)
{
    return {std::clamp(color.x, darkest, whitest), std::clamp(color.y, darkest, whitest),
            std::clamp(color.z, darkest, whitest)};
}

float luminance(Vec3f const& c)
{
    return 0.2126f * c.x + 0.7152f * c.y + 0.0722f * c.z;
}

/// 0 grey … 1 pure colour.
float saturation(Vec3f const& c)
{
    auto const most = std::max({c.x, c.y, c.z}), least = std::min({c.x, c.y, c.z});
    return most > 0 ? (most - least) / most : 0;
}

Vec3f linear(Vec3f const& c)
{
    return {media::linear_from_srgb(std::clamp(c.x, 0.0f, 1.0f)),
            media::linear_from_srgb(std::clamp(c.y, 0.0f, 1.0f)),
            media::linear_from_srgb(std::clamp(c.z, 0.0f, 1.0f))};
}

void make_metal(Look& look, Vec3f const& reflectance, float roughness)
{
    look.metallic = 1;
    look.diffuse = reflectance;
    look.roughness = roughness;
}

/// Bare metal is grey and of middle brightness; a white, black or coloured "metal" is painted.
void make_generic_metal(Look& look, bool has_map)
{
    auto const bright = luminance(look.diffuse);
    auto const is_bare = !has_map && saturation(look.diffuse) < 0.2f && bright > 0.03f && bright < 0.62f;
    if (is_bare) {
        auto const level = std::clamp(0.35f + 0.5f * bright, 0.35f, 0.65f);
        make_metal(look, look.diffuse * (level / std::max(bright, 0.01f)), 0.32f);
        return;
    }
    look.roughness = 0.38f;
    look.ior = 1.5f;
    look.clearcoat = 0.25f;
    look.clearcoat_roughness = 0.2f;
}

struct Dielectric {
    Finish finish;
    float roughness, clearcoat, clearcoat_roughness, ior;
};

/// Finishes without metal or transparency. Roughness is UsdPreviewSurface's (its square is the GGX width),
/// after the ranges of measured materials (Burley 2012; the MERL set).
constexpr std::array dielectrics = {
    Dielectric{Finish::unknown, 0.5f, 0, 0, 1.5f},
    Dielectric{Finish::rubber, 0.75f, 0, 0, 1.5f},
    Dielectric{Finish::plastic, 0.42f, 0, 0, 1.46f},
    Dielectric{Finish::gloss_plastic, 0.18f, 0, 0, 1.49f},
    Dielectric{Finish::paint, 0.45f, 0, 0, 1.5f},
    Dielectric{Finish::gloss_paint, 0.28f, 0.4f, 0.08f, 1.5f},
    Dielectric{Finish::car_paint, 0.4f, 1, 0.04f, 1.5f},
    Dielectric{Finish::wood, 0.55f, 0, 0, 1.5f},
    Dielectric{Finish::varnished_wood, 0.4f, 0.6f, 0.12f, 1.5f},
    Dielectric{Finish::wicker, 0.6f, 0, 0, 1.5f},
    Dielectric{Finish::bark, 0.9f, 0, 0, 1.4f},
    Dielectric{Finish::leaf, 0.5f, 0, 0, 1.42f},
    Dielectric{Finish::fabric, 0.92f, 0, 0, 1.35f},
    Dielectric{Finish::leather, 0.45f, 0, 0, 1.5f},
    Dielectric{Finish::paper, 0.8f, 0, 0, 1.45f},
    Dielectric{Finish::cardboard, 0.85f, 0, 0, 1.4f},
    Dielectric{Finish::concrete, 0.85f, 0, 0, 1.5f},
    Dielectric{Finish::stone, 0.8f, 0, 0, 1.5f},
    Dielectric{Finish::polished_stone, 0.12f, 0, 0, 1.55f},
    Dielectric{Finish::ceramic, 0.1f, 0.3f, 0.03f, 1.52f},
    Dielectric{Finish::plaster, 0.9f, 0, 0, 1.45f},
    Dielectric{Finish::soil, 0.95f, 0, 0, 1.35f},
    Dielectric{Finish::skin, 0.5f, 0, 0, 1.4f},
    Dielectric{Finish::hair, 0.45f, 0, 0, 1.55f},
    Dielectric{Finish::eye, 0.08f, 0, 0, 1.38f},
    Dielectric{Finish::food, 0.4f, 0, 0, 1.45f},
};

/// Thin glass: UsdPreviewSurface's opacity lets light through unbent while the specular lobe stays whole, so
/// what is opaque of it is a veil of the diffuse colour. Clear glass has hardly any veil; coloured glass
/// takes its colour from it; dark glass (a car's) is a dark veil.
void make_glass(Look& look, float stated_opacity)
{
    auto const is_stated = stated_opacity < 0.99f;
    auto const bright = luminance(look.diffuse);
    look.roughness = 0.03f;
    look.ior = 1.5f;
    if (saturation(look.diffuse) > 0.5f) {
        look.opacity = is_stated ? std::clamp(stated_opacity, 0.3f, 0.8f) : 0.5f;
        look.diffuse *= 0.6f;
    } else if (bright < 0.1f) {
        look.opacity = is_stated ? std::clamp(stated_opacity, 0.1f, 0.85f) : 0.6f;
    } else {
        look.opacity = is_stated ? std::clamp(stated_opacity, 0.03f, 0.08f) : 0.08f;
        look.diffuse *= 0.4f;
    }
    look.diffuse = clamped(look.diffuse);
}

void make_frosted_glass(Look& look, float stated_opacity)
{
    look.roughness = 0.4f;
    look.opacity = stated_opacity < 0.99f ? std::clamp(stated_opacity, 0.2f, 0.9f) : 0.6f;
}

/// Exporters leave opacities of 0.4 to 0.95 on plastic, paint and metal, which nobody meant to see through;
/// what is not named may be a coloured pane, and cloth may be thin.
constexpr float solid_from = 0.35f, nearly_solid = 0.78f;

void dress(Look& look, Finish finish, float stated_opacity, bool has_map)
{
    if (finish >= Finish::chrome && finish <= Finish::metal && stated_opacity >= solid_from) look.opacity = 1;
    switch (finish) {
    case Finish::glass:
        // A picture on the "glass" is a label or a stained pane: it stays visible.
        if (has_map && stated_opacity > 0.99f)
            look.roughness = 0.08f;
        else
            make_glass(look, stated_opacity);
        return;
    case Finish::frosted_glass:
        make_frosted_glass(look, stated_opacity);
        return;
    case Finish::water:
        look.roughness = 0.03f;
        look.ior = 1.33f;
        look.opacity = std::clamp(stated_opacity, 0.3f, 0.8f);
        return;
    case Finish::mirror:
        make_metal(look, Vec3f(0.9f), 0.02f);
        return;
    case Finish::chrome:
        make_metal(look, Vec3f(0.62f, 0.63f, 0.64f), 0.08f);
        return;
    case Finish::steel:
        make_metal(look, Vec3f(0.56f, 0.57f, 0.58f), 0.28f);
        return;
    case Finish::aluminium:
        make_metal(look, Vec3f(0.72f, 0.73f, 0.74f), 0.32f);
        return;
    case Finish::brass:
        make_metal(look, Vec3f(0.78f, 0.56f, 0.27f), 0.2f);
        return;
    case Finish::gold:
        make_metal(look, Vec3f(0.95f, 0.68f, 0.3f), 0.18f);
        return;
    case Finish::copper:
        make_metal(look, Vec3f(0.9f, 0.56f, 0.42f), 0.25f);
        return;
    case Finish::iron:
        if (has_map)
            look.roughness = 0.6f;
        else
            make_metal(look, Vec3f(0.22f), 0.5f);
        return;
    case Finish::metal:
        make_generic_metal(look, has_map);
        return;
    case Finish::screen:
        look.roughness = 0.12f;
        if (has_map) {
            look.diffuse = Vec3f(darkest);
            look.emission = Vec3f(1);
            look.emission_from_color_map = true;
        } else {
            look.diffuse = Vec3f(darkest); // switched off
        }
        return;
    case Finish::lamp:
        // As bright as a lit shade, not as a bare filament: the stage's lights do the lighting.
        look.emission = look.diffuse * 2.0f;
        look.roughness = 0.3f;
        look.opacity = 1;
        return;
    case Finish::flame:
        look.emission = has_map ? Vec3f(2) : Vec3f(3, 1.2f, 0.25f);
        look.emission_from_color_map = has_map;
        look.roughness = 1;
        return;
    default:
        break;
    }
    for (auto const& entry : dielectrics)
        if (entry.finish == finish) {
            look.roughness = entry.roughness;
            look.clearcoat = entry.clearcoat;
            look.clearcoat_roughness = entry.clearcoat_roughness;
            look.ior = entry.ior;
        }
    if (stated_opacity > 0.99f) return;
    if (finish != Finish::unknown && finish != Finish::fabric && stated_opacity >= solid_from)
        look.opacity = 1;
    else if (stated_opacity >= nearly_solid)
        look.opacity = 1;
    else {
        look.opacity = std::max(stated_opacity, 0.05f);
        look.roughness = std::min(look.roughness, 0.2f);
    }
}

/// Glows by itself.
bool is_bright(Finish finish)
{
    return finish == Finish::screen || finish == Finish::lamp || finish == Finish::flame;
}

bool is_bare_metal(Finish finish)
{
    return finish >= Finish::chrome && finish <= Finish::copper;
}

Finish decide(ModelMaterial const& material, StoredTexture const* map, std::string_view hints)
{
    auto picture =
        map ? finish_of(std::filesystem::path(material.color_map.path).stem().string()) : Finish::unknown;
    // One picture may hold a flame and the case around it: only a material's own name makes it glow.
    if (is_bright(picture)) picture = Finish::unknown;
    auto finish = finish_of(material.name);
    if (finish == Finish::lamp && speaks_of(material.name, "=off")) finish = Finish::plastic;
    // "pantalla" is a screen and a lampshade; a screen that one sees through is a net against flies.
    if (finish == Finish::screen && speaks_of(hints, "lamp lamps =light =lights chandelier lantern"))
        finish = Finish::fabric;
    if (finish == Finish::screen && material.opacity < 0.5f) finish = Finish::fabric;
    // "tabletop" over oak.jpg is oak, whatever metal its legs may be called; a picture of wood is no metal.
    if (finish == Finish::unknown || (map && is_bare_metal(finish) && picture != Finish::unknown))
        finish = picture;
    if (finish == Finish::unknown && material.opacity < 0.75f) finish = Finish::glass;
    if (finish == Finish::unknown) finish = usual_finish(hints);
    return finish;
}

Look stated_look(ModelMaterial const& material)
{
    Look look{.diffuse = material.color, .emission = material.emission};
    for (int c = 0; c < 3; ++c) look.diffuse[c] = std::clamp(look.diffuse[c], 0.0f, 1.0f);
    look.metallic = material.metallic.value_or(0.0f);
    look.roughness = material.roughness.value_or(0.5f);
    look.opacity = material.opacity;
    look.ior = material.ior.value_or(1.5f);
    look.clearcoat = material.clearcoat.value_or(0.0f);
    look.clearcoat_roughness = material.clearcoat_roughness.value_or(0.0f);
    // KHR_materials_transmission as presence: the nearest that UsdPreviewSurface has.
    if (material.transmission) look.opacity *= 1 - 0.9f * *material.transmission;
    if (material.alpha_mode == AlphaMode::opaque && !material.transmission) look.opacity = 1;
    return look;
}

void use_map_alpha(Look& look, ModelMaterial const& material, StoredTexture const* map)
{
    if (!map || map->alpha == AlphaUse::none || material.alpha_mode == AlphaMode::opaque) return;
    look.opacity_from_color_map = true;
    if (material.alpha_mode == AlphaMode::mask)
        look.opacity_threshold = std::max(material.alpha_cutoff, 0.01f);
    else if (material.alpha_mode == AlphaMode::unstated && map->alpha == AlphaUse::cutout)
        look.opacity_threshold = 0.5f;
}

} // namespace

Look look_of(ModelMaterial const& material, StoredTexture const* color_map, bool use_rules,
             bool colors_are_srgb, std::string_view hints)
{
    auto look = stated_look(material);
    if (material.is_unlit) {
        // Shown as it is, whatever the light: all emission.
        look.emission = look.diffuse;
        look.emission_from_color_map = color_map != nullptr;
        look.diffuse = Vec3f(0);
        look.roughness = 1;
        use_map_alpha(look, material, color_map);
        return look;
    }
    if (material.is_physical || !use_rules) {
        if (material.color_is_open && colors_are_srgb) look.diffuse = linear(look.diffuse);
        use_map_alpha(look, material, color_map);
        return look;
    }
    auto const finish = decide(material, color_map, hints);
    if (material.color_is_open && colors_are_srgb) {
        auto const decoded = linear(look.diffuse);
        // The library's mannequins state skin in linear values: decoded, their hands would be far darker than
        // the faces, which are pictures.
        if (finish != Finish::skin || luminance(decoded) > 0.15f || color_map) look.diffuse = decoded;
    }
    look.diffuse = clamped(look.diffuse);
    look.ior = 1.5f;
    dress(look, finish, material.opacity, color_map != nullptr);
    // What the source says beats what a name suggests only where the name says nothing.
    if (finish == Finish::unknown && material.roughness) look.roughness = *material.roughness;
    if (luminance(material.emission) > 0.01f && luminance(look.emission) == 0)
        look.emission = material.emission;
    use_map_alpha(look, material, color_map);
    return look;
}

} // namespace soulvan::interchange
