// Does the table of schemas say what OpenUSD's schema files say?
#include "schema.h"

#include <filesystem>
#include <set>

#include <gtest/gtest.h>

namespace soulvan::usd {
namespace {

namespace fs = std::filesystem;

fs::path const definitions = fs::path(SOULVAN_SHARED_DIR) / "data/usd/openusd/schemas";

constexpr std::string_view instance_name = "__INSTANCE_NAME__";

struct Definitions {
    std::vector<std::shared_ptr<Layer const>> layers;
    std::map<std::string, std::pair<Layer const*, SpecView>> classes;

    SpecView property(std::string const& schema, Token name) const
    {
        auto const& [layer, spec] = classes.at(schema);
        return layer->find(Path("/" + schema).property(name));
    }
};

Definitions read_definitions()
{
    Definitions result;
    for (auto const& entry : fs::directory_iterator(definitions)) {
        auto layer = Layer::open(entry.path()).value();
        for (Token name : layer->pseudo_root().prim_children())
            result.classes[name.str()] = {layer.get(), layer->find(Path::root().child(name))};
        result.layers.push_back(std::move(layer));
    }
    return result;
}

template <class T>
T field_of(SpecView spec, Token name, T fallback)
{
    return spec.get_or(name, fallback);
}

TEST(SchemaTable, SaysOfEveryPropertyWhatTheSchemaFilesSay)
{
    if (!fs::exists(definitions)) GTEST_SKIP() << "needs ../shared/data/usd/openusd/schemas";
    auto const read = read_definitions();
    int compared = 0;
    for (auto const& [name, at] : read.classes) {
        auto const& [layer, spec] = at;
        auto const* type = schema::find_type(name);
        if (!type) { // schemas that are never applied have no properties
            EXPECT_TRUE(spec.properties().empty()) << name;
            continue;
        }
        if (type->kind == schema::Kind::abstract) continue; // no prim has an abstract type
        for (Token property : spec.properties()) {
            SCOPED_TRACE(name + "." + property.str());
            auto const expected = read.property(name, property);
            schema::PropertyRow const* row = nullptr;
            for (int i = 0; i < type->property_count; ++i)
                if (auto const& one = schema::properties[schema::property_indexes[type->first_property + i]];
                    property.view() == one.name)
                    row = &one;
            ASSERT_TRUE(row);
            schema::Property const ours{row};
            ASSERT_EQ(ours.is_relationship(), expected.kind() == SpecKind::relationship);
            ++compared;
            if (ours.is_relationship()) continue;
            auto const type_name = field_of(expected, field::type_name, Token());
            EXPECT_EQ(find_value_type(ours.type().view()), find_value_type(type_name.view()))
                << type_name.str();
            EXPECT_EQ(ours.variability(), field_of(expected, field::variability, Variability::varying));
            EXPECT_TRUE(ours.fallback() == expected.find(field::default_value));
            for (char const* more : {"allowedTokens", "displayName", "displayGroup"})
                if (auto const said = expected.find(Token(more));
                    !said.empty()) { // else built-in schemas may
                    EXPECT_TRUE(ours.metadata(Token(more)) == said) << more;
                }
        }
    }
    EXPECT_GT(compared, 650);
}

/// What a type has beyond its own class comes from the API schemas that are built into it, and is all there.
TEST(SchemaTable, HasNothingElseThanBuiltInSchemasBring)
{
    if (!fs::exists(definitions)) GTEST_SKIP() << "needs ../shared/data/usd/openusd/schemas";
    auto const read = read_definitions();
    for (int i = 0; i < schema::type_count; ++i) {
        auto const& type = schema::types[i];
        if (type.kind == schema::Kind::abstract) continue;
        SCOPED_TRACE(type.name);
        ASSERT_TRUE(read.classes.contains(type.name));
        std::set<std::string> expected;
        auto const add = [&](std::string const& schema, std::string_view instance) {
            for (Token property : read.classes.at(schema).second.properties()) {
                auto name = property.str();
                if (auto const at = name.find(instance_name); at != name.npos && !instance.empty())
                    name.replace(at, instance_name.size(), instance);
                expected.insert(name);
            }
        };
        add(type.name, "");
        for (Token api : schema::built_in_apis(type.name)) {
            auto const text = api.str();
            auto const colon = text.find(':');
            add(text.substr(0, colon), colon == text.npos ? "" : text.substr(colon + 1));
        }
        std::set<std::string> ours;
        for (int k = 0; k < type.property_count; ++k)
            ours.insert(schema::properties[schema::property_indexes[type.first_property + k]].name);
        EXPECT_EQ(ours, expected);
    }
}

TEST(SchemaTable, TypesDeriveFromWhatTheyAre)
{
    for (char const* base :
         {"RectLight", "BoundableLightBase", "Boundable", "Xformable", "Imageable", "Typed"})
        EXPECT_TRUE(schema::is_a("RectLight", base)) << base;
    for (char const* base : {"Gprim", "DomeLight", "NonboundableLightBase", "LightAPI", "Rect", ""})
        EXPECT_FALSE(schema::is_a("RectLight", base)) << base;
    EXPECT_TRUE(schema::is_a("OfAPlugIn", "OfAPlugIn"));
    for (int i = 0; i < schema::type_count; ++i) {
        auto const& type = schema::types[i];
        if (i > 0) { // it is searched by halves
            EXPECT_LT(std::string_view(schema::types[i - 1].name), type.name);
        }
        EXPECT_TRUE(schema::is_a(type.name, "SchemaBase")) << type.name; // and the way there ends
    }
}

TEST(SchemaTable, SchemasThatApplyTwiceKeepTheirInstancesApart)
{
    std::vector<Token> const apis{Token("CollectionAPI:a"), Token("CollectionAPI:b:c")};
    Token const mesh("Mesh");
    EXPECT_TRUE(schema::find_property(mesh, apis, Token("collection:a:includes")));
    EXPECT_TRUE(schema::find_property(mesh, apis, Token("collection:b:c:includes")));
    EXPECT_FALSE(schema::find_property(mesh, apis, Token("collection:b:includes")));
    EXPECT_FALSE(schema::find_property(mesh, apis, Token("collection:__INSTANCE_NAME__:includes")));
    EXPECT_FALSE(schema::find_property(mesh, {Token("CollectionAPI")}, Token("collection:a:includes")));
    auto const rule = schema::find_property(mesh, apis, Token("collection:a:expansionRule"));
    ASSERT_TRUE(rule);
    EXPECT_TRUE(rule->fallback() == Value(Token("expandPrims")));
}

TEST(SchemaTable, SchemasAreForTheirTypesAndInstancesAreNotNamedAsProperties)
{
    EXPECT_TRUE(schema::can_apply("VisibilityAPI", "Mesh"));
    EXPECT_FALSE(schema::can_apply("VisibilityAPI", "Shader"));
    EXPECT_FALSE(schema::can_apply("Mesh", "Mesh"));
    EXPECT_TRUE(schema::can_apply("CollectionAPI", "Mesh", "lights"));
    EXPECT_FALSE(schema::can_apply("CollectionAPI", "Mesh", "includes"));
    EXPECT_FALSE(schema::can_apply("CollectionAPI", "Mesh"));
    EXPECT_FALSE(schema::can_apply("VisibilityAPI", "Mesh", "twice"));
    auto const rule = schema::find_property(Token("Mesh"), {}, Token("subdivisionScheme"));
    ASSERT_TRUE(rule);
    EXPECT_EQ(rule->metadata(field::allowed_tokens).get<Array<Token>>()->size(), 4U);
}

} // namespace
} // namespace soulvan::usd
