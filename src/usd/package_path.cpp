// How is a place inside a package named, and what stands there?
#include "package_path.h"

#include "soulvan/base/file.h"

namespace soulvan::usd::package {

namespace {

/// "a.usdz" and "b" as "a.usdz[b]"; "a.usdz[b.usdz]" and "c" as "a.usdz[b.usdz[c]]".
std::string inside(std::string const& package, std::string const& entry)
{
    auto const [outer, inner] = split(package);
    return outer + "[" + (inner.empty() ? entry : inside(inner, entry)) + "]";
}

Result<std::span<std::byte const>> entry_at(std::span<std::byte const> package, std::string const& name,
                                            std::string const& inner, int depth)
{
    if (depth > max_nesting)
        return fail(Errc::limit, "{}: packages are nested more than {} deep", name, max_nesting);
    auto const [here, below] = split(inner);
    for (auto const& entry : TRY(list_package(package, name))) {
        if (entry.name != here) continue;
        if (entry.offset > package.size() || entry.size > package.size() - entry.offset)
            return fail(Errc::invalid_input, "{}: the entry {} leaves the file", name, here);
        auto const bytes = package.subspan(entry.offset, entry.size);
        if (below.empty()) return bytes;
        return entry_at(bytes, name + "[" + here + "]", below, depth + 1);
    }
    return fail(Errc::not_found, "{} has no entry {}", name, here);
}

} // namespace

std::pair<std::string, std::string> split(std::string const& identifier)
{
    auto const mark = identifier.find(".usdz[");
    if (mark == std::string::npos || identifier.back() != ']') return {identifier, ""};
    auto const open = mark + 5;
    return {identifier.substr(0, open), identifier.substr(open + 1, identifier.size() - open - 2)};
}

std::string holder(std::string const& identifier)
{
    auto const [outer, inner] = split(identifier);
    if (inner.empty()) return "";
    auto const nested = holder(inner);
    return nested.empty() ? outer : outer + "[" + nested + "]";
}

std::string root_layer(std::string const& identifier)
{
    auto const is_package = [](std::string_view name) {
        return name.ends_with(".usdz") || name.ends_with(".usdz]");
    };
    std::string root = identifier;
    if (!is_package(root)) return root;
    auto const outer = split(identifier).first;
    auto const file = MappedFile::open(outer);
    for (int nesting = 0; file && is_package(root) && nesting < max_nesting; ++nesting) {
        auto const name = split(root).second;
        auto bytes = Result<std::span<std::byte const>>(file->bytes());
        if (!name.empty()) bytes = entry_bytes(file->bytes(), outer, name);
        auto const entries = bytes ? list_package(*bytes, root) : std::vector<PackageEntry>();
        if (!entries || entries->empty()) return root;
        root = inside(root, entries->front().name);
    }
    return root;
}

Result<std::span<std::byte const>> entry_bytes(std::span<std::byte const> package, std::string const& name,
                                               std::string const& inner)
{
    return entry_at(package, name, inner, 0);
}

} // namespace soulvan::usd::package
