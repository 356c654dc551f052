// Secrets: bytes with one owner, wiped at the end, that neither copy nor print.
#pragma once

#include "soulvan/base/result.h"

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace soulvan::wallet {

class Secret {
public:
    Secret() = default;
    explicit Secret(std::size_t size) : bytes_(size) {}
    explicit Secret(std::string_view text) : bytes_(text.begin(), text.end()) {}
    Secret(Secret&& other) noexcept : bytes_(std::move(other.bytes_)) { other.bytes_.clear(); }
    Secret& operator=(Secret&& other) noexcept;
    Secret(Secret const&) = delete;
    Secret& operator=(Secret const&) = delete;
    ~Secret();

    std::span<std::uint8_t> bytes() { return bytes_; }
    std::span<std::uint8_t const> bytes() const { return bytes_; }
    std::size_t size() const { return bytes_.size(); }

private:
    std::vector<std::uint8_t> bytes_;
};

/// `size` bytes from the operating system's generator. Errors  internal.
Result<Secret> random_secret(std::size_t size);
/// The first line of a file, without its end. Errors  not_found, io; denied: the file is readable by others.
Result<Secret> secret_from_file(std::filesystem::path const& path);

} // namespace soulvan::wallet
