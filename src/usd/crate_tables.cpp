// The tables of a crate file (tokens, strings, fields, field sets, paths, specs), each checked when it is
// read.
#include "crate_tables.h"

#include "crate_coding.h"
#include "parallel.h"

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <utility>

namespace soulvan::usd::crate {
namespace {

class TableReader {
public:
    TableReader(std::span<std::byte const> bytes, std::string const& name, ReadLimits const& limits,
                Budget& budget)
        : bytes_(bytes),
          name_(name),
          limits_(limits),
          budget_(budget)
    {}

    Result<Tables> read()
    {
        TRY(read_header());
        TRY(take_memory());
        TRY(read_tokens());
        TRY(read_strings());
        TRY(make_entries());
        // Specs write other members of the entries than paths do.
        std::array<Result<>, 2> done;
        in_parallel(done.size(), 1, [&](std::size_t first, std::size_t last) {
            for (; first < last; ++first) done[first] = first == 0 ? read_paths() : read_fields_and_specs();
        });
        for (auto& result : done) TRY(std::move(result));
        return std::move(tables_);
    }

private:
    bool before(std::uint8_t minor) const { return tables_.version < Version{0, minor, 0}; }

    Result<> read_header();
    Result<Cursor> section(std::string_view name) const;
    Result<> take_memory();
    Result<> read_tokens();
    Result<> read_strings();
    Result<> make_entries();
    Result<> read_fields_and_specs();
    Result<> read_fields();
    Result<> check_field_names(Cursor const& where) const;
    Result<> read_field_sets();
    Result<> read_paths();
    Result<> read_specs();
    Result<> put_spec(std::uint32_t path, std::uint32_t field_set, PackedKind kind, Cursor const& where);

    /// `count` integers behind their compressed size.
    template <class Int>
    Result<> read_integers(Cursor& cursor, std::uint64_t count, UnfilledVector<Int>& numbers) const
    {
        auto reader = TRY(integers<Int>(cursor, count));
        numbers.resize(static_cast<std::size_t>(count));
        if (auto const decoded = reader.read(std::span(numbers)); !decoded)
            return cursor.bad(decoded.error());
        return {};
    }
    /// The same, to be read piece by piece.
    template <class Int>
    Result<IntegerReader<Int>> integers(Cursor& cursor, std::uint64_t count) const
    {
        auto const size = TRY(cursor.read<std::uint64_t>());
        auto const where = cursor;
        auto reader = IntegerReader<Int>::open(TRY(cursor.take(size)), count);
        if (!reader) return where.bad(reader.error());
        return reader;
    }

    std::span<std::byte const> bytes_;
    std::string const& name_;
    ReadLimits const& limits_;
    Budget& budget_;
    Tables tables_;
    std::vector<std::uint8_t> elements_; ///< by token: elements_of()
};

Result<> TableReader::read_header()
{
    Cursor cursor(bytes_, 0, name_);
    auto const head = TRY(cursor.take(magic.size()));
    if (std::memcmp(head.data(), magic.data(), magic.size()) != 0)
        return Cursor(bytes_, 0, name_).bad("this is no crate file: it does not begin with {}", magic);
    auto const version = TRY(cursor.take(8));
    tables_.version = {std::to_integer<std::uint8_t>(version[0]), std::to_integer<std::uint8_t>(version[1]),
                       std::to_integer<std::uint8_t>(version[2])};
    if (tables_.version.major != newest_read.major || tables_.version.minor > newest_read.minor)
        return fail(Errc::unsupported,
                    "{}: offset 8: crate version {}.{}.{} is newer than {}.{}, the newest known here", name_,
                    tables_.version.major, tables_.version.minor, tables_.version.patch, newest_read.major,
                    newest_read.minor);
    auto const contents = TRY(cursor.read<std::uint64_t>());
    if (contents < bootstrap_size || contents > bytes_.size())
        return cursor.bad("the table of contents is said to stand at {}, outside the file", contents);

    cursor = Cursor(bytes_, contents, name_);
    auto const count = TRY(cursor.read_count(section_name_size + 16));
    for (std::size_t i = 0; i < count; ++i) {
        auto const where = cursor;
        auto const raw = TRY(cursor.take(section_name_size));
        // Old writers leave garbage behind the NUL.
        std::string_view text(reinterpret_cast<char const*>(raw.data()), raw.size());
        Section section{std::string(text.substr(0, text.find('\0')))};
        section.start = TRY(cursor.read<std::uint64_t>());
        section.size = TRY(cursor.read<std::uint64_t>());
        if (section.start < bootstrap_size || section.start > bytes_.size() ||
            section.size > bytes_.size() - section.start)
            return where.bad("section {} leaves the file", i);
        tables_.sections.push_back(std::move(section));
    }
    return {};
}

/// A cursor that cannot leave the section.
Result<Cursor> TableReader::section(std::string_view name) const
{
    auto const found = std::find_if(tables_.sections.begin(), tables_.sections.end(),
                                    [&](Section const& section) { return section.name == name; });
    if (found == tables_.sections.end())
        return fail(Errc::invalid_input, "{}: offset 16: the section {} is missing", name_, name);
    return Cursor(bytes_.first(static_cast<std::size_t>(found->start + found->size)), found->start, name_);
}

/// What the tables behind the tokens take: each section begins with its count.
Result<> TableReader::take_memory()
{
    constexpr std::size_t group_memory = 12; // what it takes to find a path
    constexpr std::size_t path_memory = sizeof(SpecTable::Entry) + group_memory + 3 * sizeof(std::uint32_t);
    constexpr std::pair<std::string_view, std::size_t> sections[] = {
        {"STRINGS", sizeof(std::uint32_t)},
        {"FIELDS", sizeof(ValueRep) + sizeof(std::uint32_t)},
        {"FIELDSETS", sizeof(std::uint32_t) + sizeof(std::uint8_t)},
        {"PATHS", path_memory}};
    for (auto const& [name, size] : sections) {
        auto cursor = TRY(section(name));
        auto const where = cursor;
        auto const count = TRY(cursor.read<std::uint64_t>());
        TRY(budget_.take(count, size, where));
    }
    return {};
}

Result<> TableReader::read_tokens()
{
    // An interned token costs about this much, and it never goes.
    constexpr std::size_t token_memory = 64;
    auto cursor = TRY(section("TOKENS"));
    auto const count = TRY(cursor.read<std::uint64_t>());
    auto const size = TRY(cursor.read<std::uint64_t>());
    auto const where = cursor;
    std::vector<char> text; // NUL-terminated tokens back to back
    if (before(4)) {
        auto const raw = TRY(cursor.take(size));
        auto const* const first = reinterpret_cast<char const*>(raw.data());
        text.assign(first, first + raw.size());
    } else {
        auto const compressed_size = TRY(cursor.read<std::uint64_t>());
        auto const compressed = TRY(cursor.take(compressed_size));
        if (size > most_decompressed(compressed.size()))
            return where.bad("{} compressed bytes cannot hold {} bytes of tokens", compressed_size, size);
        TRY(budget_.take(size, 1, where));
        text.resize(static_cast<std::size_t>(size));
        auto const written = decompress(compressed, std::as_writable_bytes(std::span(text)));
        if (!written) return where.bad(written.error());
        if (*written != size) return where.bad("the tokens have {} bytes, {} were announced", *written, size);
    }
    if (count > size) return where.bad("{} tokens in {} bytes", count, size);
    TRY(budget_.take(count, sizeof(std::string_view) + token_memory, where));
    std::vector<std::string_view> views;
    views.reserve(static_cast<std::size_t>(count));
    std::string_view rest(text.data(), text.size());
    for (std::uint64_t i = 0; i < count; ++i) {
        auto const end = rest.find('\0');
        if (end == rest.npos) return where.bad("only {} of {} tokens end with a NUL", i, count);
        views.push_back(rest.substr(0, end));
        rest.remove_prefix(end + 1);
    }
    tables_.tokens.resize(views.size());
    elements_.resize(views.size());
    in_parallel(views.size(), 4096, [&](std::size_t first, std::size_t last) {
        for (auto i = first; i < last; ++i) {
            tables_.tokens[i] = Token(views[i]);
            elements_[i] = elements_of(views[i]);
        }
    });
    return {};
}

Result<> TableReader::read_strings()
{
    auto cursor = TRY(section("STRINGS"));
    auto const count = TRY(cursor.read_count(sizeof(std::uint32_t)));
    tables_.strings.resize(count);
    for (auto& string : tables_.strings) {
        string = TRY(cursor.read<std::uint32_t>());
        if (string >= tables_.tokens.size())
            return cursor.bad("string {} of {} tokens", string, tables_.tokens.size());
    }
    return {};
}

/// As many entries as there are paths, all of them empty.
Result<> TableReader::make_entries()
{
    // Numbers of groups must fit, too.
    constexpr std::uint64_t most = SpecTable::none / 3;
    auto cursor = TRY(section("PATHS"));
    auto const where = cursor;
    auto const table_size = TRY(cursor.read<std::uint64_t>());
    auto const count = before(4) ? table_size : TRY(cursor.read<std::uint64_t>());
    // Only the empty path has a place in the table and no entry in the tree.
    if (count > table_size || table_size - count > 1)
        return where.bad("{} paths stand in a table of {}", count, table_size);
    if (before(4) ? count > cursor.left() / 12 : count > most_integers(cursor.left()))
        return where.bad("a table of {} paths is more than its section can hold", table_size);
    if (table_size > most)
        return fail(Errc::limit, "{}: {} paths, more than the {} of a table", name_, table_size, most);
    tables_.entries.resize(static_cast<std::size_t>(table_size));
    in_parallel(tables_.entries.size(), std::size_t{1} << 15, [&](std::size_t first, std::size_t last) {
        auto const entries = std::span(tables_.entries).subspan(first, last - first);
        std::uninitialized_fill(entries.begin(), entries.end(), SpecTable::Entry());
    });
    return {};
}

Result<> TableReader::read_fields_and_specs()
{
    TRY(read_fields());
    TRY(read_field_sets());
    return read_specs();
}

Result<> TableReader::read_fields()
{
    auto cursor = TRY(section("FIELDS"));
    auto const where = cursor;
    if (before(4)) {
        auto const count = TRY(cursor.read_count(16));
        for (std::size_t i = 0; i < count; ++i) {
            TRY(cursor.read<std::uint32_t>()); // padding
            tables_.field_tokens.push_back(TRY(cursor.read<std::uint32_t>()));
            tables_.reps.push_back({TRY(cursor.read<std::uint64_t>())});
        }
    } else {
        auto const count = TRY(cursor.read<std::uint64_t>());
        TRY(read_integers(cursor, count, tables_.field_tokens));
        auto const size = TRY(cursor.read<std::uint64_t>());
        auto const block = TRY(cursor.take(size));
        if (count > most_decompressed(block.size()) / sizeof(std::uint64_t))
            return where.bad("{} compressed bytes cannot hold {} fields", size, count);
        tables_.reps.resize(tables_.field_tokens.size());
        auto const out = std::as_writable_bytes(std::span(tables_.reps));
        if (auto const written = decompress(block, out); !written)
            return where.bad(written.error());
        else if (*written != out.size())
            return where.bad("the values of {} fields have {} bytes", count, *written);
    }
    for (auto const token : tables_.field_tokens)
        if (token >= tables_.tokens.size())
            return where.bad("a field is named by token {} of {}", token, tables_.tokens.size());
    for (std::size_t i = 0; i < tables_.reps.size(); ++i)
        if (auto const rep = tables_.reps[i]; !rep.is_inlined() && rep.payload() > bytes_.size())
            return Cursor(bytes_, rep.payload(), name_)
                .bad("the value of a field {} is said to stand there, behind the end of the file",
                     tables_.tokens[tables_.field_tokens[i]].str());
    return {};
}

Result<> TableReader::read_field_sets()
{
    auto cursor = TRY(section("FIELDSETS"));
    auto const where = cursor;
    auto& sets = tables_.field_sets;
    if (before(4)) {
        auto const count = TRY(cursor.read_count(sizeof(std::uint32_t)));
        sets.resize(count);
        for (auto& entry : sets) entry = TRY(cursor.read<std::uint32_t>());
    } else {
        auto const count = TRY(cursor.read<std::uint64_t>());
        TRY(read_integers(cursor, count, sets));
    }
    if (!sets.empty() && sets.back() != end_of_field_set) return where.bad("the last field set has no end");
    for (auto const entry : sets)
        if (entry != end_of_field_set && entry >= tables_.reps.size())
            return where.bad("a field set names field {} of {}", entry, tables_.reps.size());
    return check_field_names(where);
}

/// A field has a name that text can say, and a spec has it once.
Result<> TableReader::check_field_names(Cursor const& where) const
{
    auto const& tokens = tables_.tokens;
    // Tokens are interned, so two numbers of one name are as good as equal: the first stands for both.
    std::unordered_map<Token, std::uint32_t> first;
    constexpr auto unknown = SpecTable::none;
    std::vector<std::uint32_t> number(tokens.size(), unknown);
    for (auto const token : tables_.field_tokens) {
        if (number[token] != unknown) continue;
        if (!(elements_[token] & property_bit))
            return where.bad("'{}' cannot name a field", tokens[token].str());
        number[token] = first.try_emplace(tokens[token], token).first->second;
    }
    std::vector<std::uint32_t> last_set(tokens.size(), 0);
    std::uint32_t set = 1;
    for (auto const field : tables_.field_sets) {
        if (field == end_of_field_set)
            ++set;
        else if (std::exchange(last_set[number[tables_.field_tokens[field]]], set) == set)
            return where.bad("a field set has the field {} twice", tokens[tables_.field_tokens[field]].str());
    }
    return {};
}

Result<> TableReader::read_paths()
{
    auto cursor = TRY(section("PATHS"));
    auto const where = cursor;
    PathTable table(tables_, elements_, limits_.nesting);
    if (before(4)) {
        auto const count = TRY(cursor.read_count(12));
        return table.read_items(cursor, count, tables_.version < Version{0, 1, 0});
    }
    TRY(cursor.read<std::uint64_t>());
    auto const count = TRY(cursor.read<std::uint64_t>());
    UnfilledVector<std::uint32_t> paths;
    UnfilledVector<std::int32_t> elements, jumps;
    TRY(read_integers(cursor, count, paths));
    TRY(read_integers(cursor, count, elements));
    TRY(read_integers(cursor, count, jumps));
    return table.read_tree(paths, elements, jumps, where);
}

Result<> TableReader::read_specs()
{
    auto cursor = TRY(section("SPECS"));
    auto const where = cursor;
    bool const padded = tables_.version < Version{0, 1, 0};
    auto const count = TRY(cursor.read<std::uint64_t>());
    if (count > limits_.specs)
        return fail(Errc::limit, "{}: offset {}: {} specs, the limit is {}", name_, where.at(), count,
                    limits_.specs);
    if (before(4)) {
        if (count > cursor.left() / 12) return where.bad("{} specs do not fit into their section", count);
        for (std::uint64_t i = 0; i < count; ++i) {
            if (padded) TRY(cursor.read<std::uint32_t>());
            auto const path = TRY(cursor.read<std::uint32_t>());
            auto const field_set = TRY(cursor.read<std::uint32_t>());
            auto const kind = TRY(cursor.read<std::uint32_t>());
            TRY(put_spec(path, field_set, PackedKind{kind}, where));
        }
        return {};
    }
    auto paths = TRY(integers<std::uint32_t>(cursor, count));
    auto field_sets = TRY(integers<std::uint32_t>(cursor, count));
    auto kinds = TRY(integers<std::uint32_t>(cursor, count));
    using Block = std::array<std::uint32_t, 1024>;
    Block of_paths{}, of_sets{}, of_kinds{};
    for (std::uint64_t left = count; left > 0;) {
        auto const size = static_cast<std::size_t>(std::min<std::uint64_t>(left, of_paths.size()));
        left -= size;
        auto const read = [&](IntegerReader<std::uint32_t>& from, Block& to) -> Result<> {
            if (auto const done = from.read(std::span(to).first(size)); !done) return where.bad(done.error());
            return {};
        };
        TRY(read(paths, of_paths));
        TRY(read(field_sets, of_sets));
        TRY(read(kinds, of_kinds));
        for (std::size_t i = 0; i < size; ++i)
            TRY(put_spec(of_paths[i], of_sets[i], PackedKind{of_kinds[i]}, where));
    }
    return {};
}

/// Nothing for legacy kinds that are derived from their owners.
std::optional<SpecKind> kind_of(PackedKind kind)
{
    switch (kind) {
    case PackedKind::attribute:
        return SpecKind::attribute;
    case PackedKind::prim:
        return SpecKind::prim;
    case PackedKind::pseudo_root:
        return SpecKind::pseudo_root;
    case PackedKind::relationship:
        return SpecKind::relationship;
    case PackedKind::variant:
        return SpecKind::variant;
    case PackedKind::variant_set:
        return SpecKind::variant_set;
    default:
        return std::nullopt;
    }
}

Result<> TableReader::put_spec(std::uint32_t path, std::uint32_t field_set, PackedKind packed,
                               Cursor const& where)
{
    if (path >= tables_.entries.size())
        return where.bad("a spec stands at path {} of {}", path, tables_.entries.size());
    bool const starts_set = field_set < tables_.field_sets.size() &&
                            (field_set == 0 || tables_.field_sets[field_set - 1] == end_of_field_set);
    if (!starts_set) return where.bad("no field set begins at {}", field_set);
    auto const kind = kind_of(packed);
    if (!kind) return {};
    auto& entry = tables_.entries[path];
    if (entry.has_spec) return where.bad("two specs stand at path {}", path);
    entry.has_spec = true;
    entry.kind = *kind;
    entry.fields = field_set;
    return {};
}

} // namespace

Result<Tables> read_tables(std::span<std::byte const> bytes, std::string const& name,
                           ReadLimits const& limits, Budget& budget)
{
    return TableReader(bytes, name, limits, budget).read();
}

} // namespace soulvan::usd::crate
