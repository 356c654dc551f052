// The looks of rooms, yards and office furniture.
#include "materials.h"

namespace soulvan::catalog::kit {
namespace {

// clang-format off
Look const looks[] = {
    // ---- halls ----
    {.name = "skylight_sheet", .color = {0.80f, 0.83f, 0.85f}, .roughness = 0.55f, .opacity = 0.45f, .ior = 1.0f, .is_thin = true},
    {.name = "roof_membrane", .color = {0.95f, 0.96f, 0.98f}, .roughness = 0.85f, .color_file = "concrete.jpg"},
    {.name = "wall_inside", .color = {1.28f, 1.28f, 1.27f}, .roughness = 0.42f, .color_file = "cladding.jpg"},
    {.name = "wall_outside", .color = {0.50f, 0.53f, 0.58f}, .roughness = 0.45f, .color_file = "cladding.jpg"},
    {.name = "letters_white", .color = {0.66f, 0.66f, 0.63f}, .roughness = 0.5f, .opacity_file = "floor_letters.jpg", .is_cut_out = true},
    {.name = "letters_yellow", .color = {0.72f, 0.42f, 0.02f}, .roughness = 0.5f, .opacity_file = "floor_letters.jpg", .is_cut_out = true},
    // ---- outdoors; facade: st in pictures of 16 m by 12 m, trees: of 28 m by 9 m ----
    {.name = "asphalt", .roughness = 0.92f, .color_file = "asphalt.jpg", .repeat = {0.25f, 0.25f}},
    {.name = "paving", .color = {1.05f, 1.04f, 1.0f}, .roughness = 0.9f, .color_file = "concrete.jpg", .repeat = {0.9f, 0.9f}},
    {.name = "grass", .roughness = 0.95f, .color_file = "grass.jpg", .repeat = {0.33f, 0.33f}},
    {.name = "hedge", .color = {0.42f, 0.55f, 0.42f}, .roughness = 0.95f, .color_file = "grass.jpg", .repeat = {0.8f, 0.8f}},
    {.name = "trees", .roughness = 0.95f, .color_file = "trees.jpg", .opacity_file = "trees_mask.png", .is_cut_out = true, .is_thin = true},
    {.name = "facade", .roughness = 0.75f, .color_file = "facade.jpg"},
    {.name = "facade_grey", .color = {0.66f, 0.69f, 0.73f}, .roughness = 0.75f, .color_file = "facade.jpg"},
    {.name = "facade_warm", .color = {0.92f, 0.74f, 0.58f}, .roughness = 0.75f, .color_file = "facade.jpg"},
    {.name = "window_dark", .color = {0.035f, 0.05f, 0.06f}, .roughness = 0.08f, .clearcoat = 0.6f, .clearcoat_roughness = 0.04f},
    // ---- rooms; st in metres ----
    {.name = "plaster_white", .color = {0.80f, 0.80f, 0.785f}, .roughness = 0.72f, .color_file = "plaster.jpg", .normal_file = "plaster_normal.jpg", .repeat = {0.5f, 0.5f}},
    {.name = "plaster_warm", .color = {0.78f, 0.745f, 0.68f}, .roughness = 0.72f, .color_file = "plaster.jpg", .normal_file = "plaster_normal.jpg", .repeat = {0.5f, 0.5f}},
    {.name = "plaster_grey", .color = {0.44f, 0.45f, 0.46f}, .roughness = 0.72f, .color_file = "plaster.jpg", .normal_file = "plaster_normal.jpg", .repeat = {0.5f, 0.5f}},
    {.name = "plaster_teal", .color = {0.045f, 0.15f, 0.155f}, .roughness = 0.68f, .color_file = "plaster.jpg", .normal_file = "plaster_normal.jpg", .repeat = {0.5f, 0.5f}},
    {.name = "plaster_green", .color = {0.20f, 0.27f, 0.19f}, .roughness = 0.7f, .color_file = "plaster.jpg", .normal_file = "plaster_normal.jpg", .repeat = {0.5f, 0.5f}},
    {.name = "plaster_blue", .color = {0.10f, 0.17f, 0.28f}, .roughness = 0.7f, .color_file = "plaster.jpg", .normal_file = "plaster_normal.jpg", .repeat = {0.5f, 0.5f}},
    {.name = "brick", .roughness = 0.88f, .color_file = "brick.jpg", .normal_file = "brick_normal.jpg", .repeat = {0.5f, 1.0f}},
    {.name = "carpet", .color = {1.55f, 1.55f, 1.55f}, .roughness = 0.97f, .color_file = "carpet.jpg"},
    {.name = "ceiling_tile", .roughness = 0.9f, .color_file = "ceiling_tile.jpg"},
    {.name = "floor_tiles", .color = {1.5f, 1.46f, 1.4f}, .roughness = -0.12f, .color_file = "concrete.jpg", .roughness_file = "concrete_roughness.jpg", .repeat = {1.6667f, 1.6667f}},
    {.name = "oak_dark", .color = {0.42f, 0.36f, 0.31f}, .color_file = "planks.jpg", .roughness_file = "planks_roughness.jpg", .repeat = {0.4167f, 0.8333f}},
    {.name = "oak_slat", .color = {0.95f, 0.92f, 0.88f}, .roughness = 0.08f, .color_file = "planks.jpg", .roughness_file = "planks_roughness.jpg", .repeat = {0.4167f, 0.8333f}},
    {.name = "felt_black", .color = {0.014f, 0.014f, 0.015f}, .roughness = 0.95f},
    {.name = "window_glass", .color = {0.01f, 0.012f, 0.012f}, .roughness = 0.02f, .opacity = 0.06f, .is_thin = true},
    {.name = "fabric", .reads_color = true, .roughness = 0.95f},
    {.name = "oak_veneer", .color = {1.05f, 1.05f, 1.05f}, .roughness = 0.06f, .color_file = "planks.jpg", .roughness_file = "planks_roughness.jpg", .repeat = {0.21f, 0.1f}},
    {.name = "walnut_veneer", .color = {0.46f, 0.37f, 0.31f}, .roughness = 0.02f, .color_file = "planks.jpg", .roughness_file = "planks_roughness.jpg", .repeat = {0.21f, 0.1f}},
    {.name = "laminate", .reads_color = true, .roughness = 0.38f},
    {.name = "letters_black", .color = {0.012f, 0.012f, 0.013f}, .roughness = 0.5f, .opacity_file = "floor_letters.jpg", .is_cut_out = true},
    {.name = "tread_plate", .color = {0.20f, 0.205f, 0.21f}, .roughness = 0.04f, .metallic = 0.75f, .roughness_file = "steel_roughness.jpg", .repeat = {0.9f, 0.9f}},
    {.name = "enamel", .color = {0.82f, 0.825f, 0.83f}, .roughness = 0.16f, .clearcoat = 0.4f},
    {.name = "frosted_band", .color = {0.7f, 0.72f, 0.72f}, .roughness = 0.6f, .opacity = 0.6f, .ior = 1.0f, .is_thin = true},
    {.name = "hi_vis", .reads_color = true, .roughness = 0.8f, .is_thin = true},
    {.name = "reflective", .color = {0.62f, 0.63f, 0.64f}, .roughness = 0.42f, .metallic = 0.35f, .is_thin = true},
    {.name = "section_cut", .color = {0.05f, 0.052f, 0.055f}, .roughness = 0.9f},
};
// clang-format on

} // namespace

std::span<Look const> building_looks()
{
    return looks;
}

} // namespace soulvan::catalog::kit
