// Keys in a folder, signers that open them on use, and the linked address.
#include "soulvan/wallet/signer.h"

#include "soulvan/base/file.h"
#include "soulvan/base/hash.h"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace soulvan::wallet {
namespace fs = std::filesystem;
namespace {

fs::path key_file(WalletFolder const& folder, std::string const& name)
{
    return folder.path / "keys" / (name + ".json");
}
fs::path passphrase_file(WalletFolder const& folder, std::string const& name)
{
    return folder.path / "keys" / (name + ".passphrase");
}

Result<> check_name(std::string const& name)
{
    auto const plain = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    };
    if (name.empty() || name.size() > 64 || !std::all_of(name.begin(), name.end(), plain))
        return fail(Errc::invalid_input, "\"{}\" is no key name: use a-z, 0-9, - and _, at most 64 of them",
                    name);
    return {};
}

Result<KeyRecord> store_key(WalletFolder const& folder, std::string const& name, Secret const& passphrase,
                            KeystoreCost cost)
{
    auto const key = TRY(PrivateKey::create());
    auto const keystore = TRY(make_keystore(key, passphrase, cost));
    TRY(write_file(key_file(folder, name), pretty_json(keystore), 0600));
    return KeyRecord{name, key.address(), fs::exists(passphrase_file(folder, name))};
}

class KeystoreSigner final : public Signer {
public:
    KeystoreSigner(WalletFolder folder, std::string name, AskPassphrase ask)
        : folder_(std::move(folder)),
          name_(std::move(name)),
          ask_(std::move(ask))
    {}

    Result<Signature> sign(std::string_view text) override
    {
        if (!key_) {
            auto key = TRY(open());
            key_ = std::make_unique<PrivateKey>(std::move(key));
        }
        return Signature{"eip191", key_->address().str(),
                         key_->sign_digest(personal_message_digest(text)).str(),
                         unattended_ ? "local-unattended" : "keystore"};
    }

private:
    Result<PrivateKey> open()
    {
        auto const keystore = TRY(read_json(key_file(folder_, name_)));
        unattended_ = fs::exists(passphrase_file(folder_, name_));
        auto const passphrase = unattended_ ? TRY(secret_from_file(passphrase_file(folder_, name_)))
                                            : TRY(ask_(fmt::format("Passphrase of the key \"{}\": ", name_)));
        auto key = open_keystore(keystore, passphrase);
        if (!key) return within(key_file(folder_, name_).string(), key.error());
        return key;
    }

    WalletFolder folder_;
    std::string name_;
    AskPassphrase ask_;
    std::unique_ptr<PrivateKey> key_;
    bool unattended_ = false;
};

} // namespace

Result<KeyRecord> create_key(WalletFolder const& folder, std::string const& name, Secret const& passphrase)
{
    TRY(check_name(name));
    if (fs::exists(key_file(folder, name)))
        return fail(Errc::invalid_input, "a key named \"{}\" exists in {}; choose another name", name,
                    folder.path.string());
    if (passphrase.size() < 8) return fail(Errc::invalid_input, "a passphrase needs at least 8 characters");
    return store_key(folder, name, passphrase, KeystoreCost::standard);
}

Result<KeyRecord> ensure_unattended_key(WalletFolder const& folder, std::string const& name)
{
    TRY(check_name(name));
    if (fs::exists(key_file(folder, name))) {
        auto const keystore = TRY(read_json(key_file(folder, name)));
        auto const address = TRY(keystore_address(keystore));
        return KeyRecord{name, address, fs::exists(passphrase_file(folder, name))};
    }
    auto const random = TRY(random_secret(32));
    Secret const passphrase(hex(random.bytes()));
    // The passphrase first: a key whose passphrase was never stored would be lost.
    TRY(write_file(passphrase_file(folder, name),
                   std::string(passphrase.bytes().begin(), passphrase.bytes().end()) + "\n", 0600));
    return store_key(folder, name, passphrase, KeystoreCost::light);
}

Result<std::vector<KeyRecord>> list_keys(WalletFolder const& folder)
{
    std::vector<KeyRecord> keys;
    std::error_code none;
    for (auto const& entry : fs::directory_iterator(folder.path / "keys", none)) {
        if (entry.path().extension() != ".json") continue;
        auto const name = entry.path().stem().string();
        auto const keystore = TRY(read_json(entry.path()));
        auto const address = TRY(keystore_address(keystore));
        keys.push_back({name, address, fs::exists(passphrase_file(folder, name))});
    }
    std::sort(keys.begin(), keys.end(), [](auto const& a, auto const& b) { return a.name < b.name; });
    return keys;
}

Result<std::unique_ptr<Signer>> open_signer(WalletFolder const& folder, std::string const& name,
                                            AskPassphrase ask)
{
    if (!fs::exists(key_file(folder, name)))
        return fail(Errc::not_found,
                    "there is no key named \"{}\" in {}; make one with: soulvan wallet create --name {}",
                    name, folder.path.string(), name);
    return std::unique_ptr<Signer>(std::make_unique<KeystoreSigner>(folder, name, std::move(ask)));
}

Result<> link_address(WalletFolder const& folder, Address const& address)
{
    return write_file(folder.path / "wallet.json", pretty_json(Json{{"wallet", address.str()}}));
}

Result<std::optional<Address>> linked_address(WalletFolder const& folder)
{
    auto const path = folder.path / "wallet.json";
    if (!fs::exists(path)) return std::optional<Address>();
    auto const json = TRY(read_json(path));
    if (!json.is_object() || !json.contains("wallet") || !json["wallet"].is_string())
        return fail(Errc::invalid_input,
                    "{}: the field \"wallet\" is missing; link again with: soulvan link-wallet 0x…",
                    path.string());
    auto const address = TRY(Address::parse(json["wallet"].get<std::string>()));
    return std::optional(address);
}

} // namespace soulvan::wallet
