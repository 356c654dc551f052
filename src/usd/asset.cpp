// Which file is behind an asset path, and what is in it?
#include "soulvan/base/file.h"
#include "soulvan/usd/package.h"
#include "stage_data.h"

namespace soulvan::usd {

namespace {

/// The bytes of `inner` ("a.png" or "b.usdz[c.png]") inside a package.
Result<std::span<std::byte const>> entry_bytes(std::span<std::byte const> package, std::string const& name,
                                               std::string const& inner, int depth = 0)
{
    if (depth > 8) return fail(Errc::limit, "{}: packages are nested more than 8 deep", name);
    auto const [here, below] = composition::split_package(inner);
    for (auto const& entry : TRY(list_package(package, name))) {
        if (entry.name != here) continue;
        auto const bytes = package.subspan(entry.offset, entry.size);
        if (below.empty()) return bytes;
        return entry_bytes(bytes, name + "[" + here + "]", below, depth + 1);
    }
    return fail(Errc::not_found, "{} has no entry {}", name, here);
}

bool exists(std::string const& identifier)
{
    auto const [outer, inner] = composition::split_package(identifier);
    std::error_code error;
    if (!std::filesystem::is_regular_file(outer, error)) return false;
    if (inner.empty()) return true;
    auto const file = MappedFile::open(outer);
    return file && entry_bytes(file->bytes(), outer, inner).has_value();
}

/// A set of tiles exists when its first rows have a tile: 1001 to 1100.
bool has_tile(std::string const& identifier, std::size_t mark)
{
    for (int tile = 1001; tile <= 1100; ++tile) {
        std::string name = identifier;
        if (exists(name.replace(mark, std::string_view("<UDIM>").size(), std::to_string(tile)))) return true;
    }
    return false;
}

} // namespace

namespace asset {

std::string resolved(std::string const& anchor, std::string const& authored)
{
    auto identifier = composition::anchored(anchor, authored);
    if (identifier.empty()) return "";
    auto const mark = identifier.find("<UDIM>");
    bool const there = mark == std::string::npos ? exists(identifier) : has_tile(identifier, mark);
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
