// The bytes of a zip archive that readers and writers of packages agree on.
//
// Source: PKWARE APPNOTE 6.3.10 (zip, zip64); OpenUSD's "Usdz File Format Specification" (stored entries
// only, data at multiples of 64, the root layer first).
#pragma once

#include "soulvan/usd/package.h"

#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace soulvan::usd::package {

inline constexpr std::uint32_t local_signature = 0x04034b50;
inline constexpr std::uint32_t central_signature = 0x02014b50;
inline constexpr std::uint32_t end_signature = 0x06054b50;
inline constexpr std::uint32_t end64_signature = 0x06064b50;
inline constexpr std::uint32_t locator64_signature = 0x07064b50;
inline constexpr std::size_t local_size = 30, central_size = 46, end_size = 22, end64_size = 56,
                             locator64_size = 20;
inline constexpr std::uint16_t zip64_field = 0x0001;
inline constexpr std::uint16_t padding_field = 0x1986; // what OpenUSD names its padding
inline constexpr std::size_t alignment = 64;
inline constexpr std::size_t longest_comment = 0xFFFF;

/// A number of the archive at a place that the caller has checked.
template <class T>
T number(std::span<std::byte const> bytes, std::size_t at)
{
    T value;
    std::memcpy(&value, bytes.data() + at, sizeof value);
    return value;
}

/// CRC-32 as zip wants it (reflected polynomial 0xEDB88320), eight bytes a step.
class Crc32 {
public:
    Crc32()
    {
        for (std::uint32_t i = 0; i < 256; ++i) {
            std::uint32_t crc = i;
            for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320u : 0u);
            table_[0][i] = crc;
        }
        for (std::size_t k = 1; k < 8; ++k)
            for (std::size_t i = 0; i < 256; ++i)
                table_[k][i] = table_[k - 1][i] >> 8 ^ table_[0][table_[k - 1][i] & 0xFF];
    }
    std::uint32_t operator()(std::span<std::byte const> bytes) const
    {
        std::uint32_t crc = 0xFFFFFFFF;
        for (; bytes.size() >= 8; bytes = bytes.subspan(8)) {
            auto const word = number<std::uint64_t>(bytes, 0) ^ crc;
            crc = 0;
            for (unsigned k = 0; k < 8; ++k) crc ^= table_[7 - k][word >> 8 * k & 0xFF];
        }
        for (auto const byte : bytes)
            crc = crc >> 8 ^ table_[0][(crc ^ std::to_integer<std::uint32_t>(byte)) & 0xFF];
        return ~crc;
    }

private:
    std::array<std::array<std::uint32_t, 256>, 8> table_{};
};

/// Names that stay inside the package and mean the same on every system.
inline bool is_entry_name(std::string_view name)
{
    if (name.empty() || name.front() == '/' || name.find_first_of(std::string_view("\0\\", 2)) != name.npos)
        return false;
    while (true) {
        auto const slash = name.find('/');
        auto const part = name.substr(0, slash);
        if (part.empty() || part == "." || part == "..") return false;
        if (slash == name.npos) return true;
        name.remove_prefix(slash + 1);
    }
}

} // namespace soulvan::usd::package
