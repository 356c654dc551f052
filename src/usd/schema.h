// What a schema says about a prim: its properties with their fallbacks, and which type is which.
#pragma once

#include "soulvan/usd/layer.h"

#include <optional>
#include <string_view>
#include <vector>

namespace soulvan::usd::schema {

enum class Kind : std::uint8_t { abstract, concrete, single_api, multiple_api };

// The rows of the generated table (schema_table.cpp).
struct FallbackRow {
    char const* type;
    char const* text; ///< as in a layer
};
struct PropertyRow {
    char const* name; ///< "collection:__INSTANCE_NAME__:includes" in schemas that apply several times
    char const* type; ///< "" for relationships
    bool uniform;
    std::uint16_t fallback;
    std::uint16_t metadata; ///< in metadata_rows
};
struct MetadataRow {
    char const* display_name; ///< "" for none
    char const* display_group;
    std::uint16_t first_token, token_count; ///< in allowed_tokens
};
struct TypeRow {
    char const* name;
    char const* base;
    Kind kind;
    std::uint16_t first_property, property_count; ///< in property_indexes
    std::uint16_t first_api, api_count;           ///< in builtin_apis
    std::uint16_t first_host, host_count; ///< in host_types: what an API may be applied to, else anything
};
extern FallbackRow const fallbacks[];
extern int const fallback_count;
extern PropertyRow const properties[];
extern int const property_count;
extern std::uint16_t const property_indexes[];
extern char const* const builtin_apis[];
extern char const* const host_types[];
extern char const* const allowed_tokens[];
extern MetadataRow const metadata_rows[];
extern TypeRow const types[]; ///< by name
extern int const type_count;

/// One property as the schemas of a prim define it.
struct Property {
    PropertyRow const* row;
    bool is_relationship() const { return row->type[0] == '\0'; }
    Token type() const { return Token(row->type); }
    Variability variability() const { return row->uniform ? Variability::uniform : Variability::varying; }
    Value fallback() const; ///< holds nothing when there is none
    /// What the schema says about a field beside the value: typeName, variability, custom, allowedTokens,
    /// displayName, displayGroup; holds nothing for others and where it says nothing.
    Value metadata(Token field) const;
};

TypeRow const* find_type(std::string_view name);
/// What `prim_type` and the applied `apis` ("CollectionAPI:lightLink") say about `name`; the type comes
/// first, then the API schemas in their order.
std::optional<Property> find_property(Token prim_type, std::vector<Token> const& apis, Token name);
/// Names of all properties that the type and the API schemas define, each once, sorted.
std::vector<Token> property_names(Token prim_type, std::vector<Token> const& apis);
/// API schemas that a type or API schema brings with it, already expanded.
std::vector<Token> built_in_apis(std::string_view name);
/// Whether an API schema may be applied to prims of a type, as `instance` ("" when it applies once): some are
/// for certain types only, and an instance may not be named as a property of the schema is.
bool can_apply(std::string_view api, std::string_view prim_type, std::string_view instance = "");
/// Whether `type` is `base` or derives from it.
bool is_a(std::string_view type, std::string_view base);

} // namespace soulvan::usd::schema
