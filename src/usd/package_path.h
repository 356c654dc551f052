// How is a place inside a package named? "outer.usdz[entry]", and "outer.usdz[inner.usdz[entry]]" when
// packages are nested (OpenUSD: package-relative paths, Ar).
#pragma once

#include "soulvan/usd/layer.h"
#include "soulvan/usd/package.h"

#include <map>
#include <mutex>

namespace soulvan::usd {

namespace package {
class Cache;
}
/// Layer::open() for who opens many: packages are mapped and indexed once in `packages`.
Result<std::shared_ptr<Layer const>> open_layer(std::string const& path, ReadLimits const& limits,
                                                package::Cache& packages);

} // namespace soulvan::usd

namespace soulvan::usd::package {

inline constexpr int max_nesting = 8; ///< of packages in packages

/// Splits "outer[inner]" at the outermost bracket; inner is "" outside packages.
std::pair<std::string, std::string> split(std::string const& identifier);
/// "a.usdz" and "b" as "a.usdz[b]"; "a.usdz[b.usdz]" and "c" as "a.usdz[b.usdz[c]]".
std::string inside(std::string const& package, std::string const& entry);
/// The innermost package that holds `identifier`; "" when none does.
std::string holder(std::string const& identifier);
/// The name of `identifier` in its holder; itself outside packages.
std::string entry_name(std::string const& identifier);

/// Packages that were opened, each mapped and indexed once; thread-safe. Whoever asks for many places of the
/// same packages holds one: a package of n entries is then read in O(n), where asking without costs O(n²).
class Cache {
public:
    /// The package at "outer.usdz" or "outer.usdz[inner.usdz]"; a failure is remembered too.
    Result<std::shared_ptr<Package const>> open(std::string const& identifier);

private:
    Result<std::shared_ptr<Package const>> open_locked(std::string const& identifier, int nesting);

    std::mutex mutex_;
    std::map<std::string, Result<std::shared_ptr<Package const>>> packages_;
};

/// "scene.usdz" as "scene.usdz[root.usd]", its first entry; other identifiers, and what cannot be read,
/// unchanged.
std::string root_layer(std::string const& identifier);
std::string root_layer(std::string const& identifier, Cache& cache);
/// The bytes of `inner` ("a.png" or "b.usdz[c.png]") inside a package.
Result<std::span<std::byte const>> entry_bytes(std::span<std::byte const> package, std::string const& name,
                                               std::string const& inner);
/// The bytes at "outer.usdz[entry]"; the package keeps them alive.
Result<std::pair<std::shared_ptr<Package const>, std::span<std::byte const>>>
entry_bytes(std::string const& identifier, Cache& cache);

} // namespace soulvan::usd::package
