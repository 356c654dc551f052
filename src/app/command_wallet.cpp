// `soulvan wallet` and `soulvan link-wallet`: keys on this machine and the address in every manifest.
#include "context.h"
#include "exit_code.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace soulvan::app {
namespace {

Json key_json(wallet::KeyRecord const& key)
{
    return {{"name", key.name},
            {"address", key.address.str()},
            {"kept", key.unattended ? "local-unattended" : "keystore"}};
}

std::string key_text(wallet::KeyRecord const& key)
{
    return fmt::format("{:<16} {}  {}\n", key.name, key.address.str(),
                       key.unattended ? "opens without a passphrase" : "under a passphrase");
}

Result<int> create(Context& context, std::string const& name, bool unattended)
{
    if (unattended) {
        auto const key = TRY(wallet::ensure_unattended_key(context.wallet_folder(), name));
        context.print(key_json(key), key_text(key));
        return ok;
    }
    auto const passphrase = TRY(context.ask_passphrase("New passphrase, 8 characters or more: "));
    if (context.environment.passphrase_file.empty()) {
        auto const again = TRY(context.ask_passphrase("The same again: "));
        if (!std::ranges::equal(passphrase.bytes(), again.bytes()))
            return fail(Errc::invalid_input, "the two passphrases differ; nothing was made");
    }
    auto const key = TRY(wallet::create_key(context.wallet_folder(), name, passphrase));
    context.print(key_json(key), key_text(key));
    return ok;
}

Result<int> list(Context& context)
{
    auto const keys = TRY(wallet::list_keys(context.wallet_folder()));
    auto const linked = TRY(wallet::linked_address(context.wallet_folder()));
    Json json = {{"keys", Json::array()}, {"linked", linked ? Json(linked->str()) : Json()}};
    std::string text;
    for (auto const& key : keys) {
        json["keys"].push_back(key_json(key));
        text += key_text(key);
    }
    if (keys.empty()) text = "There are no keys; make one with: soulvan wallet create\n";
    text += linked ? fmt::format("{:<16} {}\n", "linked", linked->str())
                   : "No address is linked; link one with: soulvan link-wallet 0x…\n";
    context.print(json, text);
    return ok;
}

Result<int> link(Context& context, std::string const& text)
{
    auto const address = TRY(wallet::Address::parse(text));
    TRY(wallet::link_address(context.wallet_folder(), address));
    context.print({{"wallet", address.str()}},
                  fmt::format("Linked {}: it is written into every manifest from now on.\n", address.str()));
    return ok;
}

} // namespace

void add_wallet(CLI::App& root, Context& context)
{
    struct Options {
        std::string name = "studio", address;
        bool unattended = false;
    };
    auto const options = std::make_shared<Options>();
    auto* command = root.add_subcommand("wallet", "Keys that sign manifests");
    command->require_subcommand(1);
    auto* make = command->add_subcommand(
        "create", "Make a key under a passphrase (SOULVAN_PASSPHRASE_FILE, else asked for)");
    make->add_option("--name", options->name, "Name of the key; \"studio\" signs deliveries")
        ->capture_default_str();
    make->add_flag("--unattended", options->unattended,
                   "Keep a random passphrase beside the key in a 0600 file");
    make->callback([options, &context] {
        context.run = [options, &context] { return create(context, options->name, options->unattended); };
    });
    command->add_subcommand("list", "The keys and the linked address")->callback([&context] {
        context.run = [&context] { return list(context); };
    });
    auto* linking = root.add_subcommand("link-wallet", "Name the address that goes into every manifest");
    linking
        ->add_option("address", options->address,
                     "0x and 40 hexadecimal digits; capitals are checked (EIP-55)")
        ->required();
    linking->callback([options, &context] {
        context.run = [options, &context] { return link(context, options->address); };
    });
}

} // namespace soulvan::app
