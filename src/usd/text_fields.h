// Which metadata fields USD registers: where each may stand and what it holds.
#pragma once

#include "soulvan/usd/layer.h"

#include <string_view>

namespace soulvan::usd {

/// How a field's value stands in text.
enum class FieldForm : std::uint8_t {
    value,      ///< one value of `type`
    dictionary, ///< "{ … }"
    list_edit,  ///< list edits of `type`, an array type
    structure,  ///< part of the spec itself: never written as "name = value"
};

struct FieldRule {
    std::string_view name;
    FieldForm form = FieldForm::value;
    std::string_view type;
};

/// The rule for `name` on specs of `kind`; null for fields that are not registered there: they are kept
/// opaque.
FieldRule const* find_field_rule(std::string_view name, SpecKind kind);

bool is_display_unit(std::string_view name);

} // namespace soulvan::usd
