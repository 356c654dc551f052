// SHA-256 by OpenSSL's EVP interface, and hexadecimal text.
#include "soulvan/base/hash.h"

#include <cstdio>
#include <vector>

#include <openssl/evp.h>

namespace soulvan {

struct Sha256::State {
    EVP_MD_CTX* context = EVP_MD_CTX_new();
    State() { reset(); }
    ~State() { EVP_MD_CTX_free(context); }
    void reset() { SOULVAN_CHECK(EVP_DigestInit_ex(context, EVP_sha256(), nullptr) == 1); }
};

Sha256::Sha256() : state_(std::make_unique<State>()) {}
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

Sha256& Sha256::update(std::span<std::byte const> bytes)
{
    SOULVAN_CHECK(EVP_DigestUpdate(state_->context, bytes.data(), bytes.size()) == 1);
    return *this;
}

Sha256& Sha256::update(std::string_view text)
{
    return update(std::as_bytes(std::span(text)));
}

Digest Sha256::finish()
{
    Digest digest{};
    unsigned length = 0;
    SOULVAN_CHECK(EVP_DigestFinal_ex(state_->context, digest.data(), &length) == 1 &&
                  length == digest.size());
    state_->reset();
    return digest;
}

Digest sha256(std::string_view bytes)
{
    return Sha256().update(bytes).finish();
}
Digest sha256(std::span<std::byte const> bytes)
{
    return Sha256().update(bytes).finish();
}

Result<Digest> sha256_of_file(std::filesystem::path const& path)
{
    std::FILE* file = std::fopen(path.c_str(), "rb");
    if (!file) return fail(Errc::not_found, "{}: cannot be opened for reading", path.string());
    Sha256 hash;
    std::vector<std::byte> buffer(1 << 18);
    while (std::size_t n = std::fread(buffer.data(), 1, buffer.size(), file))
        hash.update(std::span(buffer).first(n));
    bool const broken = std::ferror(file) != 0;
    std::fclose(file);
    if (broken) return fail(Errc::io, "{}: reading failed", path.string());
    return hash.finish();
}

std::string hex(std::span<std::uint8_t const> bytes)
{
    constexpr char digits[] = "0123456789abcdef";
    std::string text;
    text.reserve(bytes.size() * 2);
    for (auto byte : bytes) {
        text += digits[byte >> 4];
        text += digits[byte & 15];
    }
    return text;
}

Result<std::string> bytes_from_hex(std::string_view text)
{
    if (text.starts_with("0x") || text.starts_with("0X")) text.remove_prefix(2);
    if (text.size() % 2) return fail(Errc::invalid_input, "hexadecimal text of odd length {}", text.size());
    auto const digit = [](char c) {
        if (c >= '0' && c <= '9') return c - '0';
        if (c >= 'a' && c <= 'f') return c - 'a' + 10;
        if (c >= 'A' && c <= 'F') return c - 'A' + 10;
        return -1;
    };
    std::string bytes;
    for (std::size_t i = 0; i < text.size(); i += 2) {
        int const high = digit(text[i]), low = digit(text[i + 1]);
        if (high < 0 || low < 0) return fail(Errc::invalid_input, "no hexadecimal digit at position {}", i);
        bytes += static_cast<char>(high << 4 | low);
    }
    return bytes;
}

} // namespace soulvan
