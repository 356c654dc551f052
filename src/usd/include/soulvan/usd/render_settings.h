// UsdRender: what a render is asked for: products, their variables, and the view of a camera they show.
//
// Same    equal stages give equal results. Settings are uniform: they are read at the default time.
// Source  OpenUSD 24.11, pxr/usd/usdRender/spec.h.
#pragma once

#include "soulvan/usd/stage.h"

#include <map>
#include <span>

namespace soulvan::usd::render_settings {

/// Attributes of other namespaces ("ri:samples"), by full name; connected outputs lead to the paths of the
/// prims that they come from.
struct NamespacedSettings {
    std::map<Token, Value> values;
    std::map<Token, std::vector<Path>> connections;
};

/// One picture to make.
struct Product {
    Path path;
    Token type; ///< "raster", "deepRaster"
    Token name; ///< of the file
    Path camera;
    bool disable_motion_blur = false, disable_depth_of_field = false;
    Vec2i resolution{0, 0};
    float pixel_aspect_ratio = 1;
    Token aspect_ratio_conform_policy;
    Vec2f aperture_size{0, 0}; ///< of the camera, after the policy; tenths of a stage unit
    Imath::Box2f data_window{Vec2f(0, 0), Vec2f(1, 1)}; ///< in normalised device coordinates
    std::vector<std::size_t> vars;                      ///< indices into Spec::vars
    NamespacedSettings settings;
};

/// One thing to show: a colour, a depth, an identifier.
struct Var {
    Path path;
    Token data_type;
    std::string source_name;
    Token source_type;
    NamespacedSettings settings;
};

struct Spec {
    std::vector<Product> products;
    std::vector<Var> vars; ///< of all products, each once
    std::vector<Token> included_purposes;
    std::vector<Token> material_binding_purposes;
    NamespacedSettings settings;
    std::vector<std::string> problems; ///< products and variables that were left out, a sentence each
};

/// The settings of a RenderSettings prim, resolved. `namespaces` limits the namespaced settings; empty: all.
/// Errors  invalid_input: no RenderSettings.
Result<Spec> compute_spec(Prim const& settings, std::span<Token const> namespaces = {});
NamespacedSettings namespaced_settings(Prim const& prim, std::span<Token const> namespaces = {});
/// The RenderSettings that the stage names (renderSettingsPrimPath), or a prim without a handle.
Prim stage_settings(Stage const& stage);

} // namespace soulvan::usd::render_settings
