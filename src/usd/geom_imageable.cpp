// Is a prim seen, for which purpose, and what is it in the model hierarchy?
#include "geom_detail.h"

#include <algorithm>

namespace soulvan::usd::geom {

namespace {

Token const visibility_name("visibility"), purpose_name("purpose");
Token const inherited("inherited"), invisible("invisible"), visible("visible");
Token const default_purpose("default"), render_purpose("render"), proxy_purpose("proxy"), guide("guide");

bool is_imageable(Prim const& prim)
{
    return prim.is_a("Imageable");
}

/// The purpose that stands at the prim itself; empty when none does.
Token authored_purpose(Prim const& prim)
{
    if (!is_imageable(prim) || !detail::has_authored_value(prim, purpose_name)) return {};
    return detail::get_or(prim, "purpose", Token(), {});
}

PurposeInfo fallback_purpose(Prim const& prim)
{
    return {is_imageable(prim) ? detail::get_or(prim, "purpose", default_purpose, {}) : default_purpose,
            false};
}

Token inheritable_purpose(Prim const& prim)
{
    for (Prim at = prim; at && !at.path().is_root(); at = at.parent())
        if (auto const purpose = authored_purpose(at); !purpose.empty()) return purpose;
    return {};
}

/// The nearest opinion about a purpose's visibility.
Token purpose_visibility(Prim const& prim, Token purpose, Time time)
{
    Token const name(purpose.str() + "Visibility");
    for (Prim at = prim; at && !at.path().is_root(); at = at.parent())
        if (is_imageable(at) && at.has_api("VisibilityAPI") && detail::has_authored_value(at, name))
            if (auto const value = detail::get<Token>(at, name.view(), time)) return *value;
    return purpose == render_purpose || purpose == proxy_purpose ? inherited : invisible;
}

} // namespace

Token computed_visibility(Prim const& prim, Time time)
{
    for (Prim at = prim; at && !at.path().is_root(); at = at.parent())
        if (is_imageable(at) && detail::get_or(at, visibility_name.view(), Token(), time) == invisible)
            return invisible;
    return inherited;
}

Token effective_visibility(Prim const& prim, Token purpose, Time time)
{
    if (computed_visibility(prim, time) == invisible) return invisible;
    if (purpose == default_purpose) return visible;
    return purpose_visibility(prim, purpose, time);
}

PurposeInfo purpose_info(Prim const& prim)
{
    auto const authored = inheritable_purpose(prim);
    return authored.empty() ? fallback_purpose(prim) : PurposeInfo{authored, true};
}

PurposeInfo purpose_info(Prim const& prim, PurposeInfo const& parent)
{
    if (auto const authored = authored_purpose(prim); !authored.empty()) return {authored, true};
    return parent.is_inheritable ? parent : fallback_purpose(prim);
}

std::optional<ProxyPrim> proxy_prim(Prim const& prim)
{
    Prim render;
    for (Prim at = prim; at && !at.path().is_root(); at = at.parent()) {
        if (purpose_info(at).purpose != render_purpose) break;
        render = at;
    }
    if (!render) return std::nullopt;
    auto const targets = render.targets("proxyPrim");
    if (targets.size() != 1) return std::nullopt;
    auto const proxy = prim.stage().prim_at(targets.front());
    if (!proxy || inheritable_purpose(proxy) != proxy_purpose) return std::nullopt;
    return ProxyPrim{proxy, render};
}

bool is_kind(Token kind, std::string_view base)
{
    static std::pair<std::string_view, std::string_view> const bases[] = {{"group", "model"},
                                                                          {"assembly", "group"},
                                                                          {"component", "model"},
                                                                          {"model", ""},
                                                                          {"subcomponent", ""}};
    for (std::string_view at = kind.view(); !at.empty();) {
        if (at == base) return true;
        auto const* found = std::find_if(std::begin(bases), std::end(bases),
                                         [&](auto const& entry) { return entry.first == at; });
        at = found == std::end(bases) ? "" : found->second;
    }
    return false;
}

bool is_group(Prim const& prim)
{
    for (Prim at = prim; at && !at.path().is_root(); at = at.parent()) {
        // What an instance holds is a hierarchy of its own: OpenUSD has it below a prototype, which is a
        // group.
        if (!(at == prim) && at.is_instance()) return true;
        if (!is_kind(at.kind(), "group")) return false;
    }
    return true;
}

bool is_model(Prim const& prim)
{
    if (!prim || prim.path().is_root()) return true;
    auto const parent = prim.parent();
    return is_kind(prim.kind(), "model") && (!parent || parent.is_instance() || is_group(parent));
}

bool is_component(Prim const& prim)
{
    return is_model(prim) && is_kind(prim.kind(), "component");
}

Motion motion(Prim const& prim, Time time)
{
    auto const inherited_value = [&]<class T>(char const* name, T fallback) {
        for (Prim at = prim; at && !at.path().is_root(); at = at.parent())
            if (at.has_api("MotionAPI") && detail::has_authored_value(at, Token(name)))
                if (auto const value = detail::get<T>(at, name, time)) return *value;
        return fallback;
    };
    return {inherited_value("motion:blurScale", 1.0F), inherited_value("motion:velocityScale", 1.0F),
            inherited_value("motion:nonlinearSampleCount", std::int32_t{3})};
}

} // namespace soulvan::usd::geom
