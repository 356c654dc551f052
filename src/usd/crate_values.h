// Value reps to values: what the bytes that a field points at mean.
#pragma once

#include "crate_tables.h"

#include <memory>
#include <unordered_map>

namespace soulvan::usd::crate {

/// What values are read from; all of it outlives the reader but `owner`, which is shared.
struct ValueReaderInput {
    std::shared_ptr<void const> owner; ///< keeps `bytes` alive for arrays that point into them; may be null
    std::span<std::byte const> bytes;
    std::string const& name;
    ReadLimits const& limits;
    Tables const& tables;
};

/// Reads each out-of-line value once: fields that share a rep share the value. Needs nothing but the tables,
/// so that values can as well be read on demand.
class ValueReader {
public:
    ValueReader(ValueReaderInput input, Budget& budget);

    /// Errors  invalid_input, limit: with the offset.
    Result<Value> read(ValueRep rep) { return read(rep, 0); }
    Token token(std::uint32_t index);
    std::size_t token_count() const { return input_.tables.tokens.size(); }

private:
    Result<Value> read(ValueRep rep, int depth);
    Result<Value> read_out_of_line(ValueRep rep, int depth);
    template <class T>
    Result<Value> read_typed(ValueRep rep);
    template <class T>
    Result<Value> read_inlined(ValueRep rep);
    template <class T>
    Result<Value> read_array(ValueRep rep);
    template <class T>
    Result<Value> read_compressed_array(Cursor cursor, std::uint64_t count);
    template <class T>
    Result<Value> read_raw_array(Cursor cursor, std::uint64_t count);

    template <class T>
    Result<T> read_item(Cursor& cursor, int depth);
    template <class T>
    Result<std::vector<T>> read_vector(Cursor& cursor, int depth);
    template <class T>
    Result<ListOp<T>> read_list_op(Cursor& cursor, int depth);
    Result<Dictionary> read_dictionary(Cursor& cursor, int depth);
    Result<Value> read_nested(Cursor& cursor, int depth);
    Result<TimeSamples> read_time_samples(Cursor& cursor, int depth);
    Result<Spline> read_spline(Cursor& cursor, int depth);
    Result<std::shared_ptr<std::vector<double> const>> read_times(ValueRep rep, Cursor const& where);

    Cursor at(ValueRep rep) const { return {input_.bytes, rep.payload(), input_.name}; }
    bool before(std::uint8_t minor) const { return input_.tables.version < Version{0, minor, 0}; }
    Result<std::string_view> token_text(std::uint32_t index, Cursor const& where) const;
    Result<std::string_view> string_text(std::uint32_t index, Cursor const& where) const;
    /// Values do not overlap in an honest file, so reading all of them once takes no more than its size.
    Result<> work(std::uint64_t count, std::uint64_t size, Cursor const& where);

    ValueReaderInput input_;
    Budget& budget_;
    std::uint64_t work_left_;
    std::size_t elements_left_;
    std::vector<Token> tokens_;
    std::vector<bool> interned_;
    std::unordered_map<std::uint64_t, Value> values_;
    std::unordered_map<std::uint64_t, std::shared_ptr<std::vector<double> const>> times_;
};

} // namespace soulvan::usd::crate
