// The tables of a crate file (tokens, strings, fields, field sets, paths, specs), each checked when it is
// read.
#include "crate_tables.h"

#include "crate_coding.h"
#include "parallel.h"

#include <algorithm>
#include <memory>

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
        TRY(read_tokens());
        TRY(read_strings());
        TRY(read_fields());
        TRY(read_field_sets());
        TRY(read_paths());
        TRY(read_specs());
        return std::move(tables_);
    }

private:
    bool before(std::uint8_t minor) const { return tables_.version < Version{0, minor, 0}; }

    Result<> read_header();
    Result<Cursor> section(std::string_view name) const;
    Result<> read_tokens();
    Result<> read_strings();
    Result<> read_fields();
    Result<> read_field_sets();
    Result<> read_paths();
    Result<> read_specs();

    /// `count` integers behind their compressed size.
    template <class Int>
    Result<std::vector<Int>> read_integers(Cursor& cursor, std::uint64_t count)
    {
        auto const size = TRY(cursor.read<std::uint64_t>());
        auto const where = cursor;
        auto const block = TRY(cursor.take(size));
        if (count > most_integers(block.size()))
            return where.bad("{} compressed bytes cannot hold {} integers", size, count);
        TRY(budget_.take(count, sizeof(Int), where));
        std::vector<Int> numbers(static_cast<std::size_t>(count));
        if (count == 0) return numbers;
        if (auto const decoded = decode_integers<Int>(block, numbers); !decoded)
            return where.bad(decoded.error());
        return numbers;
    }

    std::span<std::byte const> bytes_;
    std::string const& name_;
    ReadLimits const& limits_;
    Budget& budget_;
    Tables tables_;
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
    in_parallel(views.size(), 4096, [&](std::size_t first, std::size_t last) {
        for (auto i = first; i < last; ++i) tables_.tokens[i] = Token(views[i]);
    });
    return {};
}

Result<> TableReader::read_strings()
{
    auto cursor = TRY(section("STRINGS"));
    auto const count = TRY(cursor.read_count(sizeof(std::uint32_t)));
    TRY(budget_.take(count, sizeof(std::uint32_t), cursor));
    tables_.strings.resize(count);
    for (auto& string : tables_.strings) {
        string = TRY(cursor.read<std::uint32_t>());
        if (string >= tables_.tokens.size())
            return cursor.bad("string {} of {} tokens", string, tables_.tokens.size());
    }
    return {};
}

Result<> TableReader::read_fields()
{
    auto cursor = TRY(section("FIELDS"));
    auto const where = cursor;
    if (before(4)) {
        auto const count = TRY(cursor.read_count(16));
        TRY(budget_.take(count, sizeof(PackedField), where));
        tables_.fields.resize(count);
        for (auto& field : tables_.fields) {
            TRY(cursor.read<std::uint32_t>()); // padding
            field.token = TRY(cursor.read<std::uint32_t>());
            field.rep.bits = TRY(cursor.read<std::uint64_t>());
        }
    } else {
        auto const count = TRY(cursor.read<std::uint64_t>());
        auto const tokens = TRY(read_integers<std::uint32_t>(cursor, count));
        auto const size = TRY(cursor.read<std::uint64_t>());
        auto const block = TRY(cursor.take(size));
        if (count > most_decompressed(block.size()) / sizeof(std::uint64_t))
            return where.bad("{} compressed bytes cannot hold {} fields", size, count);
        TRY(budget_.take(count, sizeof(PackedField) + sizeof(std::uint64_t), where));
        std::vector<std::uint64_t> reps(tokens.size());
        if (auto const written = decompress(block, std::as_writable_bytes(std::span(reps))); !written)
            return where.bad(written.error());
        else if (*written != reps.size() * sizeof reps[0])
            return where.bad("the values of {} fields have {} bytes", count, *written);
        tables_.fields.resize(tokens.size());
        for (std::size_t i = 0; i < tokens.size(); ++i) tables_.fields[i] = {tokens[i], {reps[i]}};
    }
    for (auto const& field : tables_.fields)
        if (field.token >= tables_.tokens.size())
            return where.bad("a field is named by token {} of {}", field.token, tables_.tokens.size());
    return {};
}

Result<> TableReader::read_field_sets()
{
    auto cursor = TRY(section("FIELDSETS"));
    auto const where = cursor;
    if (before(4)) {
        auto const count = TRY(cursor.read_count(sizeof(std::uint32_t)));
        TRY(budget_.take(count, sizeof(std::uint32_t), where));
        tables_.field_sets.resize(count);
        for (auto& entry : tables_.field_sets) entry = TRY(cursor.read<std::uint32_t>());
    } else {
        auto const count = TRY(cursor.read<std::uint64_t>());
        tables_.field_sets = TRY(read_integers<std::uint32_t>(cursor, count));
    }
    if (!tables_.field_sets.empty() && tables_.field_sets.back() != end_of_field_set)
        return where.bad("the last field set has no end");
    for (auto const entry : tables_.field_sets)
        if (entry != end_of_field_set && entry >= tables_.fields.size())
            return where.bad("a field set names field {} of {}", entry, tables_.fields.size());
    return {};
}

Result<> TableReader::read_paths()
{
    constexpr std::size_t path_memory = sizeof(PathItem) + 48; // and what a table of specs makes of it
    auto cursor = TRY(section("PATHS"));
    auto const where = cursor;
    if (before(4)) {
        bool const padded = tables_.version < Version{0, 1, 0};
        auto const count = TRY(cursor.read_count(12));
        TRY(budget_.take(count, path_memory, where));
        tables_.paths = TRY(paths_from_items(cursor, count, padded, tables_.tokens.size(), limits_.nesting));
        return {};
    }
    auto const table_size = TRY(cursor.read<std::uint64_t>());
    auto const count = TRY(cursor.read<std::uint64_t>());
    // Only the empty path has a place in the table and no entry in the tree.
    if (count > table_size || table_size - count > 1)
        return where.bad("{} paths stand in a table of {}", count, table_size);
    auto const indexes = TRY(read_integers<std::uint32_t>(cursor, count));
    auto const elements = TRY(read_integers<std::int32_t>(cursor, count));
    auto const jumps = TRY(read_integers<std::int32_t>(cursor, count));
    TRY(budget_.take(count, path_memory + sizeof(PathEntry), where));
    std::vector<PathEntry> entries(indexes.size());
    for (std::size_t i = 0; i < entries.size(); ++i) entries[i] = {indexes[i], elements[i], jumps[i]};
    tables_.paths = TRY(paths_from_tree(entries, static_cast<std::size_t>(table_size), tables_.tokens.size(),
                                        limits_.nesting, where));
    return {};
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
        TRY(budget_.take(count, sizeof(PackedSpec), where));
        tables_.specs.resize(static_cast<std::size_t>(count));
        for (auto& spec : tables_.specs) {
            if (padded) TRY(cursor.read<std::uint32_t>());
            spec.path = TRY(cursor.read<std::uint32_t>());
            spec.field_set = TRY(cursor.read<std::uint32_t>());
            spec.kind = PackedKind{TRY(cursor.read<std::uint32_t>())};
        }
    } else {
        auto const paths = TRY(read_integers<std::uint32_t>(cursor, count));
        auto const field_sets = TRY(read_integers<std::uint32_t>(cursor, count));
        auto const kinds = TRY(read_integers<std::uint32_t>(cursor, count));
        TRY(budget_.take(count, sizeof(PackedSpec), where));
        tables_.specs.resize(paths.size());
        for (std::size_t i = 0; i < paths.size(); ++i)
            tables_.specs[i] = {paths[i], field_sets[i], PackedKind{kinds[i]}};
    }
    for (auto const& spec : tables_.specs) {
        if (spec.path >= tables_.paths.size() || tables_.paths[spec.path].is_hole())
            return where.bad("a spec stands at path {} of {}", spec.path, tables_.paths.size());
        bool const starts_set =
            spec.field_set < tables_.field_sets.size() &&
            (spec.field_set == 0 || tables_.field_sets[spec.field_set - 1] == end_of_field_set);
        if (!starts_set) return where.bad("no field set begins at {}", spec.field_set);
    }
    return {};
}

} // namespace

Result<Tables> read_tables(std::span<std::byte const> bytes, std::string const& name,
                           ReadLimits const& limits, Budget& budget)
{
    return TableReader(bytes, name, limits, budget).read();
}

} // namespace soulvan::usd::crate
