// Looks: which named surfaces can generators use, and how are they written as UsdPreviewSurface networks?
#pragma once

#include "soulvan/base/math.h"
#include "soulvan/usd/layer.h"

#include <set>
#include <span>
#include <string>
#include <string_view>

namespace soulvan::catalog::kit {

/// One material. Pictures lie in the program's share/soulvan/textures; st is in metres unless noted.
struct Look {
    std::string_view name;
    bool reads_color = false;     ///< diffuseColor from the displayColor of the surface
    bool reads_roughness = false; ///< roughness from the float primvar "roughness"
    Vec3f color{1, 1, 1};         ///< diffuseColor, or what the colour picture is multiplied by
    float roughness = 0.5f;       ///< or what is added to the roughness picture
    float metallic = 0;
    std::string_view color_file, roughness_file, normal_file, opacity_file;
    Vec2f repeat{1, 1}; ///< times st: repeats per metre
    float clearcoat = 0, clearcoat_roughness = 0.1f;
    float opacity = 1;
    float ior = 1.5f;
    Vec3f emission{0, 0, 0};
    bool is_cut_out = false; ///< opacity is presence, not transmission
    bool is_thin = false;    ///< drawn from both sides
};

/// Those of rooms, yards and office furniture (materials_building.cpp).
std::span<Look const> building_looks();
/// Null: no such look.
Look const* find_look(std::string_view name);
/// Writes the material at `path`; adds its pictures to `textures`.
void write_look(usd::Layer& layer, usd::Path const& path, Look const& look, std::set<std::string>& textures);

} // namespace soulvan::catalog::kit
