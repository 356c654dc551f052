// How is a place inside a package named? "outer.usdz[entry]", and "outer.usdz[inner.usdz[entry]]" when
// packages are nested (OpenUSD: package-relative paths, Ar).
#pragma once

#include "soulvan/usd/package.h"

namespace soulvan::usd::package {

inline constexpr int max_nesting = 8; ///< of packages in packages

/// Splits "outer[inner]" at the outermost bracket; inner is "" outside packages.
std::pair<std::string, std::string> split(std::string const& identifier);
/// The innermost package that holds `identifier`; "" when none does.
std::string holder(std::string const& identifier);
/// "scene.usdz" as "scene.usdz[root.usd]", its first entry; other identifiers, and what cannot be read,
/// unchanged.
std::string root_layer(std::string const& identifier);
/// The bytes of `inner` ("a.png" or "b.usdz[c.png]") inside a package.
Result<std::span<std::byte const>> entry_bytes(std::span<std::byte const> package, std::string const& name,
                                               std::string const& inner);

} // namespace soulvan::usd::package
