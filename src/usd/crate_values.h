// Value reps to values: what the bytes that a field points at mean.
#pragma once

#include "crate_tables.h"
#include "spec_table.h"

#include <memory>
#include <mutex>
#include <unordered_map>

namespace soulvan::usd::crate {

/// What the values of one file are read from.
struct Contents {
    std::shared_ptr<void const> owner; ///< keeps `bytes` alive for arrays that point into them; may be null
    std::span<std::byte const> bytes;
    std::string name;
    ReadLimits limits;
    Version version;
    std::vector<Token> tokens;
    std::vector<std::uint32_t> strings; ///< token indexes
    std::size_t path_count = 0;
    SpecTable const* specs = nullptr; ///< knows the paths

    // The times that many attributes share.
    mutable std::mutex times_mutex = {};
    mutable std::unordered_map<std::uint64_t, std::shared_ptr<std::vector<double>>> times = {};
};

/// Reads one value. Bounds what that may cost: a value takes no more work than the file's size, and no more
/// memory than the limits allow.
class ValueReader {
public:
    explicit ValueReader(Contents const& contents);

    /// Errors  invalid_input, limit: with the offset.
    Result<Value> read(ValueRep rep) { return read(rep, 0); }
    /// The names in a vector of tokens, where they stand.
    Result<Names> read_names(ValueRep rep);

private:
    Result<Value> read(ValueRep rep, int depth);
    Result<Value> read_array_edit(ValueRep rep, int depth);
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
    Result<std::shared_ptr<std::vector<double>>> read_times(ValueRep rep, Cursor const& where);

    Cursor at(ValueRep rep) const { return {contents_.bytes, rep.payload(), contents_.name}; }
    bool before(std::uint8_t minor) const { return contents_.version < Version{0, minor, 0}; }
    Result<Token> token(std::uint32_t index, Cursor const& where) const;
    Result<Token> string(std::uint32_t index, Cursor const& where) const;
    /// Values do not overlap in an honest file, so reading all of them once takes no more than its size.
    Result<> work(std::uint64_t count, std::uint64_t size, Cursor const& where);

    Contents const& contents_;
    Budget budget_;
    std::uint64_t work_left_;
    std::size_t elements_left_;
};

} // namespace soulvan::usd::crate
