// Which file is behind an asset path, and what is in it?
#include "soulvan/base/file.h"
#include "soulvan/usd/package.h"
#include "stage_data.h"

namespace soulvan::usd {

namespace {

constexpr int max_nesting = 8; ///< of packages in packages

/// The bytes of `inner` ("a.png" or "b.usdz[c.png]") inside a package.
Result<std::span<std::byte const>> entry_bytes(std::span<std::byte const> package, std::string const& name,
                                               std::string const& inner, int depth = 0)
{
    if (depth > max_nesting)
        return fail(Errc::limit, "{}: packages are nested more than {} deep", name, max_nesting);
    auto const [here, below] = composition::split_package(inner);
    for (auto const& entry : TRY(list_package(package, name))) {
        if (entry.name != here) continue;
        if (entry.offset > package.size() || entry.size > package.size() - entry.offset)
            return fail(Errc::invalid_input, "{}: the entry {} leaves the file", name, here);
        auto const bytes = package.subspan(entry.offset, entry.size);
        if (below.empty()) return bytes;
        return entry_bytes(bytes, name + "[" + here + "]", below, depth + 1);
    }
    return fail(Errc::not_found, "{} has no entry {}", name, here);
}

/// "a.usdz" and "b" as "a.usdz[b]"; "a.usdz[b.usdz]" and "c" as "a.usdz[b.usdz[c]]".
std::string inside(std::string const& package, std::string const& entry)
{
    auto const [outer, inner] = composition::split_package(package);
    return outer + "[" + (inner.empty() ? entry : inside(inner, entry)) + "]";
}

/// The innermost package that holds `identifier`; "" when none does.
std::string package_of(std::string const& identifier)
{
    auto const [outer, inner] = composition::split_package(identifier);
    if (inner.empty()) return "";
    auto const nested = package_of(inner);
    return nested.empty() ? outer : outer + "[" + nested + "]";
}

/// A set of tiles exists when its first rows have a tile: 1001 to 1100.
bool has_tile(std::string const& identifier, std::size_t mark)
{
    for (int tile = 1001; tile <= 1100; ++tile) {
        std::string name = identifier;
        if (composition::exists(name.replace(mark, std::string_view("<UDIM>").size(), std::to_string(tile))))
            return true;
    }
    return false;
}

} // namespace

namespace composition {

bool exists(std::string const& identifier)
{
    auto const [outer, inner] = split_package(identifier);
    std::error_code error;
    if (!std::filesystem::is_regular_file(outer, error)) return false;
    if (inner.empty()) return true;
    auto const file = MappedFile::open(outer);
    return file && entry_bytes(file->bytes(), outer, inner).has_value();
}

std::string package_root(std::string const& identifier)
{
    auto const [outer, inner] = split_package(identifier);
    auto const is_package = [](std::string_view name) {
        return name.ends_with(".usdz") || name.ends_with(".usdz]");
    };
    std::string root = identifier;
    if (!is_package(root)) return root;
    auto const file = MappedFile::open(outer);
    for (int nesting = 0; file && is_package(root) && nesting < max_nesting; ++nesting) {
        auto const name = split_package(root).second;
        auto bytes = Result<std::span<std::byte const>>(file->bytes());
        if (!name.empty()) bytes = entry_bytes(file->bytes(), outer, name);
        auto const entries = bytes ? list_package(*bytes, root) : std::vector<PackageEntry>();
        if (!entries || entries->empty()) return root;
        root = inside(root, entries->front().name);
    }
    return root;
}

std::string located(std::string const& anchor, std::string const& asset, std::string const& search_folder)
{
    auto first = anchored(anchor, asset);
    bool const searches =
        !asset.empty() && !asset.starts_with('/') && !asset.starts_with("./") && !asset.starts_with("../");
    if (!searches || exists(first)) return first;
    if (auto const package = package_of(anchor); !package.empty()) {
        auto beside_root = anchored(package_root(package), asset);
        if (exists(beside_root)) return beside_root;
    }
    if (!search_folder.empty()) {
        auto found = anchored((std::filesystem::path(search_folder) / "layer").string(), asset);
        if (exists(found)) return found;
    }
    return first;
}

} // namespace composition

namespace asset {

std::string resolved(OpinionSite const& site, std::string const& authored)
{
    auto identifier = composition::located(site.member->anchor, authored, site.stack->search_folder);
    if (identifier.empty()) return "";
    auto const mark = identifier.find("<UDIM>");
    bool const there =
        mark == std::string::npos ? composition::exists(identifier) : has_tile(identifier, mark);
    return there ? identifier : "";
}

} // namespace asset

Result<std::string> read_asset(std::string const& resolved, std::size_t max_bytes)
{
    auto const [outer, inner] = composition::split_package(resolved);
    if (inner.empty()) return read_file(outer, max_bytes);
    auto const file = TRY(MappedFile::open(outer));
    auto const bytes = TRY(entry_bytes(file.bytes(), outer, inner));
    if (bytes.size() > max_bytes)
        return fail(Errc::limit, "{}: {} bytes are more than the {} that are read", resolved, bytes.size(),
                    max_bytes);
    return std::string(reinterpret_cast<char const*>(bytes.data()), bytes.size());
}

} // namespace soulvan::usd
