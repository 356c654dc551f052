// The looks of rooms, yards and office furniture.
#include "materials.h"

namespace soulvan::catalog::kit {
namespace {

// clang-format off
Look const looks[] = {
    // ---- halls ----
    {.name = "skylight_sheet", .color = {0.80f, 0.83f, 0.85f}, .roughness = 0.55f, .opacity = 0.45f, .ior = 1.0f, .is_thin = true},
    {.name = "roof_membrane", .color = {0.95f, 0.96f, 0.98f}, .roughness = 0.85f, .color_file = "concrete.jpg"},
    {.name = "wall_outside", .color = {0.50f, 0.53f, 0.58f}, .roughness = 0.45f, .color_file = "cladding.jpg"},
    {.name = "section_cut", .color = {0.05f, 0.052f, 0.055f}, .roughness = 0.9f},
};
// clang-format on

} // namespace

std::span<Look const> building_looks()
{
    return looks;
}

} // namespace soulvan::catalog::kit
