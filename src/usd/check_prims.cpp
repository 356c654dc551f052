// Do prims and the stage as a whole keep the rules?
#include "check_rules.h"

#include "schema.h"
#include "soulvan/usd/geom.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace soulvan::usd::checking {

namespace {

bool is_root(Prim const& prim)
{
    return !prim || prim.path().is_root();
}

void check_encapsulation(Prim const& prim, Findings& findings)
{
    constexpr std::string_view rule = "PrimEncapsulationChecker";
    auto const parent = prim.parent();
    if (is_root(parent)) return;
    if (prim.is_a("Boundable"))
        for (auto above = parent; !is_root(above); above = above.parent())
            if (above.is_a("Gprim")) {
                findings.fail(
                    rule, prim.path(),
                    fmt::format("a prim with bounds stands below the gprim <{}>", above.path().str()));
                break;
            }
    if (!is_connectable(prim)) return;
    if (is_connectable(parent)) {
        if (!is_container(parent))
            findings.fail(rule, prim.path(),
                          fmt::format("a connectable {} cannot stand in a {}", prim.type_name().str(),
                                      parent.type_name().str()));
        return;
    }
    for (auto above = parent; !is_root(above); above = above.parent())
        if (is_connectable(above))
            return findings.fail(
                rule, prim.path(),
                fmt::format("only containers may stand between it and the {} <{}>; its parent "
                            "is a {}",
                            above.type_name().str(), above.path().str(),
                            parent.type_name().empty() ? "prim without a type" : parent.type_name().str()));
}

void check_skel_binding(Prim const& prim, Findings& findings)
{
    constexpr std::string_view rule = "SkelBindingAPIAppliedChecker";
    if (!prim.has_api("SkelBindingAPI")) {
        static auto const names = schema::property_names(Token(), {Token("SkelBindingAPI")});
        auto const authored = prim.property_names();
        for (Token const name : names)
            if (std::find(authored.begin(), authored.end(), name) != authored.end())
                return findings.fail(rule, prim.path(),
                                     fmt::format("it has {}, but SkelBindingAPI is not applied", name.str()));
        return;
    }
    for (auto above = prim; !is_root(above); above = above.parent())
        if (above.type_name() == "SkelRoot") return;
    findings.fail(rule, prim.path(),
                  "SkelBindingAPI is applied outside of any SkelRoot, where nothing reads it");
}

/// A model stands in groups up to the root (UsdModelAPI: the model hierarchy is contiguous).
void check_kind(Prim const& prim, Findings& findings)
{
    auto const kind = prim.kind();
    if (kind.empty() || !geom::is_kind(kind, "model")) return;
    auto const parent = prim.parent();
    if (is_root(parent) || geom::is_kind(parent.kind(), "group")) return;
    findings.add(Severity::warning, "KindChecker", prim.path(),
                 fmt::format("its kind is {}, but its parent's is {}: models stand in groups and assemblies "
                             "only, others are not found",
                             kind.str(),
                             parent.kind().empty() ? std::string("not set") : parent.kind().str()));
}

/// An extent that says nothing true makes renderers cull what is visible.
void check_extent(Prim const& prim, Findings& findings)
{
    if (!prim.is_a("Boundable")) return;
    auto const extent = prim.attribute("extent");
    if (!extent || !extent->is_authored()) return;
    auto const times = extent->time_samples();
    auto const value = times.empty() ? extent->value() : extent->value(times.front());
    auto const* corners = value ? value->get<Array<Vec3f>>() : nullptr;
    if (!corners) return;
    if (corners->size() != 2)
        findings.add(Severity::warning, "ExtentChecker", extent->path(),
                     fmt::format("an extent is two points, this one has {}", corners->size()));
    else if (!((*corners)[0].x <= (*corners)[1].x && (*corners)[0].y <= (*corners)[1].y &&
               (*corners)[0].z <= (*corners)[1].z))
        findings.add(Severity::warning, "ExtentChecker", extent->path(),
                     "the extent is empty: its first point is not below its second");
}

void check_arkit_type(Prim const& prim, Findings& findings)
{
    constexpr std::array<std::string_view, 23> allowed{"",
                                                       "Scope",
                                                       "Xform",
                                                       "Camera",
                                                       "Shader",
                                                       "Material",
                                                       "Mesh",
                                                       "Sphere",
                                                       "Cube",
                                                       "Cylinder",
                                                       "Cone",
                                                       "Capsule",
                                                       "GeomSubset",
                                                       "Points",
                                                       "SkelRoot",
                                                       "Skeleton",
                                                       "SkelAnimation",
                                                       "BlendShape",
                                                       "SpatialAudio",
                                                       "PhysicsScene",
                                                       "Preliminary_ReferenceImage",
                                                       "Preliminary_Text",
                                                       "Preliminary_Trigger"};
    auto const type = prim.type_name();
    if (std::find(allowed.begin(), allowed.end(), type.view()) == allowed.end() &&
        !type.view().starts_with("RealityKit"))
        findings.fail("ARKitPrimTypeChecker", prim.path(),
                      fmt::format("the type {} is not supported", type.str()));
}

} // namespace

void check_prim(Prim const& prim, Scope const& scope, Findings& findings)
{
    check_encapsulation(prim, findings);
    check_skel_binding(prim, findings);
    check_kind(prim, findings);
    check_extent(prim, findings);
    check_shading(prim, scope, findings);
    if (scope.options.arkit) check_arkit_type(prim, findings);
}

void check_stage(Stage const& stage, Scope const& scope, Findings& findings)
{
    constexpr std::string_view rule = "StageMetadataChecker";
    auto const up = stage.metadata(field::up_axis); // as authored: the stage's own falls back to Y
    if (!up)
        findings.fail(rule, Path(), "the stage does not say which axis points up (upAxis)");
    else if (auto const axis = up->get_or(Token()); scope.options.arkit && axis != "Y")
        findings.fail(rule, Path(), fmt::format("upAxis is {}; ARKit takes Y", axis.str()));
    if (!stage.metadata(field::meters_per_unit))
        findings.fail(rule, Path(), "the stage does not say how long its unit is (metersPerUnit)");
    if (scope.options.asset_level && !stage.default_prim())
        findings.fail(rule, Path(),
                      "the stage names no default prim, or one that is missing (defaultPrim): it cannot be "
                      "referenced as an asset");
}

} // namespace soulvan::usd::checking
