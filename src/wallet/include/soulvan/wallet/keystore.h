// Keystore v3 files: a private key under a passphrase (Web3 Secret Storage).
#pragma once

#include "soulvan/base/json.h"
#include "soulvan/wallet/key.h"

#include <filesystem>

namespace soulvan::wallet {

/// What scrypt costs: the standard n=262144 takes about 0.7 s and 256 MiB; light is for keys whose passphrase
/// is random anyway.
enum class KeystoreCost { standard, light };

/// Reads "crypto" or "Crypto", scrypt or PBKDF2, with or without "address".
/// Errors  invalid_input: malformed, unknown cipher; limit: parameters over 1 GiB or 2^20 rounds of work;
///         denied: wrong passphrase.
Result<PrivateKey> open_keystore(Json const& keystore, Secret const& passphrase);
Result<Json> make_keystore(PrivateKey const& key, Secret const& passphrase, KeystoreCost cost);
/// The address that the file claims, without opening it. Errors  not_found: the file has none.
Result<Address> keystore_address(Json const& keystore);

} // namespace soulvan::wallet
