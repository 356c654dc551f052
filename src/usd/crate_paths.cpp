// How the path tree of a crate file is followed, in both of its forms.
#include "crate_tables.h"

namespace soulvan::usd::crate {

Result<std::vector<PathItem>> paths_from_tree(std::span<PathEntry const> entries, std::size_t table_size,
                                              std::size_t tokens, int deepest, Cursor const& where)
{
    struct Level {
        std::size_t sibling;
        std::uint32_t parent;
        int depth;
    };
    std::vector<PathItem> paths(table_size);
    std::vector<bool> seen(entries.size());
    std::vector<Level> open;
    auto parent = PathItem::none;
    int depth = 0;
    for (std::size_t i = 0; i < entries.size();) {
        auto const& entry = entries[i];
        // A tree visits each entry once; without this check a jump back would never end.
        if (seen[i]) return where.bad("path entry {} is reached twice", i);
        seen[i] = true;
        if (entry.index >= table_size || !paths[entry.index].is_hole())
            return where.bad("path entry {} has index {}, which is taken or outside the table", i,
                             entry.index);

        std::uint32_t element = 0;
        if (parent != PathItem::none) {
            element = static_cast<std::uint32_t>(entry.element < 0 ? -static_cast<std::int64_t>(entry.element)
                                                                   : entry.element);
            if (element >= tokens) return where.bad("path entry {} has no token {}", i, element);
        }
        paths[entry.index] = {parent, element, entry.element < 0};

        bool const has_child = entry.jump > 0 || entry.jump == jump_child;
        bool const has_sibling = entry.jump >= 0;
        if (entry.jump < jump_leaf) return where.bad("path entry {} has the jump {}", i, entry.jump);
        if (parent == PathItem::none && has_sibling) return where.bad("the root path has a sibling");
        if (has_child) {
            if (has_sibling) {
                auto const sibling = i + static_cast<std::size_t>(entry.jump);
                if (sibling >= entries.size()) return where.bad("path entry {} jumps out of the table", i);
                open.push_back({sibling, parent, depth});
            }
            if (++depth > deepest) return where.bad("paths are more than {} elements deep", deepest);
            parent = entry.index;
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

Result<std::vector<PathItem>> paths_from_items(Cursor cursor, std::size_t count, bool padded,
                                               std::size_t tokens, int deepest)
{
    enum Bits : std::uint8_t { has_child_bit = 1, has_sibling_bit = 2, is_property_bit = 4 };
    struct Level {
        std::uint64_t sibling;
        std::uint32_t parent;
        int depth;
    };
    auto const start = cursor;
    std::vector<PathItem> paths(count);
    std::vector<Level> open;
    auto parent = PathItem::none;
    int depth = 0;
    for (std::size_t items = 0; count > 0;) {
        if (++items > count)
            return cursor.bad("the path tree has more than the {} paths of its table", count);
        if (padded) TRY(cursor.read<std::uint32_t>());
        auto const index = TRY(cursor.read<std::uint32_t>());
        auto const element = TRY(cursor.read<std::uint32_t>());
        auto const bits = TRY(cursor.read<std::uint32_t>()) & 0xFF;
        if (index >= count || !paths[index].is_hole())
            return cursor.bad("path index {} is taken or outside the table of {}", index, count);
        bool const is_root = parent == PathItem::none;
        if (!is_root && element >= tokens) return cursor.bad("a path element has no token {}", element);
        paths[index] = {parent, is_root ? 0 : element, (bits & is_property_bit) != 0};
        if (parent == PathItem::none && bits & has_sibling_bit)
            return cursor.bad("the root path has a sibling");
        if (bits & has_child_bit) {
            if (bits & has_sibling_bit) {
                auto const sibling = TRY(cursor.read<std::uint64_t>());
                if (sibling < start.at() || sibling - start.at() > start.left())
                    return cursor.bad("a path item points to offset {}, outside its section", sibling);
                open.push_back({sibling, parent, depth});
            }
            if (++depth > deepest) return cursor.bad("paths are more than {} elements deep", deepest);
            parent = index;
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
