// Ethereum keys: addresses, recoverable signatures, EIP-191 messages.
#pragma once

#include "soulvan/base/result.h"
#include "soulvan/wallet/secret.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace soulvan::wallet {

using Hash256 = std::array<std::uint8_t, 32>;

/// Keccak-256 as Ethereum uses it (the padding before FIPS 202).
Hash256 keccak256(std::span<std::uint8_t const> bytes);
Hash256 keccak256(std::string_view bytes);

/// A 20-byte account address.
struct Address {
    std::array<std::uint8_t, 20> bytes{};
    /// "0x" + 40 hex digits with EIP-55 capitals.
    std::string str() const;
    /// All-lower and all-upper digits are accepted, mixed ones must carry the right checksum (EIP-55).
    /// Errors  invalid_input: length, a character, or the checksum, naming the right spelling.
    static Result<Address> parse(std::string_view text);
    friend bool operator==(Address const&, Address const&) = default;
};

/// r ‖ s ‖ v with v 27 or 28; s is in the lower half of the order.
struct RecoverableSignature {
    std::array<std::uint8_t, 65> bytes{};
    std::string str() const; ///< "0x…", 130 digits
    static Result<RecoverableSignature> parse(std::string_view text);
};

/// A secp256k1 private key. Signs on request, never shows itself.
class PrivateKey {
public:
    /// Errors  invalid_input: not 32 bytes, zero, or not below the group order.
    static Result<PrivateKey> from_bytes(Secret bytes);
    static Result<PrivateKey> create();

    Address address() const { return address_; }
    /// RFC 6979: the same digest gives the same signature.
    RecoverableSignature sign_digest(Hash256 const& digest) const;
    /// For the keystore writer alone.
    Secret const& expose() const { return bytes_; }

private:
    PrivateKey(Secret bytes, Address address) : bytes_(std::move(bytes)), address_(address) {}
    Secret bytes_;
    Address address_;
};

/// Who signed `digest`. Errors  invalid_input: malformed, or no key fits.
Result<Address> recover(Hash256 const& digest, RecoverableSignature const& signature);

/// The digest of EIP-191 version 0x45: keccak256("\x19Ethereum Signed Message:\n" + length + text).
Hash256 personal_message_digest(std::string_view text);

} // namespace soulvan::wallet
