// Keccak-256 by Crypto++: the one file that sees that library.
#include "soulvan/wallet/key.h"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wextra"
#include <cryptopp/keccak.h>
#pragma GCC diagnostic pop

namespace soulvan::wallet {

Hash256 keccak256(std::span<std::uint8_t const> bytes)
{
    Hash256 digest{};
    CryptoPP::Keccak_256 hash;
    hash.Update(bytes.data(), bytes.size());
    hash.Final(digest.data());
    return digest;
}

Hash256 keccak256(std::string_view bytes)
{
    return keccak256(std::span(reinterpret_cast<std::uint8_t const*>(bytes.data()), bytes.size()));
}

} // namespace soulvan::wallet
