// What is a render asked for?
#include "geom_detail.h"

#include "soulvan/usd/render_settings.h"
#include "soulvan/usd/shade.h"

#include <algorithm>

namespace soulvan::usd::render_settings {

namespace {

/// A product takes what it says itself over what the settings say, and those with their fallbacks.
template <class T>
void read(Prim const& prim, char const* name, bool with_fallback, T& into)
{
    if (!with_fallback && !detail::has_authored_value(prim, Token(name))) return;
    if constexpr (std::is_same_v<T, bool>)
        into = detail::get_or(prim, name, Bool{into}, {}).value;
    else
        into = detail::get_or(prim, name, std::move(into), {});
}

void read_base(Prim const& prim, bool with_fallback, Product& into)
{
    if (auto const targets = detail::forwarded_targets(prim, "camera"); !targets.empty())
        into.camera = targets.front();
    read(prim, "resolution", with_fallback, into.resolution);
    read(prim, "pixelAspectRatio", with_fallback, into.pixel_aspect_ratio);
    read(prim, "aspectRatioConformPolicy", with_fallback, into.aspect_ratio_conform_policy);
    Vec4f window(into.data_window.min.x, into.data_window.min.y, into.data_window.max.x,
                 into.data_window.max.y);
    read(prim, "dataWindowNDC", with_fallback, window);
    into.data_window = {Vec2f(window.x, window.y), Vec2f(window.z, window.w)};
    read(prim, "disableMotionBlur", with_fallback, into.disable_motion_blur);
    read(prim, "disableDepthOfField", with_fallback, into.disable_depth_of_field);
}

/// Makes the aperture, or the pixels, fit the picture.
void conform(Product& product)
{
    auto const& resolution = product.resolution;
    auto& aperture = product.aperture_size;
    if (resolution.x <= 0 || resolution.y <= 0 || aperture.x <= 0 || aperture.y <= 0) return;
    float const of_pixels = static_cast<float>(resolution.x) / static_cast<float>(resolution.y);
    float const of_image = product.pixel_aspect_ratio * of_pixels;
    if (of_image <= 0) return;
    float const of_aperture = aperture.x / aperture.y;
    auto const& policy = product.aspect_ratio_conform_policy;
    bool const is_wide = of_aperture > of_image;
    if (policy == "adjustPixelAspectRatio") product.pixel_aspect_ratio = of_aperture / of_pixels;
    if (policy == "adjustApertureHeight" || (policy == "expandAperture" && is_wide) ||
        (policy == "cropAperture" && !is_wide))
        aperture.y = aperture.x / of_image;
    else if (policy == "adjustApertureWidth" || policy == "expandAperture" || policy == "cropAperture")
        aperture.x = aperture.y * of_image;
}

/// Resolves the products of one RenderSettings.
class Resolver {
public:
    Resolver(Prim const& settings, std::span<Token const> namespaces)
        : prim_(settings),
          namespaces_(namespaces)
    {}

    Spec run()
    {
        Product base;
        read_base(prim_, true, base);
        for (auto const& path : detail::forwarded_targets(prim_, "products")) {
            auto const prim = prim_.stage().prim_at(path);
            if (prim && prim.is_a("RenderProduct")) add_product(prim, base);
        }
        spec_.included_purposes = tokens("includedPurposes");
        spec_.material_binding_purposes = tokens("materialBindingPurposes");
        spec_.settings = namespaced_settings(prim_, namespaces_);
        return std::move(spec_);
    }

private:
    std::vector<Token> tokens(char const* name) const
    {
        auto const array = detail::get_or(prim_, name, Array<Token>(), {});
        return {array.begin(), array.end()};
    }

    void add_product(Prim const& prim, Product product)
    {
        product.path = prim.path();
        read_base(prim, false, product);
        auto const camera = product.camera.empty() ? Prim() : prim.stage().prim_at(product.camera);
        if (!camera || !camera.is_a("Camera")) {
            spec_.problems.push_back(
                fmt::format("<{}>: there is no camera at <{}>, so the product is left out",
                            product.path.str(), product.camera.str()));
            return;
        }
        product.aperture_size = {detail::get_or(camera, "horizontalAperture", 0.F, {}),
                                 detail::get_or(camera, "verticalAperture", 0.F, {})};
        conform(product);
        product.type = detail::get_or(prim, "productType", Token(), {});
        product.name = detail::get_or(prim, "productName", Token(), {});
        for (auto const& path : detail::forwarded_targets(prim, "orderedVars"))
            if (auto const var = index_of_var(path, product.path)) product.vars.push_back(*var);
        product.settings = namespaced_settings(prim, namespaces_);
        spec_.products.push_back(std::move(product));
    }

    std::optional<std::size_t> index_of_var(Path const& path, Path const& product)
    {
        auto const known = std::find_if(spec_.vars.begin(), spec_.vars.end(),
                                        [&](Var const& var) { return var.path == path; });
        if (known != spec_.vars.end()) return static_cast<std::size_t>(known - spec_.vars.begin());
        auto const prim = prim_.stage().prim_at(path);
        if (!prim || !prim.is_a("RenderVar")) {
            spec_.problems.push_back(fmt::format("<{}>: there is no RenderVar at <{}>, so it is left out",
                                                 product.str(), path.str()));
            return std::nullopt;
        }
        spec_.vars.push_back({path, detail::get_or(prim, "dataType", Token(), {}),
                              detail::get_or(prim, "sourceName", std::string(), {}),
                              detail::get_or(prim, "sourceType", Token(), {}),
                              namespaced_settings(prim, namespaces_)});
        return spec_.vars.size() - 1;
    }

    Prim prim_;
    std::span<Token const> namespaces_;
    Spec spec_;
};

} // namespace

NamespacedSettings namespaced_settings(Prim const& prim, std::span<Token const> namespaces)
{
    NamespacedSettings result;
    for (auto const& attribute : prim.attributes()) {
        auto const [base, type] = shade::base_name_and_type(attribute.name());
        bool const is_output = type == shade::PortType::output;
        auto const name = is_output ? base : attribute.name();
        auto const colon = name.view().find(':');
        if (colon == std::string_view::npos) continue;
        auto const space = name.view().substr(0, colon);
        bool const is_wanted = namespaces.empty() || std::any_of(namespaces.begin(), namespaces.end(),
                                                                 [&](Token one) { return one == space; });
        if (!is_wanted) continue;
        if (is_output) {
            std::vector<Path> paths;
            for (auto const& source : shade::value_producing_attributes({prim, attribute}))
                paths.push_back(source.prim.path());
            if (!paths.empty()) {
                result.connections.emplace(attribute.name(), std::move(paths));
                continue;
            }
        }
        if (auto value = detail::value_of(prim, attribute.name(), {}))
            result.values.emplace(attribute.name(), *std::move(value));
    }
    return result;
}

Result<Spec> compute_spec(Prim const& settings, std::span<Token const> namespaces)
{
    if (!settings || !settings.is_a("RenderSettings"))
        return fail(Errc::invalid_input, "<{}> is no RenderSettings", settings ? settings.path().str() : "");
    return Resolver(settings, namespaces).run();
}

Prim stage_settings(Stage const& stage)
{
    auto const authored = stage.metadata(Token("renderSettingsPrimPath"));
    auto const* text = authored ? authored->get<std::string>() : nullptr;
    auto const path = text ? Path::parse(*text) : Result<Path>(Path());
    auto const prim = path && path->is_prim() && path->is_absolute() ? stage.prim_at(*path) : Prim();
    return prim && prim.is_a("RenderSettings") ? prim : Prim();
}

} // namespace soulvan::usd::render_settings
