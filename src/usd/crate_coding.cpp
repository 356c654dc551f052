// How crate files compress: LZ4 blocks in chunks, and arrays of integers as coded differences.
#include "crate_coding.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <type_traits>

#include <lz4.h>

namespace soulvan::usd::crate {
namespace {

// Chunks are cut where LZ4's own limit lies; the count of chunks is a byte that readers take as signed.
constexpr std::size_t chunk_size = LZ4_MAX_INPUT_SIZE;
constexpr std::size_t most_chunks = 127;

template <class T>
void append(std::string& out, T value)
{
    out.append(reinterpret_cast<char const*>(&value), sizeof value);
}

/// Appends one LZ4 block; returns its size.
std::size_t append_block(std::string& out, std::span<std::byte const> bytes)
{
    auto const start = out.size();
    int const bound = LZ4_compressBound(static_cast<int>(bytes.size()));
    out.resize(start + static_cast<std::size_t>(bound));
    int const written = LZ4_compress_default(reinterpret_cast<char const*>(bytes.data()), out.data() + start,
                                             static_cast<int>(bytes.size()), bound);
    SOULVAN_CHECK(written > 0 || bytes.empty());
    out.resize(start + static_cast<std::size_t>(written));
    return static_cast<std::size_t>(written);
}

/// LZ4 takes sizes as int; larger ones cannot occur in one block.
Result<std::size_t> decompress_block(std::span<std::byte const> block, std::span<std::byte> out)
{
    if (block.size() > static_cast<std::size_t>(LZ4_COMPRESSBOUND(LZ4_MAX_INPUT_SIZE)))
        return fail(Errc::invalid_input, "compressed block of {} bytes is larger than LZ4 allows",
                    block.size());
    auto const room = std::min<std::size_t>(out.size(), LZ4_MAX_INPUT_SIZE);
    int const written =
        LZ4_decompress_safe(reinterpret_cast<char const*>(block.data()), reinterpret_cast<char*>(out.data()),
                            static_cast<int>(block.size()), static_cast<int>(room));
    if (written < 0) return fail(Errc::invalid_input, "compressed data is damaged");
    return static_cast<std::size_t>(written);
}

/// The widths of the small, medium and full form of a difference.
template <class Int>
struct Widths;
template <>
struct Widths<std::uint32_t> {
    using Small = std::int8_t;
    using Medium = std::int16_t;
    using Full = std::int32_t;
};
template <>
struct Widths<std::uint64_t> {
    using Small = std::int16_t;
    using Medium = std::int32_t;
    using Full = std::int64_t;
};

template <class Narrow, class Wide>
bool fits(Wide value)
{
    return value == static_cast<Wide>(static_cast<Narrow>(value));
}

/// The most common difference; of equally common ones the largest, so that equal input gives equal bytes.
template <class Full>
Full most_common(std::vector<Full> differences)
{
    std::sort(differences.begin(), differences.end());
    Full best = 0;
    std::size_t best_count = 0;
    for (auto run = differences.begin(); run != differences.end();) {
        auto const end = std::upper_bound(run, differences.end(), *run);
        auto const count = static_cast<std::size_t>(end - run);
        if (count >= best_count) {
            best_count = count;
            best = *run;
        }
        run = end;
    }
    return best;
}

template <class Unsigned>
std::string code(std::span<Unsigned const> numbers)
{
    using Small = typename Widths<Unsigned>::Small;
    using Medium = typename Widths<Unsigned>::Medium;
    using Full = typename Widths<Unsigned>::Full;

    std::vector<Full> differences;
    differences.reserve(numbers.size());
    Unsigned previous = 0;
    for (Unsigned const number : numbers) {
        differences.push_back(static_cast<Full>(static_cast<Unsigned>(number - previous)));
        previous = number;
    }
    Full const common = most_common(differences);

    std::string coded;
    append(coded, common);
    auto const codes_at = coded.size();
    coded.resize(codes_at + (numbers.size() + 3) / 4);
    for (std::size_t i = 0; i < differences.size(); ++i) {
        Full const difference = differences[i];
        unsigned which = 0;
        if (difference == common) {
        } else if (fits<Small>(difference)) {
            which = 1;
            append(coded, static_cast<Small>(difference));
        } else if (fits<Medium>(difference)) {
            which = 2;
            append(coded, static_cast<Medium>(difference));
        } else {
            which = 3;
            append(coded, difference);
        }
        auto& byte = coded[codes_at + i / 4];
        byte = static_cast<char>(static_cast<unsigned char>(byte) | which << 2 * (i % 4));
    }
    return coded;
}

} // namespace

std::string compress(std::span<std::byte const> bytes)
{
    std::string out;
    if (bytes.size() <= chunk_size) {
        out.push_back('\0');
        append_block(out, bytes);
        return out;
    }
    auto const chunks = (bytes.size() + chunk_size - 1) / chunk_size;
    SOULVAN_CHECK(chunks <= most_chunks);
    out.push_back(static_cast<char>(chunks));
    for (std::size_t at = 0; at < bytes.size(); at += chunk_size) {
        auto const size_at = out.size();
        append(out, std::int32_t{0});
        auto const chunk = bytes.subspan(at, std::min(chunk_size, bytes.size() - at));
        auto const size = static_cast<std::int32_t>(append_block(out, chunk));
        std::memcpy(out.data() + size_at, &size, sizeof size);
    }
    return out;
}

Result<std::size_t> decompress(std::span<std::byte const> compressed, std::span<std::byte> out)
{
    if (compressed.empty()) return fail(Errc::invalid_input, "compressed data is empty");
    auto const chunks = std::to_integer<std::size_t>(compressed.front());
    compressed = compressed.subspan(1);
    if (chunks == 0) return decompress_block(compressed, out);
    if (chunks > most_chunks) return fail(Errc::invalid_input, "compressed data claims {} chunks", chunks);
    std::size_t total = 0;
    for (std::size_t chunk = 0; chunk < chunks; ++chunk) {
        std::int32_t size = 0;
        if (compressed.size() < sizeof size) return fail(Errc::invalid_input, "compressed data ends early");
        std::memcpy(&size, compressed.data(), sizeof size);
        compressed = compressed.subspan(sizeof size);
        if (size < 0 || static_cast<std::size_t>(size) > compressed.size())
            return fail(Errc::invalid_input, "compressed chunk of {} bytes in {}", size, compressed.size());
        auto const written =
            decompress_block(compressed.first(static_cast<std::size_t>(size)), out.subspan(total));
        if (!written) return written;
        total += *written;
        compressed = compressed.subspan(static_cast<std::size_t>(size));
    }
    return total;
}

template <class Int>
std::string encode_integers(std::span<Int const> numbers)
{
    using Unsigned = std::make_unsigned_t<Int>;
    // Signed and unsigned forms of one type may alias.
    auto const coded = code<Unsigned>({reinterpret_cast<Unsigned const*>(numbers.data()), numbers.size()});
    return compress(std::as_bytes(std::span(coded)));
}

template <class Int>
Result<IntegerReader<Int>> IntegerReader<Int>::open(std::span<std::byte const> compressed,
                                                    std::uint64_t count)
{
    IntegerReader reader;
    if (count == 0) return reader;
    if (count > most_integers(compressed.size()))
        return fail(Errc::invalid_input, "{} compressed bytes cannot hold {} integers", compressed.size(),
                    count);
    reader.count_ = static_cast<std::size_t>(count);
    auto const codes = (reader.count_ + 3) / 4;
    auto const largest = sizeof(Int) + codes + reader.count_ * sizeof(Int);
    auto const room = std::min(largest, most_decompressed(compressed.size()));
    reader.coded_ = std::make_unique_for_overwrite<std::byte[]>(room);
    reader.size_ = TRY(decompress(compressed, {reader.coded_.get(), room}));
    reader.next_ = sizeof(Int) + codes;
    if (reader.size_ < reader.next_)
        return fail(Errc::invalid_input, "coded integers end after {} bytes", reader.size_);
    std::memcpy(&reader.common_, reader.coded_.get(), sizeof(Int));
    return reader;
}

template <class Int>
Result<> IntegerReader<Int>::read(std::span<Int> out)
{
    using Unsigned = std::make_unsigned_t<Int>;
    using Small = typename Widths<Unsigned>::Small;
    using Medium = typename Widths<Unsigned>::Medium;
    using Full = typename Widths<Unsigned>::Full;

    SOULVAN_CHECK(out.size() <= count_ - at_);
    if (out.empty()) return {}; // a reader of no numbers holds no memory to point into
    auto const* const codes = reinterpret_cast<unsigned char const*>(coded_.get()) + sizeof(Int);
    auto const* next = coded_.get() + next_;
    auto const* const end = coded_.get() + size_;
    auto const take = [&]<class Width>(Width value) {
        std::memcpy(&value, next, sizeof value);
        next += sizeof value;
        return static_cast<Unsigned>(static_cast<Full>(value));
    };
    auto const common = static_cast<Unsigned>(common_);
    auto previous = static_cast<Unsigned>(previous_);
    auto at = at_;
    for (auto& number : out) {
        unsigned const which = codes[at / 4] >> 2 * (at % 4) & 3u;
        constexpr std::size_t width[4] = {0, sizeof(Small), sizeof(Medium), sizeof(Full)};
        if (static_cast<std::size_t>(end - next) < width[which])
            return fail(Errc::invalid_input, "coded integers end at number {} of {}", at, count_);
        previous = static_cast<Unsigned>(previous + (which == 0   ? common
                                                     : which == 1 ? take(Small{})
                                                     : which == 2 ? take(Medium{})
                                                                  : take(Full{})));
        number = static_cast<Int>(previous);
        ++at;
    }
    at_ = at;
    next_ = static_cast<std::size_t>(next - coded_.get());
    previous_ = static_cast<Int>(previous);
    return {};
}

template <class Int>
Result<> decode_integers(std::span<std::byte const> compressed, std::span<Int> out)
{
    if (compressed.empty()) return fail(Errc::invalid_input, "compressed data is empty");
    auto reader = TRY(IntegerReader<Int>::open(compressed, out.size()));
    return reader.read(out);
}

#define SOULVAN_USD_INTEGER_CODING(Int)                                                                      \
    template std::string encode_integers<Int>(std::span<Int const>);                                         \
    template Result<> decode_integers<Int>(std::span<std::byte const>, std::span<Int>);                      \
    template class IntegerReader<Int>;
SOULVAN_USD_INTEGER_CODING(std::int32_t)
SOULVAN_USD_INTEGER_CODING(std::uint32_t)
SOULVAN_USD_INTEGER_CODING(std::int64_t)
SOULVAN_USD_INTEGER_CODING(std::uint64_t)
#undef SOULVAN_USD_INTEGER_CODING

} // namespace soulvan::usd::crate
