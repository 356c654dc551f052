// How the path tree of a crate file becomes paths, in both of its forms.
#include "crate_tables.h"
#include "identifier.h"

namespace soulvan::usd::crate {
namespace {

/// The path of one element below `parent`. Elements of variants and targets carry their punctuation; those of
/// prims and properties are bare.
Result<Path> append_element(Path const& parent, std::string_view element, bool is_property,
                            Cursor const& where)
{
    if (is_property) {
        if (is_namespaced_identifier(element))
            if (auto const path = parent.property(element); !path.empty()) return path;
        return where.bad("'{}' is no property of {}", element, parent.str());
    }
    if (is_identifier(element)) {
        if (auto const path = parent.child(element); !path.empty()) return path;
        return where.bad("'{}' is no prim below {}", element, parent.str());
    }
    if (element.starts_with('{') && element.ends_with('}')) {
        auto const inside = element.substr(1, element.size() - 2);
        auto const equals = inside.find('=');
        auto const set = inside.substr(0, equals);
        auto const selection = equals == inside.npos ? std::string_view() : inside.substr(equals + 1);
        if (equals != inside.npos && is_identifier(set) && variant_name_length(selection) == selection.size())
            if (auto const path = parent.variant(Token(set), Token(selection)); !path.empty()) return path;
    } else if (element.starts_with('[') || element.starts_with('.')) {
        // Targets, mappers, expressions: rare and old, so the path parser may judge them.
        if (auto const path = Path::parse(parent.str() + std::string(element)); path) return *path;
    }
    return where.bad("'{}' is no path element below {}", element, parent.str());
}

} // namespace

Result<std::vector<Path>> paths_from_tree(std::span<PathEntry const> entries, std::size_t table_size,
                                          std::vector<std::string_view> const& tokens, int deepest,
                                          Cursor const& where)
{
    struct Level {
        std::size_t sibling;
        Path parent;
        int depth;
    };
    std::vector<Path> paths(table_size);
    std::vector<bool> seen(entries.size());
    std::vector<Level> open;
    Path parent;
    int depth = 0;
    for (std::size_t i = 0; i < entries.size();) {
        auto const& entry = entries[i];
        // A tree visits each entry once; without this check a jump back would never end.
        if (seen[i]) return where.bad("path entry {} is reached twice", i);
        seen[i] = true;
        if (entry.index >= table_size || !paths[entry.index].empty())
            return where.bad("path entry {} has index {}, which is taken or outside the table", i,
                             entry.index);

        Path path = Path::root();
        if (!parent.empty()) {
            auto const element = static_cast<std::uint32_t>(
                entry.element < 0 ? -static_cast<std::int64_t>(entry.element) : entry.element);
            if (element >= tokens.size()) return where.bad("path entry {} has no token {}", i, element);
            path = TRY(append_element(parent, tokens[element], entry.element < 0, where));
        }
        paths[entry.index] = path;

        bool const has_child = entry.jump > 0 || entry.jump == jump_child;
        bool const has_sibling = entry.jump >= 0;
        if (entry.jump < jump_leaf) return where.bad("path entry {} has the jump {}", i, entry.jump);
        if (parent.empty() && has_sibling) return where.bad("the root path has a sibling");
        if (has_child) {
            if (has_sibling) {
                auto const sibling = i + static_cast<std::size_t>(entry.jump);
                if (sibling >= entries.size()) return where.bad("path entry {} jumps out of the table", i);
                open.push_back({sibling, parent, depth});
            }
            if (++depth > deepest) return where.bad("paths are more than {} elements deep", deepest);
            parent = path;
            ++i;
        } else if (has_sibling) {
            ++i;
        } else if (open.empty()) {
            break;
        } else {
            i = open.back().sibling;
            parent = open.back().parent;
            depth = open.back().depth;
            open.pop_back();
        }
    }
    return paths;
}

Result<std::vector<Path>> paths_from_items(Cursor cursor, std::size_t count, bool padded,
                                           std::vector<std::string_view> const& tokens, int deepest)
{
    enum Bits : std::uint8_t { has_child_bit = 1, has_sibling_bit = 2, is_property_bit = 4 };
    struct Level {
        std::uint64_t sibling;
        Path parent;
        int depth;
    };
    auto const start = cursor;
    std::vector<Path> paths(count);
    std::vector<Level> open;
    Path parent;
    int depth = 0;
    for (std::size_t items = 0; count > 0;) {
        if (++items > count)
            return cursor.bad("the path tree has more than the {} paths of its table", count);
        if (padded) TRY(cursor.read<std::uint32_t>());
        auto const index = TRY(cursor.read<std::uint32_t>());
        auto const element = TRY(cursor.read<std::uint32_t>());
        auto const bits = TRY(cursor.read<std::uint32_t>()) & 0xFF;
        if (index >= count || !paths[index].empty())
            return cursor.bad("path index {} is taken or outside the table of {}", index, count);
        Path path = Path::root();
        if (!parent.empty()) {
            if (element >= tokens.size()) return cursor.bad("a path element has no token {}", element);
            path = TRY(append_element(parent, tokens[element], bits & is_property_bit, cursor));
        }
        paths[index] = path;
        if (parent.empty() && bits & has_sibling_bit) return cursor.bad("the root path has a sibling");
        if (bits & has_child_bit) {
            if (bits & has_sibling_bit) {
                auto const sibling = TRY(cursor.read<std::uint64_t>());
                if (sibling < start.at() || sibling - start.at() > start.left())
                    return cursor.bad("a path item points to offset {}, outside its section", sibling);
                open.push_back({sibling, parent, depth});
            }
            if (++depth > deepest) return cursor.bad("paths are more than {} elements deep", deepest);
            parent = path;
        } else if (!(bits & has_sibling_bit)) {
            if (open.empty()) break;
            cursor = start;
            cursor.skip(open.back().sibling - start.at());
            parent = open.back().parent;
            depth = open.back().depth;
            open.pop_back();
        }
    }
    return paths;
}

} // namespace soulvan::usd::crate
