// How is a place inside a package named, and what stands there?
#include "package_path.h"

namespace soulvan::usd::package {

namespace {

Result<std::span<std::byte const>> entry_at(std::span<std::byte const> package, std::string const& name,
                                            std::string const& inner, int depth)
{
    if (depth > max_nesting)
        return fail(Errc::limit, "{}: packages are nested more than {} deep", name, max_nesting);
    auto const [here, below] = split(inner);
    auto const opened = TRY(Package::open(package, nullptr, name));
    auto const* entry = opened->find(here);
    if (!entry) return fail(Errc::not_found, "{} has no entry {}", name, here);
    auto const bytes = opened->bytes(*entry);
    if (below.empty()) return bytes;
    return entry_at(bytes, name + "[" + here + "]", below, depth + 1);
}

/// Splits "outer[inner]" at the outermost bracket; inner is "" outside packages.
std::pair<std::string_view, std::string_view> parts(std::string_view identifier)
{
    auto const mark = identifier.find(".usdz[");
    if (mark == identifier.npos || !identifier.ends_with(']')) return {identifier, {}};
    auto const open = mark + 5;
    return {identifier.substr(0, open), identifier.substr(open + 1, identifier.size() - open - 2)};
}

/// The innermost name of an identifier, and how many packages lie around it. An identifier may be as long as
/// a file makes it; one level below the nesting that is opened, the rest counts as one name.
struct Innermost {
    std::string_view name;
    std::size_t packages = 0;
};
Innermost innermost(std::string_view identifier)
{
    Innermost found{identifier};
    while (found.packages <= max_nesting + 1) {
        auto const inner = parts(found.name).second;
        if (inner.empty()) break;
        found = {inner, found.packages + 1};
    }
    return found;
}

bool is_package_name(std::string_view name)
{
    return name.ends_with(".usdz") || name.ends_with(".usdz]");
}

} // namespace

std::pair<std::string, std::string> split(std::string const& identifier)
{
    auto const [outer, inner] = parts(identifier);
    return {std::string(outer), std::string(inner)};
}

std::string inside(std::string const& package, std::string const& entry)
{
    auto const [name, packages] = innermost(package);
    return package.substr(0, package.size() - packages) + "[" + entry + std::string(packages + 1, ']');
}

std::string holder(std::string const& identifier)
{
    auto const [name, packages] = innermost(identifier);
    if (packages == 0) return "";
    auto const bracket = static_cast<std::size_t>(name.data() - identifier.data()) - 1;
    return identifier.substr(0, bracket) + std::string(packages - 1, ']');
}

std::string entry_name(std::string const& identifier)
{
    return std::string(innermost(identifier).name);
}

Result<std::shared_ptr<Package const>> Cache::open(std::string const& identifier)
{
    std::scoped_lock const lock(mutex_);
    return open_locked(identifier, 0);
}

Result<std::shared_ptr<Package const>> Cache::open_locked(std::string const& identifier, int nesting)
{
    if (nesting > max_nesting)
        return fail(Errc::limit, "{}: packages are nested more than {} deep", identifier, max_nesting);
    if (auto const found = packages_.find(identifier); found != packages_.end()) return found->second;
    auto opened = [&]() -> Result<std::shared_ptr<Package const>> {
        auto const outer = holder(identifier);
        if (outer.empty()) return Package::open(identifier);
        auto const around = TRY(open_locked(outer, nesting + 1));
        auto const* entry = around->find(entry_name(identifier));
        if (!entry) return fail(Errc::not_found, "{} has no entry {}", outer, entry_name(identifier));
        return Package::open(around->bytes(*entry), around, identifier);
    }();
    return packages_.emplace(identifier, std::move(opened)).first->second;
}

std::string root_layer(std::string const& identifier)
{
    if (!is_package_name(identifier)) return identifier;
    Cache cache;
    return root_layer(identifier, cache);
}

std::string root_layer(std::string const& identifier, Cache& cache)
{
    std::string root = identifier;
    for (int nesting = 0; is_package_name(root) && nesting < max_nesting; ++nesting) {
        auto const package = cache.open(root);
        if (!package || (*package)->entries().empty()) return root;
        root = inside(root, (*package)->entries().front().name);
    }
    return root;
}

Result<std::span<std::byte const>> entry_bytes(std::span<std::byte const> package, std::string const& name,
                                               std::string const& inner)
{
    return entry_at(package, name, inner, 0);
}

Result<std::pair<std::shared_ptr<Package const>, std::span<std::byte const>>>
entry_bytes(std::string const& identifier, Cache& cache)
{
    auto const outer = holder(identifier);
    if (outer.empty()) return fail(Errc::invalid_input, "{}: this is no place in a package", identifier);
    auto const package = TRY(cache.open(outer));
    auto const* entry = package->find(entry_name(identifier));
    if (!entry) return fail(Errc::not_found, "{} has no entry {}", outer, entry_name(identifier));
    return std::pair(package, package->bytes(*entry));
}

} // namespace soulvan::usd::package
