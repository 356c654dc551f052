// The port through which the pipeline signs, so that no room on the picture path knows a wallet.
#pragma once

#include "soulvan/base/result.h"

#include <functional>
#include <string>
#include <string_view>

namespace soulvan {

struct Signature {
    std::string scheme;  ///< "eip191"
    std::string address; ///< EIP-55, "0x…"
    std::string value;   ///< 65 bytes r‖s‖v as "0x…"
    std::string key;     ///< how the key is kept: "local-unattended", "keystore"
};

class Signer {
public:
    virtual ~Signer() = default;
    /// Signs the exact bytes of `text` (EIP-191 version 0x45, personal_sign).
    /// Errors  denied: the key cannot be opened.
    virtual Result<Signature> sign(std::string_view text) = 0;
};

/// Who signed `text`: the EIP-55 address that fits the signature. `app` binds it to the wallet.
/// Errors  invalid_input: a malformed signature; unsupported: another scheme.
using RecoverSigner = std::function<Result<std::string>(std::string_view text, Signature const&)>;

} // namespace soulvan
