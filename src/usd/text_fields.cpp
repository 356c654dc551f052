// The table of metadata fields: SdfSchema's, and those that the schema libraries of OpenUSD add to it.
#include "text_fields.h"

#include <algorithm>
#include <array>
#include <iterator>

namespace soulvan::usd {

namespace {

enum Where : unsigned { layers = 1, prims = 2, attributes = 4, relationships = 8, properties = 12 };

struct Row {
    FieldRule rule;
    unsigned where;
};

constexpr auto value = FieldForm::value;
constexpr auto dictionary = FieldForm::dictionary;
constexpr auto list_edit = FieldForm::list_edit;
constexpr auto structure = FieldForm::structure;

constexpr Row rows[] = {
    {{"active", value, "bool"}, prims},
    {{"allowedTokens", value, "token[]"}, attributes},
    {{"apiSchemas", list_edit, "token[]"}, prims},
    {{"assetInfo", dictionary, ""}, prims | properties},
    {{"bindMaterialAs", value, "token"}, relationships},
    {{"clipSets", list_edit, "string[]"}, prims},
    {{"clips", dictionary, ""}, prims},
    {{"colorConfiguration", value, "asset"}, layers},
    {{"colorManagementSystem", value, "token"}, layers},
    {{"colorSpace", value, "token"}, attributes},
    {{"comment", structure, ""}, layers | prims | properties},
    {{"connectability", value, "token"}, attributes},
    {{"connectionPaths", structure, ""}, attributes},
    {{"constraintTargetIdentifier", value, "token"}, attributes},
    {{"custom", structure, ""}, properties},
    {{"customData", dictionary, ""}, prims | properties},
    {{"customLayerData", dictionary, ""}, layers},
    {{"default", structure, ""}, properties},
    {{"defaultPrim", value, "token"}, layers},
    {{"displayGroup", value, "string"}, properties},
    {{"displayGroupOrder", value, "string[]"}, prims},
    {{"displayName", value, "string"}, prims | properties},
    {{"displayUnit", structure, ""}, attributes},
    {{"documentation", value, "string"}, layers | prims | properties},
    {{"elementSize", value, "int"}, attributes},
    {{"endFrame", value, "double"}, layers},
    {{"endTimeCode", value, "double"}, layers},
    {{"expressionVariables", dictionary, ""}, layers},
    {{"faceIndexPrimvar", value, "token"}, attributes},
    {{"faceOffsetPrimvar", value, "token"}, attributes},
    {{"fallbackPrimTypes", dictionary, ""}, layers},
    {{"framePrecision", value, "int"}, layers},
    {{"framesPerSecond", value, "double"}, layers},
    {{"hasOwnedSubLayers", value, "bool"}, layers},
    {{"hidden", value, "bool"}, prims | properties},
    {{"inactiveIds", list_edit, "int64[]"}, prims},
    {{"inheritPaths", structure, ""}, prims},
    {{"instanceable", value, "bool"}, prims},
    {{"interpolation", value, "token"}, attributes},
    {{"kilogramsPerUnit", value, "double"}, layers},
    {{"kind", value, "token"}, prims},
    {{"layerRelocates", structure, ""}, layers},
    {{"metersPerUnit", value, "double"}, layers},
    {{"noLoadHint", value, "bool"}, relationships},
    {{"outputName", value, "token"}, relationships},
    {{"owner", value, "string"}, layers},
    {{"payload", structure, ""}, prims},
    {{"payloadAssetDependencies", value, "asset[]"}, prims},
    {{"permission", value, "token"}, prims | properties},
    {{"prefix", value, "string"}, prims | properties},
    {{"prefixSubstitutions", dictionary, ""}, prims},
    {{"primChildren", structure, ""}, layers | prims},
    {{"primOrder", structure, ""}, layers | prims},
    {{"propertyOrder", structure, ""}, prims},
    {{"references", structure, ""}, prims},
    {{"relocates", structure, ""}, prims},
    {{"renderSettingsPrimPath", value, "string"}, layers},
    {{"renderType", value, "token"}, properties},
    {{"sdrMetadata", dictionary, ""}, prims | attributes},
    {{"sessionOwner", value, "string"}, layers},
    {{"specializes", structure, ""}, prims},
    {{"specifier", structure, ""}, prims},
    {{"spline", structure, ""}, attributes},
    {{"startFrame", value, "double"}, layers},
    {{"startTimeCode", value, "double"}, layers},
    {{"subLayerOffsets", structure, ""}, layers},
    {{"subLayers", structure, ""}, layers},
    {{"suffix", value, "string"}, prims | properties},
    {{"suffixSubstitutions", dictionary, ""}, prims},
    {{"symmetricPeer", value, "string"}, prims | properties},
    {{"symmetryArguments", dictionary, ""}, prims | properties},
    {{"symmetryFunction", value, "token"}, prims | properties},
    {{"targetPaths", structure, ""}, relationships},
    {{"timeCodesPerSecond", value, "double"}, layers},
    {{"timeSamples", structure, ""}, attributes},
    {{"typeName", structure, ""}, prims | attributes},
    {{"unauthoredValuesIndex", value, "int"}, attributes},
    {{"upAxis", value, "token"}, layers},
    {{"uvPrimvar", value, "token"}, attributes},
    {{"variability", structure, ""}, properties},
    {{"variantSelection", structure, ""}, prims},
    {{"variantSetNames", structure, ""}, prims},
    {{"weight", value, "float"}, attributes},
};
static_assert(std::is_sorted(std::begin(rows), std::end(rows),
                             [](Row const& a, Row const& b) { return a.rule.name < b.rule.name; }));

unsigned where_of(SpecKind kind)
{
    switch (kind) {
    case SpecKind::pseudo_root:
        return layers;
    case SpecKind::attribute:
        return attributes;
    case SpecKind::relationship:
        return relationships;
    default:
        return prims;
    }
}

} // namespace

FieldRule const* find_field_rule(std::string_view name, SpecKind kind)
{
    auto const* const found =
        std::lower_bound(std::begin(rows), std::end(rows), name,
                         [](Row const& row, std::string_view n) { return row.rule.name < n; });
    if (found == std::end(rows) || found->rule.name != name || !(found->where & where_of(kind)))
        return nullptr;
    return &found->rule;
}

bool is_display_unit(std::string_view name)
{
    // Lengths, angles and the unit of what has none; per cent has a name that the grammar cannot hold.
    constexpr std::array<std::string_view, 12> units = {"mm", "cm", "dm", "m",   "km",  "in",
                                                        "ft", "yd", "mi", "deg", "rad", "default"};
    return std::find(units.begin(), units.end(), name) != units.end();
}

} // namespace soulvan::usd
