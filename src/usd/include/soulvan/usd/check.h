// Checking: does an asset keep the rules that others rely on? The rules of usdchecker, and a few more.
#pragma once

#include "soulvan/usd/stage.h"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace soulvan::usd {

struct CheckOptions {
    /// Also what ARKit's first packages asked for: few prim types, few image formats, everything inside.
    bool arkit = false;
    /// Only how the root package is laid out, nothing of what it says.
    bool root_package_only = false;
    /// Checks what the stage selects alone, not every variant.
    bool skip_variants = false;
    /// The rules that only hold for assets made to be referenced: a default prim.
    bool asset_level = true;
    /// Stages that may be composed to see the variants; past it a warning says what was not looked at.
    int most_variations = 256;
    ReadLimits limits;
};

enum class Severity : std::uint8_t { error, failure, warning };

struct Finding {
    Severity severity = Severity::failure;
    std::string rule;  ///< "StageMetadataChecker", ...; "Composition" for what composition reports
    std::string layer; ///< where it stands, when one layer can be named
    Path path;         ///< of the prim or property; empty for the whole stage
    std::string what;  ///< a sentence
};

struct CheckReport {
    std::vector<Finding>
        findings;   ///< composition first, then by rule in the order of check_rules(), each once
    int stages = 0; ///< composed to see the variants, at least 1
    /// No errors and no failures; warnings are no failures.
    bool passed() const;
};

struct CheckRule {
    std::string_view name, description;
};
/// Every rule that `check` applies, in order. Names are those of OpenUSD's UsdUtils.ComplianceChecker; the
/// last of the base rules (kinds, extents) are those of its validators and only warn.
std::vector<CheckRule> check_rules(bool arkit);

/// Errors  as Stage::open for the root; what else is wrong is a finding. A package whose root cannot be
/// opened
///         because it is compressed or damaged is a finding as well.
Result<CheckReport> check(std::filesystem::path const& root, CheckOptions const& options = {});

} // namespace soulvan::usd
