// Which file is behind an asset path, and what is in it?
#include "package_path.h"
#include "soulvan/base/file.h"
#include "stage_data.h"

namespace soulvan::usd {

namespace {

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
    auto const [outer, inner] = package::split(identifier);
    std::error_code error;
    if (!std::filesystem::is_regular_file(outer, error)) return false;
    if (inner.empty()) return true;
    auto const file = MappedFile::open(outer);
    return file && package::entry_bytes(file->bytes(), outer, inner).has_value();
}

std::string located(std::string const& anchor, std::string const& asset, std::string const& search_folder)
{
    auto first = anchored(anchor, asset);
    bool const searches =
        !asset.empty() && !asset.starts_with('/') && !asset.starts_with("./") && !asset.starts_with("../");
    if (!searches || exists(first)) return first;
    if (auto const holder = package::holder(anchor); !holder.empty()) {
        auto beside_root = anchored(package::root_layer(holder), asset);
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

std::string resolved(Source const& source, std::string const& authored)
{
    auto identifier = composition::located(source.member->anchor, authored, source.stack->search_folder);
    if (identifier.empty()) return "";
    auto const mark = identifier.find("<UDIM>");
    bool const there =
        mark == std::string::npos ? composition::exists(identifier) : has_tile(identifier, mark);
    return there ? identifier : "";
}

} // namespace asset

Result<std::string> read_asset(std::string const& resolved, std::size_t max_bytes)
{
    auto const [outer, inner] = package::split(resolved);
    if (inner.empty()) return read_file(outer, max_bytes);
    auto const file = TRY(MappedFile::open(outer));
    auto const bytes = TRY(package::entry_bytes(file.bytes(), outer, inner));
    if (bytes.size() > max_bytes)
        return fail(Errc::limit, "{}: {} bytes are more than the {} that are read", resolved, bytes.size(),
                    max_bytes);
    return std::string(reinterpret_cast<char const*>(bytes.data()), bytes.size());
}

} // namespace soulvan::usd
