// Content ids: SHA-256 over bytes and files, and the hash that seeds random numbers.
#pragma once

#include "soulvan/base/result.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace soulvan {

using Digest = std::array<std::uint8_t, 32>;

/// SHA-256 (FIPS 180-4) fed in pieces.
class Sha256 {
public:
    Sha256();
    ~Sha256();
    Sha256(Sha256&&) noexcept;
    Sha256& operator=(Sha256&&) noexcept;

    Sha256& update(std::span<std::byte const> bytes);
    Sha256& update(std::string_view text);
    /// Ends the hash; the object starts a new one.
    Digest finish();

private:
    struct State;
    std::unique_ptr<State> state_;
};

Digest sha256(std::string_view bytes);
Digest sha256(std::span<std::byte const> bytes);
/// Errors  not_found, io: the sentence names the file.
Result<Digest> sha256_of_file(std::filesystem::path const& path);

/// Lower-case hexadecimal, two digits a byte.
std::string hex(std::span<std::uint8_t const> bytes);
/// Accepts an optional "0x". Errors  invalid_input: odd length or a character that is no hex digit.
Result<std::string> bytes_from_hex(std::string_view text);

/// A 64-bit mix (Stafford's variant 13 of the MurmurHash3 finaliser): seeds from ids, never security.
constexpr std::uint64_t mix64(std::uint64_t x)
{
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ull;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebull;
    return x ^ (x >> 31);
}

} // namespace soulvan
