// Values to value reps: how a value is laid out in a crate file, each distinct one once.
#pragma once

#include "crate_format.h"
#include "output.h"
#include "soulvan/usd/array_edit.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace soulvan::usd::crate {

/// Collects the tokens, strings, paths and out-of-line values of one file. Offsets are file offsets: values
/// begin behind the bootstrap. All indexes follow the order of first use, so equal layers give equal bytes.
class ValuePacker {
public:
    /// Values go behind what `output` holds.
    explicit ValuePacker(Output& output);

    /// Errors  unsupported: a type that crate files cannot hold; invalid_input: text with a NUL, a relative
    /// path.
    Result<ValueRep> pack(Value const& value);
    /// The same for metadata that no schema declares: OpenUSD stores that in a wrapper, and so do we.
    Result<ValueRep> pack_unregistered(Value const& value);
    /// Samples whose values are packed already, in the order of their times.
    Result<ValueRep> pack_time_samples(std::vector<double> const& times, std::vector<ValueRep> const& values);

    Result<std::uint32_t> token(std::string_view text);
    Result<std::uint32_t> string(std::string_view text);
    Result<std::uint32_t> path(Path const& path);

    Version version() const { return version_; }
    std::vector<std::string_view> const& tokens() const { return tokens_; }
    std::vector<std::uint32_t> const& strings() const { return strings_; }
    std::vector<Path> const& paths() const { return paths_; } ///< each after its parent
    /// For each path the index of its parent; its own where it has none.
    std::vector<std::uint32_t> const& parents() const { return parents_; }
    void expect_paths(std::size_t count) { path_index_.reserve(count); }

private:
    Result<ValueRep> pack_structure(Value const& value);
    Result<ValueRep> pack_spline(Spline const& spline);
    Result<ValueRep> pack_array_edit(ArrayEdit const& edit);
    template <class T>
    Result<ValueRep> pack_scalar(Type type, T const& value);
    template <class T>
    Result<ValueRep> pack_array(Type type, Array<T> const& array);
    template <class T>
    bool pack_compressed(std::string& body, Array<T> const& array);
    template <class T>
    Result<> put(std::string& body, T const& item);
    template <class T>
    Result<> put_vector(std::string& body, std::vector<T> const& items);
    template <class T>
    Result<ValueRep> pack_list_op(Type type, ListOp<T> const& edit);
    Result<> put_dictionary(std::string& body, Dictionary const& dictionary);
    Result<> put_nested(std::string& body, Value const& value);
    /// Stores `body` unless an equal one of the type stands already.
    Result<ValueRep> store(Type type, std::uint64_t flags, std::string const& body,
                           std::size_t alignment = 1);
    void require(Version version);

    struct Place {
        std::uint64_t offset, size, kind;
    };
    Output& output_;
    Version version_ = lowest_written;
    std::unordered_multimap<std::size_t, Place> places_;
    std::unordered_map<std::string, std::uint32_t> token_index_;
    std::vector<std::string_view> tokens_;                          ///< into the keys of token_index_
    std::unordered_map<std::uint32_t, std::uint32_t> string_index_; ///< by token
    std::vector<std::uint32_t> strings_;
    std::unordered_map<Path, std::uint32_t> path_index_;
    std::vector<Path> paths_;
    std::vector<std::uint32_t> parents_;
    int depth_ = 0;
};

} // namespace soulvan::usd::crate
