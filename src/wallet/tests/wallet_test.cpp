// Addresses, signatures and keystores against published vectors.
#include "soulvan/base/file.h"
#include "soulvan/base/hash.h"
#include "soulvan/base/json.h"
#include "soulvan/wallet/signer.h"

#include <filesystem>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sys/stat.h>

namespace soulvan::wallet {
namespace fs = std::filesystem;
namespace {

fs::path const vectors = fs::path(SOULVAN_SHARED_DIR) / "data/vectors/eth";

PrivateKey key_of(std::string const& digits)
{
    return PrivateKey::from_bytes(Secret(std::string_view(bytes_from_hex(digits).value()))).value();
}

#define NEED_VECTORS()                                                                                       \
    if (!fs::exists(vectors)) GTEST_SKIP() << "needs ../shared/data/vectors"

} // namespace

TEST(Keccak, EmptyTextIsNotSha3)
{
    EXPECT_EQ(hex(keccak256("")), "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470");
}

TEST(Address, AccountsOfEthers)
{
    NEED_VECTORS();
    auto const accounts = read_json(vectors / "accounts-eip55.json").value();
    for (auto const& account : accounts) {
        auto const address = account.at("address").get<std::string>();
        EXPECT_EQ(Address::parse(address).value().str(), address);
        if (account.contains("privateKey") && account["privateKey"].is_string()) {
            EXPECT_EQ(key_of(account["privateKey"].get<std::string>()).address().str(), address);
        }
    }
}

TEST(Address, AMistypedDigitIsNamed)
{
    auto const wrong = Address::parse("0x7E5F4552091A69125d5DfCb7b8C2659029395BdF");
    ASSERT_FALSE(wrong);
    EXPECT_NE(wrong.error().what.find("0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf"), std::string::npos);
    EXPECT_TRUE(Address::parse("0x7e5f4552091a69125d5dfcb7b8c2659029395bdf"));
    EXPECT_FALSE(Address::parse("7e5f4552091a69125d5dfcb7b8c2659029395bdf"));
    EXPECT_FALSE(Address::parse("0x7e5f"));
    EXPECT_FALSE(Address::parse("0x7e5f4552091a69125d5dfcb7b8c2659029395bdg"));
}

TEST(PersonalSign, VectorsOfEthAccount)
{
    NEED_VECTORS();
    auto const rows = read_json(vectors / "eip191-personal-sign.json").value();
    for (auto const& row : rows) {
        auto const text = row.at("message").get<std::string>();
        auto const key = key_of(row.at("private_key").get<std::string>());
        auto const digest = personal_message_digest(text);
        EXPECT_EQ("0x" + hex(digest), row.at("message_hash").get<std::string>());
        auto const signature = key.sign_digest(digest);
        EXPECT_EQ(signature.str(), row.at("signature").get<std::string>());
        EXPECT_EQ(recover(digest, signature).value(), key.address());
    }
}

// Made with eth-account 0.14: Account.sign_message(encode_defunct(text=…), key).
TEST(PersonalSign, TheManifestTextAsEthAccountSignsIt)
{
    auto const key = key_of("4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318");
    auto const text =
        "Soulvan manifest v1\nsha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    EXPECT_EQ(key.sign_digest(personal_message_digest(text)).str(),
              "0x657756bcc41d56b5c6153c1888d4df6dc912100d8b2c34f569ae1c131c73f08e767c677f7274847acd3e00776861"
              "0f60ab783ef1a2289cd097a5dd34ceabf7ef1b");
}

TEST(Recover, RefusesMalformedSignatures)
{
    RecoverableSignature zero;
    EXPECT_FALSE(recover(keccak256("x"), zero));
    auto signature = PrivateKey::create().value().sign_digest(keccak256("x"));
    signature.bytes[64] = 31;
    EXPECT_FALSE(recover(keccak256("x"), signature));
}

TEST(Keystore, VectorsOfEthereumTests)
{
    NEED_VECTORS();
    auto const cases = read_json(vectors / "keystore-v3-basic.json").value();
    for (auto const& [name, row] : cases.items()) {
        auto const key = open_keystore(row.at("json"), Secret(row.at("password").get<std::string>()));
        ASSERT_TRUE(key) << name << ": " << key.error().what;
        EXPECT_EQ(hex(key->expose().bytes()), row.at("priv").get<std::string>()) << name;
    }
}

TEST(Keystore, WhatIsMadeOpensWithItsPassphraseOnly)
{
    auto const key = PrivateKey::create().value();
    auto const keystore =
        make_keystore(key, Secret(std::string_view("correct horse")), KeystoreCost::light).value();
    EXPECT_EQ(open_keystore(keystore, Secret(std::string_view("correct horse"))).value().address(),
              key.address());
    EXPECT_EQ(open_keystore(keystore, Secret(std::string_view("wrong"))).error().code, Errc::denied);
    auto greedy = keystore;
    greedy["crypto"]["kdfparams"]["n"] = 1u << 30;
    EXPECT_EQ(open_keystore(greedy, Secret(std::string_view("correct horse"))).error().code, Errc::limit);
    auto negative = keystore;
    negative["crypto"]["kdfparams"]["n"] = -1;
    EXPECT_FALSE(open_keystore(negative, Secret(std::string_view("correct horse"))));
}

TEST(UnattendedKey, SignsWithoutAPersonAndItsFilesAreClosed)
{
    WalletFolder const folder{fs::temp_directory_path() / ("soulvan-wallet-" + std::to_string(::getpid()))};
    auto const record = ensure_unattended_key(folder).value();
    EXPECT_EQ(ensure_unattended_key(folder).value().address, record.address);
    for (auto const& entry : fs::directory_iterator(folder.path / "keys")) {
        struct stat status {};
        ::stat(entry.path().c_str(), &status);
        EXPECT_EQ(status.st_mode & 0777, 0600u) << entry.path();
    }
    auto const signer = open_signer(folder, "studio", [](std::string_view) -> Result<Secret> {
                            return fail(Errc::denied, "nobody to ask");
                        }).value();
    auto const signature = signer->sign("text").value();
    EXPECT_EQ(signature.key, "local-unattended");
    EXPECT_EQ(recover(personal_message_digest("text"), RecoverableSignature::parse(signature.value).value())
                  .value(),
              record.address);
    fs::remove_all(folder.path);
}

} // namespace soulvan::wallet
