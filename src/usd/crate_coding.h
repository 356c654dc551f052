// How crate files compress: LZ4 blocks in chunks, and arrays of integers as coded differences.
#pragma once

#include "soulvan/base/result.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace soulvan::usd::crate {

/// One byte with the number of chunks, then each as int32 size + raw LZ4 block; 0 means one bare block.
std::string compress(std::span<std::byte const> bytes);
/// Fills the front of `out`; returns how many bytes that were.
/// Errors  invalid_input: damaged, or more than `out` holds. Callers add where.
Result<std::size_t> decompress(std::span<std::byte const> compressed, std::span<std::byte> out);
/// No LZ4 data of that size can become larger than this.
constexpr std::size_t most_decompressed(std::size_t compressed_size)
{
    return compressed_size >= SIZE_MAX / 256 ? SIZE_MAX : compressed_size * 255 + 64;
}

/// Differences to the previous number, most of them the same one or small: the most common difference, then
/// two bits for each number, then the others in 1, 2 or 4 (of 64-bit numbers: 2, 4 or 8) bytes. Then
/// compressed.
template <class Int>
std::string encode_integers(std::span<Int const> numbers);
/// Fills `out`.  Errors  invalid_input: damaged. Callers add where.
template <class Int>
Result<> decode_integers(std::span<std::byte const> compressed, std::span<Int> out);
/// Integers as they are asked for, for who needs not have all of them at once.
template <class Int>
class IntegerReader {
public:
    /// Errors  invalid_input: damaged, or too small for `count` integers.
    static Result<IntegerReader> open(std::span<std::byte const> compressed, std::uint64_t count);
    /// The next ones; no more than `count` in all.
    Result<> read(std::span<Int> out);

private:
    std::unique_ptr<std::byte[]> coded_;
    std::size_t size_ = 0, next_ = 0; ///< how many bytes are coded, and where the next difference stands
    std::size_t at_ = 0, count_ = 0;  ///< how many numbers were read, of how many
    Int common_ = 0, previous_ = 0;
};
/// No compressed data of that size can hold more integers than this: ask before allocating.
constexpr std::size_t most_integers(std::size_t compressed_size)
{
    auto const bytes = most_decompressed(compressed_size);
    return bytes >= SIZE_MAX / 4 ? SIZE_MAX : bytes * 4;
}

} // namespace soulvan::usd::crate
