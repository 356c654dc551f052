// secp256k1 keys, addresses and recoverable signatures.
#include "soulvan/wallet/key.h"

#include "soulvan/base/hash.h"

#include <algorithm>
#include <cctype>
#include <memory>

#include <secp256k1.h>
#include <secp256k1_recovery.h>

namespace soulvan::wallet {
namespace {

struct DestroyContext {
    void operator()(secp256k1_context* context) const { secp256k1_context_destroy(context); }
};
using Context = std::unique_ptr<secp256k1_context, DestroyContext>;

Context make_context()
{
    Context context(secp256k1_context_create(SECP256K1_CONTEXT_SIGN | SECP256K1_CONTEXT_VERIFY));
    // Blinds the multiplication against side channels.
    if (auto const seed = random_secret(32))
        SOULVAN_CHECK(secp256k1_context_randomize(context.get(), seed->bytes().data()) == 1);
    return context;
}

Address address_of(secp256k1_context const* context, secp256k1_pubkey const& key)
{
    std::array<std::uint8_t, 65> point{};
    std::size_t size = point.size();
    secp256k1_ec_pubkey_serialize(context, point.data(), &size, &key, SECP256K1_EC_UNCOMPRESSED);
    auto const digest = keccak256(std::span<std::uint8_t const>(point).subspan(1));
    Address address;
    std::copy(digest.begin() + 12, digest.end(), address.bytes.begin());
    return address;
}

} // namespace

std::string Address::str() const
{
    // EIP-55: a letter is a capital when the matching digit of keccak(lower-case text) is 8 or more.
    std::string text = hex(bytes);
    auto const digest = keccak256(text);
    for (std::size_t i = 0; i < text.size(); ++i) {
        int const digit = i % 2 ? digest[i / 2] & 15 : digest[i / 2] >> 4;
        if (digit >= 8) text[i] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[i])));
    }
    return "0x" + text;
}

Result<Address> Address::parse(std::string_view text)
{
    auto const digits = text.starts_with("0x") || text.starts_with("0X") ? text.substr(2) : text;
    if (digits.size() != 40 || text.size() == 40)
        return fail(Errc::invalid_input, "\"{}\" is no address: 0x and 40 hexadecimal digits are needed",
                    text);
    auto const raw = bytes_from_hex(digits);
    if (!raw) return fail(Errc::invalid_input, "\"{}\" is no address: {}", text, raw.error().what);
    Address address;
    std::copy(raw->begin(), raw->end(), address.bytes.begin());
    bool const lower = std::any_of(digits.begin(), digits.end(), [](char c) { return c >= 'a' && c <= 'f'; });
    bool const upper = std::any_of(digits.begin(), digits.end(), [](char c) { return c >= 'A' && c <= 'F'; });
    if (lower && upper && address.str().substr(2) != digits)
        return fail(
            Errc::invalid_input,
            "\"{}\" fails its EIP-55 checksum, so a digit is mistyped; if the digits are right it is {}",
            text, address.str());
    return address;
}

std::string RecoverableSignature::str() const
{
    return "0x" + hex(bytes);
}

Result<RecoverableSignature> RecoverableSignature::parse(std::string_view text)
{
    auto const raw = TRY(bytes_from_hex(text));
    RecoverableSignature signature;
    if (raw.size() != signature.bytes.size())
        return fail(Errc::invalid_input, "a signature has 65 bytes, this one {}", raw.size());
    std::copy(raw.begin(), raw.end(), signature.bytes.begin());
    return signature;
}

Result<PrivateKey> PrivateKey::from_bytes(Secret bytes)
{
    auto const context = make_context();
    secp256k1_pubkey point;
    if (bytes.size() != 32 || !secp256k1_ec_seckey_verify(context.get(), bytes.bytes().data()) ||
        !secp256k1_ec_pubkey_create(context.get(), &point, bytes.bytes().data()))
        return fail(Errc::invalid_input, "these bytes are no secp256k1 private key");
    auto const address = address_of(context.get(), point);
    return PrivateKey(std::move(bytes), address);
}

Result<PrivateKey> PrivateKey::create()
{
    for (;;) { // one draw in 2^128 is refused
        auto bytes = TRY(random_secret(32));
        auto key = from_bytes(std::move(bytes));
        if (key) return key;
    }
}

RecoverableSignature PrivateKey::sign_digest(Hash256 const& digest) const
{
    auto const context = make_context();
    secp256k1_ecdsa_recoverable_signature raw;
    SOULVAN_CHECK(secp256k1_ecdsa_sign_recoverable(context.get(), &raw, digest.data(), bytes_.bytes().data(),
                                                   nullptr, nullptr) == 1);
    RecoverableSignature signature;
    int id = 0;
    secp256k1_ecdsa_recoverable_signature_serialize_compact(context.get(), signature.bytes.data(), &id, &raw);
    signature.bytes[64] = static_cast<std::uint8_t>(27 + id);
    return signature;
}

Result<Address> recover(Hash256 const& digest, RecoverableSignature const& signature)
{
    auto const context = make_context();
    int const v = signature.bytes[64] >= 27 ? signature.bytes[64] - 27 : signature.bytes[64];
    secp256k1_ecdsa_recoverable_signature raw;
    secp256k1_pubkey key;
    if (v > 1 ||
        !secp256k1_ecdsa_recoverable_signature_parse_compact(context.get(), &raw, signature.bytes.data(),
                                                             v) ||
        !secp256k1_ecdsa_recover(context.get(), &key, &raw, digest.data()))
        return fail(Errc::invalid_input, "the signature is malformed");
    return address_of(context.get(), key);
}

Hash256 personal_message_digest(std::string_view text)
{
    std::string framed = "\x19"
                         "Ethereum Signed Message:\n" +
                         std::to_string(text.size());
    framed += text;
    return keccak256(framed);
}

} // namespace soulvan::wallet
