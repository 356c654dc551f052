// The tables of a crate file (tokens, strings, fields, field sets, paths, specs), each checked when it is
// read.
#pragma once

#include "crate_format.h"
#include "soulvan/base/result.h"
#include "soulvan/usd/layer.h"
#include "spec_table.h"

#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace soulvan::usd::crate {

/// Reads the file from one offset on. Every step is checked; a failure says where in the file.
class Cursor {
public:
    Cursor(std::span<std::byte const> bytes, std::uint64_t at, std::string const& name)
        : bytes_(bytes),
          at_(at),
          name_(&name)
    {}
    std::uint64_t at() const { return at_; }
    std::uint64_t left() const { return at_ < bytes_.size() ? bytes_.size() - at_ : 0; }
    std::byte const* data() const { return bytes_.data() + at_; }

    template <class T>
    Result<T> read()
    {
        static_assert(std::is_trivially_copyable_v<T>);
        if (left() < sizeof(T)) return bad("the file ends where {} more bytes are expected", sizeof(T));
        T value;
        std::memcpy(&value, data(), sizeof value);
        at_ += sizeof value;
        return value;
    }
    Result<std::span<std::byte const>> take(std::uint64_t size)
    {
        if (left() < size) return bad("{} bytes are expected, {} are left", size, left());
        auto const taken = bytes_.subspan(at_, size);
        at_ += size;
        return taken;
    }
    /// A count of items of at least `item_size` bytes each, which must therefore fit into the rest.
    Result<std::size_t> read_count(std::size_t item_size)
    {
        auto const count = TRY(read<std::uint64_t>());
        if (count > left() / item_size) return bad("a count of {} items, more than the rest can hold", count);
        return static_cast<std::size_t>(count);
    }
    void skip(std::uint64_t size) { at_ += size; }

    template <class... Args>
    std::unexpected<Error> bad(fmt::format_string<Args...> format, Args&&... args) const
    {
        return fail(Errc::invalid_input, "{}: offset {}: {}", *name_, at_,
                    fmt::format(format, std::forward<Args>(args)...));
    }
    std::unexpected<Error> bad(Error const& error) const { return bad("{}", error.what); }

private:
    std::span<std::byte const> bytes_;
    std::uint64_t at_;
    std::string const* name_;
};

/// What reading may still take from memory. Compression lets a small file claim a lot of it.
class Budget {
public:
    explicit Budget(std::size_t bytes) : left_(bytes) {}
    Result<> take(std::uint64_t count, std::size_t size, Cursor const& where)
    {
        if (size != 0 && count > left_ / size)
            return fail(Errc::limit, "{}; raise the limit of bytes to read it",
                        where.bad("its contents take more memory than is allowed").error().what);
        left_ -= static_cast<std::size_t>(count) * size;
        return {};
    }

private:
    std::size_t left_;
};

struct Section {
    std::string name;
    std::uint64_t start = 0, size = 0;
};

struct Tables {
    Version version;
    std::vector<Section> sections;
    std::vector<Token> tokens;
    std::vector<std::uint32_t> strings;         ///< token indexes
    UnfilledVector<std::uint32_t> field_tokens; ///< by field
    UnfilledVector<ValueRep> reps;              ///< by field
    UnfilledVector<std::uint32_t> field_sets;   ///< field indexes, each run closed by end_of_field_set
    /// By path, with the kind and the fields of the spec that stands there. A spec may stand where none of
    /// its kind can.
    UnfilledVector<SpecTable::Entry> entries;
    std::unordered_map<SpecTable::Index, Token> selections; ///< of variants
    std::vector<SpecTable::Index> targets;                  ///< paths of targets, and of what hangs on them
    SpecTable::Index root = SpecTable::none;
};

/// All indexes inside the tables are checked; what value reps point at is not looked at.
Result<Tables> read_tables(std::span<std::byte const> bytes, std::string const& name,
                           ReadLimits const& limits, Budget& budget);

/// What a token can be as an element of a path.
enum ElementBits : std::uint8_t { prim_bit = 1, property_bit = 2, variant_bit = 4, target_bit = 8 };
std::uint8_t elements_of(std::string_view text);

/// Makes entries of the elements of a path tree, parents first.
class PathTable {
public:
    /// `elements`: elements_of() each token of `tables`, whose entries are there, as many as paths.
    PathTable(Tables& tables, std::vector<std::uint8_t> const& elements, int deepest)
        : tables_(tables),
          elements_(elements),
          deepest_(deepest)
    {}
    /// The PATHS section as three runs of numbers: paths, elements (tokens; negative: a property of the prim
    /// above) and jumps.
    Result<> read_tree(std::span<std::uint32_t const> paths, std::span<std::int32_t const> elements,
                       std::span<std::int32_t const> jumps, Cursor const& where);
    /// The same tree as files before 0.4.0 have it: entries that point at each other by offset.
    Result<> read_items(Cursor cursor, std::size_t count, bool padded);

private:
    Result<> put(std::uint32_t path, SpecTable::Index parent, std::uint64_t token, bool is_property,
                 Cursor const& where);

    Tables& tables_;
    std::vector<std::uint8_t> const& elements_;
    int deepest_;
};

} // namespace soulvan::usd::crate
