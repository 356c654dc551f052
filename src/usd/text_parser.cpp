// What a text layer consists of: its header, prims in prims, and variants.
#include "text_parser.h"

#include "identifier.h"
#include "text_reader.h"

#include <algorithm>

namespace soulvan::usd {

namespace {

/// How much of a text is given back at a time: little beside what it is read into, much beside the call.
constexpr std::size_t piece = std::size_t{256} << 10;

} // namespace

std::optional<ListEdit> list_edit_of(std::string_view word)
{
    if (word == "add") return ListEdit::added;
    if (word == "delete") return ListEdit::deleted;
    if (word == "prepend") return ListEdit::prepended;
    if (word == "append") return ListEdit::appended;
    if (word == "reorder") return ListEdit::ordered;
    return std::nullopt;
}

std::optional<TextParser::Owner> TextParser::make_spec(Owner const& owner, SpecKind kind, Token name,
                                                       Token selection, bool& made)
{
    if (owner.depth >= deepest_path) {
        scanner_.fail_limit("prims are nested too deeply: a path has at most 256 elements");
        return std::nullopt;
    }
    if (specs_.size() >= limits_.specs) {
        scanner_.fail_limit(fmt::format("the layer has more than {} specs", limits_.specs));
        return std::nullopt;
    }
    auto const index = specs_.add(owner.index, kind, name, selection, made);
    if (made) {
        if (open_drafts_ == drafts_.size()) drafts_.emplace_back();
        specs_.note(index) = static_cast<std::uint32_t>(open_drafts_);
        specs_.set_line(index, line());
        auto& draft = drafts_[open_drafts_++];
        draft.index = index;
        draft.spec.kind = kind;
        return Owner{index, draft.spec, owner.depth + 1};
    }
    if (kind == SpecKind::prim) { // it is closed already
        fail(fmt::format("the prim '{}' stands here twice", name.str()));
        return std::nullopt;
    }
    if (specs_.kind(index) != kind) {
        fail(fmt::format("<{}> cannot be an attribute and a relationship", specs_.path(index).str()));
        return std::nullopt;
    }
    return Owner{index, drafts_[specs_.note(index)].spec, owner.depth + 1};
}

/// Counted from the last time on, so that a layer is counted through once.
std::uint32_t TextParser::line()
{
    auto const here = scanner_.position();
    if (here < counted_) return line_;
    auto const passed = scanner_.text().substr(counted_, here - counted_);
    line_ += static_cast<std::uint32_t>(std::count(passed.begin(), passed.end(), '\n'));
    counted_ = here;
    return line_;
}

void TextParser::give_back()
{
    if (!done_ || scanner_.position() < given_back_ + piece) return;
    line(); // counts what goes
    done_(given_back_ = scanner_.position());
}

void TextParser::close_drafts(std::size_t first)
{
    for (auto i = first; i < open_drafts_; ++i) {
        specs_.set_fields(drafts_[i].index, std::move(drafts_[i].spec));
        // What a draft allocated serves the next one.
        auto& spec = drafts_[i].spec;
        spec.fields.clear();
        for (auto* names : {&spec.prim_children, &spec.properties, &spec.variant_sets, &spec.variants})
            names->clear();
    }
    open_drafts_ = first;
}

Path TextParser::anchor_of(Owner const& owner) const
{
    Path path = path_of(owner);
    while (path.is_variant_selection()) path = path.parent();
    return path;
}

void TextParser::note_damage(std::string_view what)
{
    constexpr std::size_t most = 100; // as SpecTable::report
    if (damage_.size() == most) return;
    auto const before = scanner_.text().substr(0, scanner_.position());
    auto const column = before.size() - (before.find_last_of("\n\r") + 1) + 1; // npos + 1: the first line
    damage_.push_back(fmt::format("{}:{}: {}", line(), column, what));
}

Layer TextParser::take_layer(std::string const& name)
{
    close_drafts(0);
    auto const specs = specs_.finish();
    for (auto const& what : damage_) specs->report({Errc::invalid_input, fmt::format("{}:{}", name, what)});
    return Layer(specs);
}

bool TextParser::charge(std::size_t items)
{
    copied_ += items;
    if (copied_ <= 8 * scanner_.text().size()) return true;
    return scanner_.fail_limit("lists are edited again and again: state each edit once");
}

/// A spec is searched field by field, so their number is bounded.
bool TextParser::set_field(Spec& spec, Token field, Value value)
{
    constexpr std::size_t most_fields = 4096;
    if (spec.fields.size() >= most_fields && !spec.find(field))
        return scanner_.fail_limit(fmt::format("a prim or property has more than {} fields", most_fields));
    spec.set(field, std::move(value));
    return true;
}

bool TextParser::parse_layer()
{
    if (!parse_header()) return false;
    scanner_.skip_lines();
    if (scanner_.peek() == '(' && !parse_metadata(root())) return false;
    for (;;) {
        scanner_.skip_lines();
        if (scanner_.at_end()) return true;
        if (!parse_root_statement()) return false;
    }
}

/// "#usda 1.0": OpenUSD reads any 1.x, and so do we; "#sdf 1.4.32" is the same grammar's older name.
bool TextParser::parse_header()
{
    auto const text = scanner_.text();
    auto const line = text.substr(0, std::min(text.find_first_of("\r\n"), text.size()));
    bool const known = line.starts_with("#usda ") || line.starts_with("#sdf ");
    if (!known) return fail("the first line of a text layer is '#usda 1.0'");
    auto const version = line.substr(line.find(' ') + 1);
    if (!version.starts_with("1.")) return fail("only version 1.x of the text format is known");
    scanner_.advance(line.size());
    return true;
}

bool TextParser::parse_root_statement()
{
    if (scanner_.take_word("reorder")) {
        if (!scanner_.skip_separator()) return false;
        if (!scanner_.take_word("rootPrims")) return fail("'rootPrims' is expected");
        if (!parse_order(root().spec, field::prim_order)) return false;
        scanner_.skip_to_line_end();
        return scanner_.at_end() || end_statement(true);
    }
    auto const word = scanner_.peek_word();
    if (word != "def" && word != "over" && word != "class")
        return fail("a prim is expected: 'def', 'over' or 'class'");
    if (!parse_prim(root())) return false;
    scanner_.skip_to_line_end();
    return scanner_.at_end() || end_statement(false);
}

bool TextParser::end_statement(bool semicolon)
{
    scanner_.skip_to_line_end();
    if (scanner_.at_line_end() || (semicolon && scanner_.take(';'))) return true;
    return fail(semicolon ? "a new line or ';' is expected" : "a new line is expected");
}

bool TextParser::parse_prim_type_name(Token& name)
{
    std::string text;
    for (;;) {
        std::string_view part;
        if (!scanner_.read_identifier(part)) return false;
        text.append(part);
        auto const after = scanner_.position();
        scanner_.skip_blanks();
        if (!scanner_.take('.')) {
            scanner_.move_to(after);
            name = Token(text);
            return true;
        }
        text += '.';
        scanner_.skip_blanks();
    }
}

bool TextParser::parse_prim(Owner const& parent)
{
    auto const word = scanner_.peek_word();
    Specifier const specifier = word == "def"    ? Specifier::def
                                : word == "over" ? Specifier::over
                                                 : Specifier::class_;
    scanner_.advance(word.size());
    if (!scanner_.skip_separator()) return false;
    Token type_name;
    if (!scanner_.at_string() && (!parse_prim_type_name(type_name) || !scanner_.skip_separator()))
        return false;

    auto const start = scanner_.position();
    std::string text;
    if (!scanner_.read_string(text)) return false;
    if (!is_identifier(text)) return fail_at(start, fmt::format("'{}' is no prim name", text));
    Token const name(text);
    auto const after = scanner_.position();
    scanner_.move_to(start); // where a name that stands twice is told
    auto const first = open_drafts_;
    bool made = false;
    auto const prim = make_spec(parent, SpecKind::prim, name, Token(), made);
    if (!prim) return false;
    scanner_.move_to(after);
    parent.spec.prim_children.push_back(name);
    prim->spec.set(field::specifier, Value(specifier));
    if (!type_name.empty()) prim->spec.set(field::type_name, Value(type_name));

    scanner_.skip_lines();
    if (scanner_.peek() == '(' && !parse_metadata(*prim)) return false;
    scanner_.skip_lines();
    if (!scanner_.expect('{') || !parse_contents(*prim)) return false;
    close_drafts(first);
    give_back();
    return true;
}

/// The body of a prim or variant, from behind '{' through '}'.
bool TextParser::parse_contents(Owner const& owner)
{
    for (;;) {
        scanner_.skip_lines();
        if (scanner_.take('}')) return true;
        if (scanner_.at_end()) return fail("'}' is expected: the prim has no end");
        if (!parse_content_item(owner)) return false;
    }
}

bool TextParser::parse_content_item(Owner const& owner)
{
    auto const word = scanner_.peek_word();
    if (word == "def" || word == "over" || word == "class") return parse_prim(owner) && end_statement(false);
    if (word == "variantSet") return parse_variant_set(owner) && end_statement(false);
    auto const edit = list_edit_of(word);
    if (edit) {
        scanner_.advance(word.size());
        if (!scanner_.skip_separator()) return false;
    }
    if (word == "reorder") {
        auto const what = scanner_.peek_word();
        if (what == "nameChildren" || what == "properties") {
            scanner_.advance(what.size());
            auto const name = what == "properties" ? field::property_order : field::prim_order;
            return parse_order(owner.spec, name) && end_statement(true);
        }
    }
    if (!parse_property(owner, edit) || !end_statement(true)) return false;
    give_back();
    return true;
}

bool TextParser::parse_name_list(std::vector<std::string>& names)
{
    auto const read_name = [&] {
        std::string name;
        if (!scanner_.read_string(name)) return false;
        names.push_back(std::move(name));
        return true;
    };
    if (scanner_.at_string()) return read_name();
    return scanner_.expect('[') && read_sequence(scanner_, ']', false, read_name);
}

bool TextParser::parse_order(Spec& spec, Token field)
{
    std::vector<std::string> names;
    if (!scanner_.expect_assignment() || !parse_name_list(names)) return false;
    std::vector<Token> tokens;
    tokens.reserve(names.size());
    for (auto const& name : names) tokens.emplace_back(name);
    spec.set(field, Value(std::move(tokens)));
    return true;
}

/// `variantSet "name" = { "variant" ( … ) { … } … }`
bool TextParser::parse_variant_set(Owner const& owner)
{
    scanner_.advance(std::string_view("variantSet").size());
    if (!scanner_.skip_separator()) return false;
    auto const start = scanner_.position();
    std::string name;
    if (!scanner_.read_string(name)) return false;
    if (name.empty() || variant_name_length(name) != name.size())
        return fail_at(start, fmt::format("'{}' is no name of a variant set", name));
    Token const set(name);
    bool made = false;
    if (!make_spec(owner, SpecKind::variant_set, set, Token(), made)) return false;
    if (made) owner.spec.variant_sets.push_back(set);
    scanner_.skip_blanks();
    if (!scanner_.expect('=')) return false;
    scanner_.skip_lines();
    if (!scanner_.expect('{')) return false;
    for (;;) {
        scanner_.skip_lines();
        if (scanner_.take('}')) return true;
        if (!parse_variant(owner, set)) return false;
    }
}

bool TextParser::parse_variant(Owner const& owner, Token set)
{
    auto const start = scanner_.position();
    std::string name;
    if (!scanner_.read_string(name)) return false;
    if (variant_name_length(name) != name.size())
        return fail_at(start, fmt::format("'{}' is no variant name", name));
    if (name.empty()) return fail_at(start, "a variant needs a name");
    Token const variant(name);
    bool made = false, known = false;
    auto const spec = make_spec(owner, SpecKind::variant, set, variant, made);
    auto const set_spec = spec ? make_spec(owner, SpecKind::variant_set, set, Token(), known) : std::nullopt;
    if (!set_spec) return false;
    if (made) set_spec->spec.variants.push_back(variant);
    scanner_.skip_lines();
    if (scanner_.peek() == '(' && !parse_metadata(*spec)) return false;
    scanner_.skip_lines();
    return scanner_.expect('{') && parse_contents(*spec);
}

namespace {

/// Like utf8_length, piece by piece.
std::size_t valid_length(std::string_view text, std::function<void(std::size_t)> const& done)
{
    for (std::size_t at = 0; at < text.size();) {
        auto const part = text.substr(at, piece);
        auto const valid = utf8_length(part);
        bool const at_end = at + part.size() == text.size();
        // A character may be cut by the end of the piece.
        if (valid != part.size() && (at_end || part.size() - valid > 3)) return at + valid;
        at += valid;
        if (done && part.size() == piece) done(at);
    }
    return text.size();
}

} // namespace

Result<Layer> read_text(std::string_view text, std::string const& name, ReadLimits const& limits,
                        std::function<void(std::size_t)> const& done)
{
    if (text.size() > limits.bytes)
        return soulvan::fail(Errc::limit, "{}: {} bytes, the limit is {}", name, text.size(), limits.bytes);
    if (auto const valid = valid_length(text, done); valid != text.size()) {
        TextScanner scanner(text);
        scanner.fail_at(valid, "the text is not UTF-8 here");
        return std::unexpected(scanner.error(name));
    }
    TextParser parser(text, limits, done);
    if (!parser.parse_layer()) return std::unexpected(parser.scanner().error(name));
    return parser.take_layer(name);
}

} // namespace soulvan::usd
