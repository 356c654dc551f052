// Keystore v3: AES-128-CTR under a key from scrypt or PBKDF2, authenticated by Keccak-256.
#include "soulvan/wallet/keystore.h"

#include "soulvan/base/hash.h"

#include <memory>

#include <nlohmann/json.hpp>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <sodium/crypto_pwhash_scryptsalsa208sha256.h>

namespace soulvan::wallet {
namespace {

constexpr std::uint64_t memory_limit = std::uint64_t{1} << 30;

Result<std::string> hex_field(Json const& object, char const* name)
{
    auto const found = object.find(name);
    if (found == object.end() || !found->is_string())
        return fail(Errc::invalid_input, "keystore: the field \"{}\" is missing or no text", name);
    auto bytes = bytes_from_hex(found->get<std::string>());
    if (!bytes) return within(fmt::format("keystore: {}", name), bytes.error());
    return bytes;
}

Result<std::uint64_t> number_field(Json const& object, char const* name)
{
    auto const found = object.find(name);
    if (found == object.end() || !found->is_number_unsigned())
        return fail(Errc::invalid_input, "keystore: the field \"{}\" is missing or no positive number", name);
    return found->get<std::uint64_t>();
}

std::uint8_t const* data_of(std::string const& text)
{
    return reinterpret_cast<std::uint8_t const*>(text.data());
}

Result<Secret> derive(Json const& crypto, Secret const& passphrase)
{
    auto const kdf = crypto.value("kdf", std::string());
    auto const parameters = crypto.value("kdfparams", Json::object());
    auto const salt = TRY(hex_field(parameters, "salt"));
    auto const length = TRY(number_field(parameters, "dklen"));
    if (length < 32 || length > 1024)
        return fail(Errc::invalid_input, "keystore: dklen {} is not between 32 and 1024", length);
    Secret key(length);
    auto const* words = reinterpret_cast<char const*>(passphrase.bytes().data());
    if (kdf == "scrypt") {
        auto const n = TRY(number_field(parameters, "n"));
        auto const r = TRY(number_field(parameters, "r"));
        auto const p = TRY(number_field(parameters, "p"));
        if (n > (1u << 24) || r > 1024 || p > 64 || 128 * n * r > memory_limit ||
            n * r * p > (std::uint64_t{1} << 24))
            return fail(Errc::limit,
                        "keystore: scrypt with n={} r={} p={} asks for more memory than is allowed", n, r, p);
        // libsodium rather than OpenSSL, which refuses n >= 2^(16 r); wallets in the field have written such
        // files.
        if (crypto_pwhash_scryptsalsa208sha256_ll(passphrase.bytes().data(), passphrase.size(), data_of(salt),
                                                  salt.size(), n, static_cast<std::uint32_t>(r),
                                                  static_cast<std::uint32_t>(p), key.bytes().data(),
                                                  key.size()) != 0)
            return fail(Errc::invalid_input, "keystore: scrypt refuses n={} r={} p={}", n, r, p);
        return key;
    }
    if (kdf == "pbkdf2") {
        auto const rounds = TRY(number_field(parameters, "c"));
        if (parameters.value("prf", std::string()) != "hmac-sha256")
            return fail(Errc::unsupported, "keystore: pbkdf2 is read with prf hmac-sha256 only");
        if (rounds == 0 || rounds > 10'000'000)
            return fail(Errc::limit, "keystore: pbkdf2 with {} rounds", rounds);
        if (PKCS5_PBKDF2_HMAC(words, static_cast<int>(passphrase.size()), data_of(salt),
                              static_cast<int>(salt.size()), static_cast<int>(rounds), EVP_sha256(),
                              static_cast<int>(key.size()), key.bytes().data()) != 1)
            return fail(Errc::internal, "keystore: pbkdf2 failed");
        return key;
    }
    return fail(Errc::unsupported, "keystore: kdf \"{}\" is not known; scrypt and pbkdf2 are", kdf);
}

Hash256 mac_of(Secret const& key, std::span<std::uint8_t const> cipher_text)
{
    Secret framed(16 + cipher_text.size());
    std::copy_n(key.bytes().begin() + 16, 16, framed.bytes().begin());
    std::copy(cipher_text.begin(), cipher_text.end(), framed.bytes().begin() + 16);
    return keccak256(framed.bytes());
}

Result<Secret> aes128_ctr(Secret const& key, std::string const& iv, std::span<std::uint8_t const> input)
{
    std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)> context(EVP_CIPHER_CTX_new(),
                                                                            &EVP_CIPHER_CTX_free);
    std::array<std::uint8_t, 16>
        counter{}; // a short vector is padded on the left, as wallets in the field do
    std::copy(iv.begin(), iv.end(), counter.end() - static_cast<std::ptrdiff_t>(iv.size()));
    Secret output(input.size());
    int length = 0;
    if (EVP_EncryptInit_ex(context.get(), EVP_aes_128_ctr(), nullptr, key.bytes().data(), counter.data()) !=
            1 ||
        EVP_EncryptUpdate(context.get(), output.bytes().data(), &length, input.data(),
                          static_cast<int>(input.size())) != 1)
        return fail(Errc::internal, "keystore: AES-128-CTR failed");
    return output;
}

std::string uuid4()
{
    auto random = random_secret(16).value();
    auto bytes = random.bytes();
    bytes[6] = static_cast<std::uint8_t>((bytes[6] & 0x0f) | 0x40);
    bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3f) | 0x80);
    auto const text = hex(bytes);
    return fmt::format("{}-{}-{}-{}-{}", text.substr(0, 8), text.substr(8, 4), text.substr(12, 4),
                       text.substr(16, 4), text.substr(20));
}

} // namespace

Result<PrivateKey> open_keystore(Json const& keystore, Secret const& passphrase)
{
    if (!keystore.is_object() || keystore.value("version", Json()) != 3)
        return fail(Errc::unsupported, "keystore: only version 3 files can be opened");
    auto const crypto = keystore.contains("crypto") ? keystore["crypto"] : keystore.value("Crypto", Json());
    if (!crypto.is_object()) return fail(Errc::invalid_input, "keystore: the field \"crypto\" is missing");
    if (crypto.value("cipher", std::string()) != "aes-128-ctr")
        return fail(Errc::unsupported, "keystore: the cipher is not aes-128-ctr");
    auto const cipher_text = TRY(hex_field(crypto, "ciphertext"));
    auto const mac = TRY(hex_field(crypto, "mac"));
    auto const iv = TRY(hex_field(crypto.value("cipherparams", Json::object()), "iv"));
    if (iv.size() > 16 || cipher_text.size() > 64)
        return fail(Errc::invalid_input, "keystore: iv or ciphertext is too long");
    auto const key = TRY(derive(crypto, passphrase));
    std::span const sealed(data_of(cipher_text), cipher_text.size());
    auto const expected = mac_of(key, sealed);
    if (mac.size() != expected.size() || CRYPTO_memcmp(mac.data(), expected.data(), expected.size()) != 0)
        return fail(Errc::denied, "keystore: the passphrase is wrong");
    auto plain = TRY(aes128_ctr(key, iv, sealed));
    auto opened = TRY(PrivateKey::from_bytes(std::move(plain)));
    if (keystore.contains("address")) {
        auto const claimed = keystore_address(keystore);
        if (!claimed || !(*claimed == opened.address()))
            return fail(Errc::invalid_input,
                        "keystore: the key inside belongs to {}, not to the address the file states",
                        opened.address().str());
    }
    return opened;
}

Result<Json> make_keystore(PrivateKey const& key, Secret const& passphrase, KeystoreCost cost)
{
    auto const salt = TRY(random_secret(32));
    auto const iv = TRY(random_secret(16));
    Json crypto = {{"cipher", "aes-128-ctr"},
                   {"cipherparams", {{"iv", hex(iv.bytes())}}},
                   {"kdf", "scrypt"},
                   {"kdfparams",
                    {{"dklen", 32u},
                     {"n", cost == KeystoreCost::standard ? 262144u : 4096u},
                     {"r", 8u},
                     {"p", 1u},
                     {"salt", hex(salt.bytes())}}}};
    auto const derived = TRY(derive(crypto, passphrase));
    auto const iv_text = std::string(iv.bytes().begin(), iv.bytes().end());
    auto const cipher_text = TRY(aes128_ctr(derived, iv_text, key.expose().bytes()));
    crypto["ciphertext"] = hex(cipher_text.bytes());
    crypto["mac"] = hex(mac_of(derived, cipher_text.bytes()));
    return Json{{"version", 3}, {"id", uuid4()}, {"address", hex(key.address().bytes)}, {"crypto", crypto}};
}

Result<Address> keystore_address(Json const& keystore)
{
    if (!keystore.is_object() || !keystore.contains("address") || !keystore["address"].is_string())
        return fail(Errc::not_found, "keystore: the file states no address");
    auto text = keystore["address"].get<std::string>();
    return Address::parse(text.starts_with("0x") ? text : "0x" + text);
}

} // namespace soulvan::wallet
