// Differences: between the texts of two layers, line by line, and between their specs, field by field.
#pragma once

#include "soulvan/usd/layer.h"

#include <string>
#include <string_view>
#include <vector>

namespace soulvan::usd {

/// The lines that differ, as a unified diff without context has them ("@@ -13 +13 @@"), without file names;
/// "" when the texts are equal. Blocks are chosen as Python's difflib chooses them (the longest common run
/// first, then to its left and right; lines that make up more than 1 % of a long text do not begin a run), so
/// that the result is what usddiff prints. Past a bound on the work, what is left of two texts that hardly
/// agree is replaced as a whole: still a true diff, not the shortest.
std::string unified_diff(std::string_view before, std::string_view after);

enum class Change : std::uint8_t { added, removed, changed };

struct FieldDifference {
    Change change = Change::changed;
    Token field;
    Value before, after; ///< empty when added, when removed
};
/// One spec that only one layer has, or that differs.
struct SpecDifference {
    Change change = Change::changed;
    Path path;
    SpecKind kind = SpecKind::prim;
    std::vector<FieldDifference> fields; ///< of a changed spec, by name
    bool reordered = false;              ///< the same children, in another order
};
/// Every spec that differs, in path order. What lies below an added or removed spec is listed too.
std::vector<SpecDifference> differences(Layer const& before, Layer const& after);

/// A value as it stands in a text layer, for people.
std::string value_text(Value const& value);

} // namespace soulvan::usd
