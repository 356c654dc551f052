// Wiping, random bytes, and passphrases from files.
#include "soulvan/wallet/secret.h"

#include "soulvan/base/file.h"

#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <sys/stat.h>

namespace soulvan::wallet {

Secret::~Secret()
{
    if (!bytes_.empty()) OPENSSL_cleanse(bytes_.data(), bytes_.size());
}

Secret& Secret::operator=(Secret&& other) noexcept
{
    std::swap(bytes_, other.bytes_);
    return *this;
}

Result<Secret> random_secret(std::size_t size)
{
    Secret secret(size);
    if (RAND_priv_bytes(secret.bytes().data(), static_cast<int>(size)) != 1)
        return fail(Errc::internal, "the operating system gave no random bytes");
    return secret;
}

Result<Secret> secret_from_file(std::filesystem::path const& path)
{
    auto text = TRY(read_file(path, 1 << 16));
    struct stat status {};
    bool const open_to_others = ::stat(path.c_str(), &status) == 0 && (status.st_mode & 077) != 0;
    Secret secret(std::string_view(text).substr(0, text.find_first_of("\r\n")));
    OPENSSL_cleanse(text.data(), text.size());
    if (open_to_others)
        return fail(Errc::denied, "{}: other users can read this passphrase file; run: chmod 600 {}",
                    path.string(), path.string());
    if (secret.size() == 0)
        return fail(Errc::invalid_input, "{}: the first line holds no passphrase", path.string());
    return secret;
}

} // namespace soulvan::wallet
