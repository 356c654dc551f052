// Signers bound to keys on this machine, and the address that a user linked.
#pragma once

#include "soulvan/base/signer.h"
#include "soulvan/wallet/keystore.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace soulvan::wallet {

/// Where keys and the link live: `<config>/keys/<name>.json`, `<config>/wallet.json`.
struct WalletFolder {
    std::filesystem::path path;
};

/// Asks for a passphrase when one is needed; empty when there is nobody to ask.
using AskPassphrase = std::function<Result<Secret>(std::string_view prompt)>;

struct KeyRecord {
    std::string name;
    Address address;
    bool unattended = false; ///< its random passphrase lies beside it in a 0600 file
};

/// Makes a key under a passphrase. Errors  invalid_input: the name is taken or no plain name.
Result<KeyRecord> create_key(WalletFolder const& folder, std::string const& name, Secret const& passphrase);
/// Makes the studio key that needs nobody: light scrypt, a random passphrase in `<name>.passphrase` (0600).
/// Returns the existing one when it is there.
Result<KeyRecord> ensure_unattended_key(WalletFolder const& folder, std::string const& name = "studio");
Result<std::vector<KeyRecord>> list_keys(WalletFolder const& folder);

/// A signer over a stored key, opened at the first signature. An unattended key opens itself; any other asks.
Result<std::unique_ptr<Signer>> open_signer(WalletFolder const& folder, std::string const& name,
                                            AskPassphrase ask);

/// The address that goes into every manifest as `wallet`.
Result<> link_address(WalletFolder const& folder, Address const& address);
Result<std::optional<Address>> linked_address(WalletFolder const& folder);

} // namespace soulvan::wallet
