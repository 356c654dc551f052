// How is the path tree of a crate file followed, in both of its forms, and what does each element become?
#include "crate_format.h"
#include "crate_tables.h"
#include "identifier.h"

namespace soulvan::usd::crate {

namespace {

/// "{set=selection}" without its punctuation; empty when it is none. The selection may be empty.
std::pair<std::string_view, std::string_view> variant_of(std::string_view text)
{
    if (text.size() < 3 || text.front() != '{' || text.back() != '}') return {};
    text = text.substr(1, text.size() - 2);
    auto const equals = text.find('=');
    if (equals == text.npos) return {};
    return {text.substr(0, equals), text.substr(equals + 1)};
}

struct Level {
    std::uint64_t sibling = 0;
    SpecTable::Index parent = SpecTable::none;
    int depth = 0;
};

} // namespace

std::uint8_t elements_of(std::string_view text)
{
    if (text.empty()) return 0;
    if (text.front() == '[' || text.front() == '.') return target_bit;
    if (text.front() == '{') {
        auto const [set, selection] = variant_of(text);
        bool const is_variant = is_identifier(set) && variant_name_length(selection) == selection.size();
        return is_variant ? std::uint8_t{variant_bit} : std::uint8_t{0};
    }
    auto const first = identifier_length(text);
    if (first == text.size()) return prim_bit | property_bit;
    bool const is_property = first != 0 && text[first] == ':' && is_namespaced_identifier(text);
    return is_property ? std::uint8_t{property_bit} : std::uint8_t{0};
}

/// Elements of variants and targets carry their punctuation; those of prims and properties are bare.
Result<> PathTable::put(std::uint32_t path, SpecTable::Index parent, std::uint64_t token, bool is_property,
                        Cursor const& where)
{
    if (path >= tables_.entries.size() || tables_.entries[path].has_path)
        return where.bad("path {} is taken or outside the table of {}", path, tables_.entries.size());
    auto& entry = tables_.entries[path];
    entry.has_path = true;
    if (parent == SpecTable::none) {
        tables_.root = path;
        return {};
    }
    if (token >= elements_.size()) return where.bad("a path element has no token {}", token);
    entry.parent = parent;
    entry.name = tables_.tokens[token];
    auto const can_be = elements_[token];
    auto& above = tables_.entries[parent];
    bool const of_prim = above.element == PathElement::prim || above.element == PathElement::variant;
    if (is_property && can_be & property_bit && (of_prim || above.element == PathElement::target)) {
        entry.element = PathElement::property; // those of targets are old, and no specs are read there
    } else if (!is_property && can_be & prim_bit && (of_prim || above.element == PathElement::root)) {
        entry.element = PathElement::prim;
    } else if (!is_property && can_be & variant_bit && of_prim) {
        auto const [set, selection] = variant_of(entry.name.view());
        entry.element = PathElement::variant;
        entry.name = Token(set);
        tables_.selections.emplace(path, Token(selection));
    } else if (!is_property && can_be & target_bit) {
        entry.element = PathElement::target;
        tables_.targets.push_back(path);
        return {};
    } else {
        return where.bad("'{}' is no path element below path {}", tables_.tokens[token].str(), parent);
    }
    ++above.children;
    return {};
}

Result<> PathTable::read_tree(std::span<std::uint32_t const> paths, std::span<std::int32_t const> elements,
                              std::span<std::int32_t const> jumps, Cursor const& where)
{
    std::vector<Level> open;
    auto parent = SpecTable::none;
    int depth = 0;
    // A tree visits each entry once: one that is reached again finds its path taken, so this ends.
    for (std::size_t i = 0; i < paths.size();) {
        auto const element = std::int64_t{elements[i]};
        TRY(put(paths[i], parent, static_cast<std::uint64_t>(element < 0 ? -element : element), element < 0,
                where));
        auto const jump = jumps[i];
        bool const has_child = jump > 0 || jump == jump_child;
        bool const has_sibling = jump >= 0;
        if (jump < jump_leaf) return where.bad("path entry {} has the jump {}", i, jump);
        if (parent == SpecTable::none && has_sibling) return where.bad("the root path has a sibling");
        if (has_child) {
            if (has_sibling) {
                auto const sibling = i + static_cast<std::size_t>(jump);
                if (sibling >= paths.size()) return where.bad("path entry {} jumps out of the table", i);
                open.push_back({sibling, parent, depth});
            }
            if (++depth > deepest_) return where.bad("paths are more than {} elements deep", deepest_);
            parent = paths[i];
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
    return {};
}

Result<> PathTable::read_items(Cursor cursor, std::size_t count, bool padded)
{
    enum Bits : std::uint8_t { has_child_bit = 1, has_sibling_bit = 2, is_property_bit = 4 };
    auto const start = cursor;
    std::vector<Level> open;
    auto parent = SpecTable::none;
    int depth = 0;
    for (std::size_t items = 0; count > 0;) {
        if (++items > count)
            return cursor.bad("the path tree has more than the {} paths of its table", count);
        if (padded) TRY(cursor.read<std::uint32_t>());
        auto const path = TRY(cursor.read<std::uint32_t>());
        auto const element = TRY(cursor.read<std::uint32_t>());
        auto const bits = TRY(cursor.read<std::uint32_t>()) & 0xFF;
        TRY(put(path, parent, element, (bits & is_property_bit) != 0, cursor));
        if (parent == SpecTable::none && bits & has_sibling_bit)
            return cursor.bad("the root path has a sibling");
        if (bits & has_child_bit) {
            if (bits & has_sibling_bit) {
                auto const sibling = TRY(cursor.read<std::uint64_t>());
                if (sibling < start.at() || sibling - start.at() > start.left())
                    return cursor.bad("a path item points to offset {}, outside its section", sibling);
                open.push_back({sibling, parent, depth});
            }
            if (++depth > deepest_) return cursor.bad("paths are more than {} elements deep", deepest_);
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
    return {};
}

} // namespace soulvan::usd::crate
