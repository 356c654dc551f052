// Paths: where a spec or an object stands in namespace.
#pragma once

#include "soulvan/base/result.h"
#include "soulvan/usd/token.h"

#include <compare>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace soulvan::usd {

/// An absolute or relative path of the USD grammar: "/", "/World/Props", "/A{set=sel}B", "/A.attr",
/// "/A.rel[/Target]", "../B", ".". Immutable; copying costs a pointer; equality and hashing are by address of
/// an interned node. The default value is the empty path, which names nothing.
class Path {
public:
    Path() = default;
    /// Errors  invalid_input: what is wrong and at which character. At most 256 elements deep.
    static Result<Path> parse(std::string_view text);
    /// For literals in code: aborts when `text` is no path.
    explicit Path(std::string_view literal);
    static Path root(); ///< "/"

    std::string str() const;
    bool empty() const { return node_ == nullptr; }
    bool is_root() const;
    bool is_absolute() const;
    bool is_prim() const;              ///< "/A", "/A/B", also below variants; not "/"
    bool is_property() const;          ///< "/A.b", "/A.ns:b"
    bool is_variant_selection() const; ///< "/A{set=sel}"
    bool is_target() const;            ///< "/A.rel[/B]"

    /// The path without its last element; the parent of "/A{s=v}B" is "/A{s=v}". "/" has the empty path.
    Path parent() const;
    /// The nearest prim (or "/") at or above this path, without properties; variant selections stay.
    Path prim_path() const;
    /// The last element's name: "B" of "/A/B", "ns:b" of "/A.ns:b".
    Token name() const;
    /// (set, selection) of a variant selection element.
    std::pair<Token, Token> variant_selection() const;
    /// The path inside the brackets of a target element.
    Path target() const;

    /// The appending functions take names as they are; what cannot be appended here ("/".property(...), or
    /// more than 256 elements) gives the empty path.
    Path child(Token name) const;
    Path child(std::string_view name) const { return child(Token(name)); }
    Path property(Token name) const;
    Path property(std::string_view name) const { return property(Token(name)); }
    Path variant(Token set, Token selection) const;
    Path with_target(Path const& target) const;
    /// Joins a relative path: Path("/A/B").join("../C") is "/A/C".
    Path join(Path const& relative) const;

    bool has_prefix(Path const& prefix) const;
    /// Replaces the leading `from` by `to`, also inside target brackets; unchanged when `from` is no prefix.
    Path replace_prefix(Path const& from, Path const& to) const;
    /// Drops every variant selection element: "/A{s=v}B" becomes "/A/B".
    Path without_variants() const;
    int depth() const; ///< elements below the root
    /// "/", "/A", "/A/B", ... up to this path.
    std::vector<Path> prefixes() const;

    friend bool operator==(Path const& a, Path const& b) { return a.node_ == b.node_; }
    /// OpenUSD's order: the empty path, then absolute before relative; a prim, its properties, then its
    /// children by name, then its variants: /A < /A.z < /A/B < /A/B.c < /A{v=x} < /B.
    friend std::strong_ordering operator<=>(Path const& a, Path const& b);
    std::size_t hash() const { return std::hash<void const*>{}(node_); }

    struct Node; ///< private to the room
    Node const* node() const { return node_; }

private:
    explicit Path(Node const* node) : node_(node) {}
    Node const* node_ = nullptr;
};

} // namespace soulvan::usd

template <>
struct std::hash<soulvan::usd::Path> {
    std::size_t operator()(soulvan::usd::Path const& path) const { return path.hash(); }
};
