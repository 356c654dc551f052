// How paths are stored, parsed, ordered and taken apart: chains of interned elements.
#include "soulvan/usd/path.h"

#include "identifier.h"
#include "intern.h"
#include "path_node.h"
#include "soulvan/base/hash.h"

#include <cstdio>

namespace soulvan::usd {

namespace {

using Node = Path::Node;
using Element = PathElement;
constexpr int depth_limit = deepest_path;

std::uint64_t address(void const* p)
{
    return reinterpret_cast<std::uintptr_t>(p);
}

Node const* intern(Node const& wanted)
{
    static auto& table = *new InternTable<Node>; // never destroyed, like tokens
    auto const extra = wanted.target ? address(wanted.target) : wanted.selection.hash();
    auto const hash = mix64(mix64(address(wanted.parent) + static_cast<std::uint64_t>(wanted.element)) ^
                            (wanted.name.hash() + 0x9e3779b97f4a7c15ull * extra));
    return table.find_or_insert(
        hash,
        [&](Node const& node) {
            return node.parent == wanted.parent && node.element == wanted.element &&
                   node.name == wanted.name && node.selection == wanted.selection &&
                   node.target == wanted.target;
        },
        [&] { return wanted; });
}

Node const* absolute_root()
{
    static Node const* const node =
        intern({nullptr, Token(), Token(), nullptr, Element::root, true, false, 0});
    return node;
}

Node const* relative_root()
{
    static Node const* const node =
        intern({nullptr, Token("."), Token(), nullptr, Element::root, false, false, 0});
    return node;
}

/// Null, the empty path, when the path would be too deep or no path at all.
Node const* append(Node const* parent, Element element, Token name, Token selection = Token(),
                   Node const* target = nullptr)
{
    bool const of_prim = element == Element::property || element == Element::variant;
    if (of_prim && parent->element == Element::root && parent->absolute) return nullptr; // "/.a"
    int const depth = parent->depth + 1 + (target ? target->depth : 0);
    if (depth > depth_limit) return nullptr;
    return intern({parent, name, selection, target, element, parent->absolute,
                   parent->varied || element == Element::variant, static_cast<std::uint16_t>(depth)});
}

bool is_parent_element(Node const* node)
{
    return node->element == Element::prim && node->name == "..";
}

bool is_namespace(Element element)
{
    return element == Element::root || element == Element::prim || element == Element::variant;
}

Node const* prim_part(Node const* node)
{
    while (!is_namespace(node->element)) node = node->parent;
    return node;
}

void print(Node const* node, std::string& out)
{
    // Recursion is bounded by depth_limit.
    switch (node->element) {
    case Element::root:
        out += node->absolute ? "/" : ".";
        return;
    case Element::prim:
        if (node->parent->element != Element::root) {
            print(node->parent, out);
            if (node->parent->element == Element::prim) out += '/';
        } else if (node->absolute) {
            out += '/';
        }
        out += node->name.str();
        return;
    case Element::variant:
        print(node->parent, out);
        ((out += '{') += node->name.str()) += '=';
        (out += node->selection.str()) += '}';
        return;
    case Element::property:
        // ".a" and "../.a" name a property of a prim that has no name of its own here.
        if (node->parent->element != Element::root || node->absolute) print(node->parent, out);
        if (is_parent_element(node->parent)) out += '/';
        (out += '.') += node->name.str();
        return;
    case Element::target:
    case Element::mapper:
        print(node->parent, out);
        out += node->element == Element::mapper ? ".mapper[" : "[";
        print(node->target, out);
        out += ']';
        return;
    case Element::target_property:
    case Element::mapper_arg:
        print(node->parent, out);
        (out += '.') += node->name.str();
        return;
    case Element::expression:
        print(node->parent, out);
        out += ".expression";
        return;
    }
}

std::strong_ordering compare_elements(Node const* a, Node const* b)
{
    if (a->element != b->element) return a->element <=> b->element;
    if (auto const names = a->name <=> b->name; names != 0) return names;
    if (auto const selections = a->selection <=> b->selection; selections != 0) return selections;
    return std::strong_ordering::equal;
}

std::strong_ordering compare(Node const* a, Node const* b);

/// Compares two chains of one family (prim parts, or the elements after them) from their common ancestor on.
std::strong_ordering compare_chains(Node const* a, Node const* b)
{
    Node const* x = a;
    Node const* y = b;
    auto const steps = [](Node const* node, Node const* end) {
        int n = 0;
        for (; node != end; node = node->parent) ++n;
        return n;
    };
    int const a_steps = steps(a, nullptr);
    int const b_steps = steps(b, nullptr);
    for (int i = b_steps; i < a_steps; ++i) x = x->parent;
    for (int i = a_steps; i < b_steps; ++i) y = y->parent;
    if (x == y) return a_steps <=> b_steps;
    while (x->parent != y->parent) {
        x = x->parent;
        y = y->parent;
    }
    auto const order = compare_elements(x, y);
    return order == 0 && x->target && y->target ? compare(x->target, y->target) : order;
}

std::strong_ordering compare(Node const* a, Node const* b)
{
    if (a == b) return std::strong_ordering::equal;
    if (a->absolute != b->absolute)
        return a->absolute ? std::strong_ordering::less : std::strong_ordering::greater;
    // A difference in prims outweighs one in properties, so "/A.z" stands before "/A/B".
    Node const* const a_prim = prim_part(a);
    Node const* const b_prim = prim_part(b);
    return a_prim == b_prim ? compare_chains(a, b) : compare_chains(a_prim, b_prim);
}

/// Recursive descent over the path grammar (AOUSD core specification 1.0, 7.4).
class PathParser {
public:
    explicit PathParser(std::string_view text) : text_(text) {}

    /// Parses one path from `at` on; null and what() when there is none.
    Node const* parse(std::size_t& at, int nesting = 0)
    {
        at_ = at;
        nesting_ = nesting;
        Node const* node = parse_prims();
        if (node && peek() == '.') node = parse_properties(node);
        at = at_;
        return node;
    }
    std::string_view what() const { return what_; }

private:
    char peek(std::size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }
    std::string_view rest() const { return text_.substr(at_); }
    std::string_view take(std::size_t size)
    {
        auto const taken = text_.substr(at_, size);
        at_ += size;
        return taken;
    }
    Node const* error(std::string_view what)
    {
        if (what_.empty()) what_ = what;
        return nullptr;
    }
    Node const* add(Node const* parent, Element element, Token name, Token selection = Token(),
                    Node const* target = nullptr)
    {
        Node const* const node = append(parent, element, name, selection, target);
        return node ? node : error("it has more than 256 elements");
    }

    Node const* parse_prims()
    {
        Node const* node = relative_root();
        bool wants_prim = false; // after a '/'
        if (peek() == '/') {
            node = absolute_root();
            ++at_;
            if (identifier_length(rest()) == 0) return node;
        } else if (peek() == '.' && peek(1) == '.') {
            for (;;) {
                take(2);
                node = add(node, Element::prim, Token(".."));
                if (!node || peek() != '/') return node;
                ++at_;
                if (peek() != '.' || peek(1) != '.') break;
            }
            if (peek() == '.') return node;
            wants_prim = true;
        } else if (peek() == '.') {
            // "." is the relative root, ".name" one of its properties.
            if (namespaced_identifier_length(rest().substr(1)) == 0) ++at_;
            return node;
        }
        if (identifier_length(rest()) == 0)
            return error(wants_prim ? "a prim name must follow the '/'" : "a path or name is expected");
        return parse_prim_names(node);
    }

    Node const* parse_prim_names(Node const* node)
    {
        for (;;) {
            node = add(node, Element::prim, Token(take(identifier_length(rest()))));
            if (!node) return nullptr;
            if (peek() == '{') {
                while (node && peek() == '{') node = parse_variant(node);
                if (!node || identifier_length(rest()) == 0) return node;
                continue;
            }
            if (peek() != '/' || identifier_length(rest().substr(1)) == 0) return node;
            ++at_;
        }
    }

    void skip_blanks()
    {
        while (peek() == ' ' || peek() == '\t') ++at_;
    }

    Node const* parse_variant(Node const* prim)
    {
        ++at_;
        skip_blanks();
        auto const set = take(identifier_length(rest()));
        skip_blanks();
        if (set.empty() || peek() != '=') return error("a variant selection reads {set=variant}");
        ++at_;
        skip_blanks();
        auto const selection = take(variant_name_length(rest()));
        skip_blanks();
        if (peek() != '}') return error("a variant selection ends with '}'");
        ++at_;
        skip_blanks();
        return add(prim, Element::variant, Token(set), Token(selection));
    }

    Node const* parse_target()
    {
        if (nesting_ >= 16) return error("its targets are nested too deeply");
        PathParser inner(text_);
        std::size_t at = at_ + 1;
        Node const* const target = inner.parse(at, nesting_ + 1);
        at_ = at;
        if (!target) return error(inner.what());
        if (peek() != ']') return error("a target ends with ']'");
        ++at_;
        return target;
    }

    Node const* parse_properties(Node const* prim)
    {
        if (prim == absolute_root()) return prim; // what follows is reported as left over
        auto const size = namespaced_identifier_length(rest().substr(1));
        if (size == 0) return prim;
        ++at_;
        Node const* node = add(prim, Element::property, Token(take(size)));
        bool attribute = true;
        if (node && peek() == '[') {
            Node const* const target = parse_target();
            node = target ? add(node, Element::target, Token(), Token(), target) : nullptr;
            attribute = node && peek() == '.';
            if (attribute) {
                auto const name = namespaced_identifier_length(rest().substr(1));
                if (name == 0) return node;
                ++at_;
                node = add(node, Element::target_property, Token(take(name)));
                if (node && peek() == '[') {
                    Node const* const second = parse_target();
                    return second ? add(node, Element::target, Token(), Token(), second) : nullptr;
                }
            }
        }
        return node && attribute && peek() == '.' ? parse_connection_parts(node) : node;
    }

    /// ".mapper[target]", ".mapper[target].arg" and ".expression": old, but still in the grammar.
    Node const* parse_connection_parts(Node const* attribute)
    {
        if (rest().starts_with(".expression")) {
            take(std::string_view(".expression").size());
            return add(attribute, Element::expression, Token("expression"));
        }
        if (!rest().starts_with(".mapper[")) return attribute;
        take(std::string_view(".mapper").size());
        Node const* const target = parse_target();
        Node const* node = target ? add(attribute, Element::mapper, Token(), Token(), target) : nullptr;
        if (node && peek() == '.')
            if (auto const size = identifier_length(rest().substr(1)); size != 0) {
                ++at_;
                node = add(node, Element::mapper_arg, Token(take(size)));
            }
        return node;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    int nesting_ = 0;
    std::string_view what_;
};

} // namespace

Result<Path> Path::parse(std::string_view text)
{
    PathParser parser(text);
    std::size_t at = 0;
    Node const* const node = parser.parse(at);
    if (!node)
        return fail(Errc::invalid_input, "'{}' is no path: character {}: {}", text, at + 1, parser.what());
    if (at != text.size())
        return fail(Errc::invalid_input, "'{}' is no path: character {}: '{}' cannot stand here", text,
                    at + 1, text.substr(at, 1));
    return Path(node);
}

Path::Path(std::string_view literal)
{
    auto parsed = parse(literal);
    if (!parsed) {
        std::fprintf(stderr, "%s\n", parsed.error().what.c_str());
        SOULVAN_CHECK(parsed.has_value());
    }
    node_ = parsed->node_;
}

Path Path::root()
{
    return Path(absolute_root());
}

std::string Path::str() const
{
    std::string text;
    if (node_) print(node_, text);
    return text;
}

bool Path::is_root() const
{
    return node_ == absolute_root();
}
bool Path::is_absolute() const
{
    return node_ && node_->absolute;
}
bool Path::is_prim() const
{
    return node_ && node_->element == Element::prim;
}
bool Path::is_property() const
{
    return node_ && (node_->element == Element::property || node_->element == Element::target_property);
}
bool Path::is_variant_selection() const
{
    return node_ && node_->element == Element::variant;
}
bool Path::is_target() const
{
    return node_ && node_->element == Element::target;
}

Path Path::parent() const
{
    if (!node_ || is_root()) return {};
    // The parent of "." is "..", that of ".." is "../..".
    if (node_ == relative_root() || is_parent_element(node_))
        return Path(append(node_, Element::prim, Token("..")));
    return Path(node_->parent);
}

Path Path::prim_path() const
{
    return node_ ? Path(prim_part(node_)) : Path();
}

Token Path::name() const
{
    if (!node_) return {};
    if (node_->element == Element::root) return node_->absolute ? Token("/") : Token(".");
    return node_->name;
}

std::pair<Token, Token> Path::variant_selection() const
{
    return is_variant_selection() ? std::pair{node_->name, node_->selection} : std::pair<Token, Token>{};
}

Path Path::target() const
{
    return node_ ? Path(node_->target) : Path();
}

Path Path::child(Token name) const
{
    if (!node_ || !is_namespace(node_->element) || name.empty()) return {};
    return Path(append(node_, Element::prim, name));
}

Path Path::property(Token name) const
{
    if (!node_ || name.empty() || is_root()) return {};
    if (node_->element == Element::target) return Path(append(node_, Element::target_property, name));
    return is_namespace(node_->element) ? Path(append(node_, Element::property, name)) : Path();
}

Path Path::variant(Token set, Token selection) const
{
    if (!node_ || set.empty() || node_->element == Element::root || !is_namespace(node_->element)) return {};
    return Path(append(node_, Element::variant, set, selection));
}

Path Path::with_target(Path const& target) const
{
    if (!is_property() || target.empty()) return {};
    return Path(append(node_, Element::target, Token(), Token(), target.node_));
}

namespace {

/// `node` with the chain above it replaced: everything from `from` up becomes `to`. Null when it gets too
/// deep.
Node const* graft(Node const* node, Node const* from, Node const* to, bool also_targets)
{
    if (node == from) return to;
    if (!node->parent) return node;
    Node const* target = node->target;
    if (target && also_targets) target = graft(target, from, to, also_targets);
    if (node->target && !target) return nullptr;
    Node const* const parent = graft(node->parent, from, to, also_targets);
    if (!parent) return nullptr;
    if (parent == node->parent && target == node->target) return node;
    return append(parent, node->element, node->name, node->selection, target);
}

Node const* drop_variants(Node const* node)
{
    if (!node->varied && !node->target) return node;
    if (node->element == Element::variant) return drop_variants(node->parent);
    if (!node->parent) return node;
    Node const* const target = node->target ? drop_variants(node->target) : nullptr;
    return append(drop_variants(node->parent), node->element, node->name, node->selection, target);
}

} // namespace

Path Path::join(Path const& relative) const
{
    if (relative.empty()) return *this;
    if (empty() || relative.is_absolute()) return relative;
    std::vector<Node const*> elements;
    for (Node const* node = relative.node_; node->parent; node = node->parent) elements.push_back(node);
    Path joined = elements.empty() ? *this : prim_path();
    for (auto element = elements.rbegin(); element != elements.rend(); ++element) {
        Node const* const node = *element;
        if (is_parent_element(node)) {
            joined = joined.prim_path().parent();
            // A variant selection is no level of namespace: "/A{s=v}B" joined with ".." stays in the variant.
            if (joined.empty()) return {};
            continue;
        }
        auto const target = node->target ? join(Path(node->target)).node_ : nullptr;
        if (node->target && !target) return {};
        joined = Path(append(joined.node_, node->element, node->name, node->selection, target));
        if (joined.empty()) return {};
    }
    return joined;
}

bool Path::has_prefix(Path const& prefix) const
{
    if (empty() || prefix.empty()) return false;
    Node const* node = node_;
    while (node && node != prefix.node_) node = node->parent;
    return node != nullptr;
}

Path Path::replace_prefix(Path const& from, Path const& to) const
{
    if (empty() || from.empty() || to.empty() || from == to) return *this;
    return Path(graft(node_, from.node_, to.node_, true));
}

Path Path::without_variants() const
{
    return node_ ? Path(drop_variants(node_)) : Path();
}

int Path::depth() const
{
    return node_ ? node_->depth : 0;
}

std::vector<Path> Path::prefixes() const
{
    std::vector<Path> paths;
    for (Node const* node = node_; node; node = node->parent) paths.push_back(Path(node));
    return {paths.rbegin(), paths.rend()};
}

std::strong_ordering operator<=>(Path const& a, Path const& b)
{
    if (a.empty() || b.empty()) return !a.empty() <=> !b.empty();
    return compare(a.node_, b.node_);
}

} // namespace soulvan::usd
