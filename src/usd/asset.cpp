// Which file is behind an asset path, and what is in it?
#include "asset.h"

#include "soulvan/base/file.h"
#include "stage_data.h"

#include <algorithm>
#include <cctype>

namespace soulvan::usd {

namespace {

/// What stands behind it in a layer's path is for the reader of its format (SdfLayer::SplitIdentifier); ours
/// take none.
constexpr std::string_view format_arguments = ":SDF_FORMAT_ARGS:";

/// A set of tiles exists when its first rows have a tile: 1001 to 1100.
bool has_tile(std::string const& identifier, std::size_t mark, package::Cache& packages)
{
    for (int tile = 1001; tile <= 1100; ++tile) {
        std::string name = identifier;
        if (asset::exists(name.replace(mark, std::string_view("<UDIM>").size(), std::to_string(tile)),
                          packages))
            return true;
    }
    return false;
}

} // namespace

namespace asset {

bool exists(std::string const& identifier, package::Cache& packages)
{
    if (package::holder(identifier).empty()) {
        std::error_code error;
        return std::filesystem::is_regular_file(identifier, error);
    }
    return package::entry_bytes(identifier, packages).has_value();
}

bool is_searched(std::string_view asset)
{
    return !asset.empty() && !asset.starts_with('/') && !asset.starts_with("./") && !asset.starts_with("../");
}

bool is_uri(std::string_view asset)
{
    auto const colon = asset.find(':');
    // One letter would be a drive; a scheme is letters, digits, "+-." (RFC 3986, 3.1).
    return colon != asset.npos && colon > 1 &&
           std::all_of(asset.begin(), asset.begin() + static_cast<std::ptrdiff_t>(colon), [](char c) {
               return std::isalnum(static_cast<unsigned char>(c)) || c == '+' || c == '-' || c == '.';
           });
}

std::string located(std::string const& anchor, std::string const& authored, std::string const& search_folder,
                    package::Cache& packages)
{
    auto const asset = authored.substr(0, authored.find(format_arguments));
    auto first = composition::anchored(anchor, asset);
    if (!is_searched(asset) || exists(first, packages)) return first;
    if (auto const holder = package::holder(anchor); !holder.empty()) {
        auto beside_root = composition::anchored(package::root_layer(holder, packages), asset);
        if (exists(beside_root, packages)) return beside_root;
    }
    if (!search_folder.empty()) {
        auto found = composition::anchored((std::filesystem::path(search_folder) / "layer").string(), asset);
        if (exists(found, packages)) return found;
    }
    return first;
}

} // namespace asset

namespace composition {

bool exists(std::string const& identifier, LayerStack const& stack)
{
    return asset::exists(identifier, *stack.packages);
}

std::string located(std::string const& anchor, std::string const& asset, LayerStack const& stack)
{
    return asset::located(anchor, asset, stack.search_folder, *stack.packages);
}

} // namespace composition

namespace asset {

std::string resolved(Source const& source, std::string const& authored)
{
    if (authored.find(format_arguments) != authored.npos) return ""; // for layers alone
    auto identifier = composition::located(source.member->anchor, authored, *source.stack);
    if (identifier.empty()) return "";
    auto const mark = identifier.find("<UDIM>");
    bool const there = mark == std::string::npos ? composition::exists(identifier, *source.stack)
                                                 : has_tile(identifier, mark, *source.stack->packages);
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
