// Step keys to outputs: what makes a chain of steps resume. (Bytes by content id, S3 and IPFS come with their
// issue.)
#pragma once

#include "soulvan/base/json.h"
#include "soulvan/base/result.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace soulvan::storage {

/// The identity of a piece of work: SHA-256 of the canonical JSON {step, version, inputs, settings, seed}.
/// Where the output goes, thread count and log level are in no key.
struct StepKey {
    std::string hex;
    friend auto operator<=>(StepKey const&, StepKey const&) = default;
};
Result<StepKey> step_key(std::string const& step, int version, std::vector<std::string> const& inputs,
                         Json const& settings, std::uint64_t seed);

/// An output that a step committed.
struct StepOutput {
    std::string path; ///< relative to the store's root
    std::string sha256;
    std::uint64_t bytes = 0;
};

/// Records under `<root>/.soulvan/steps/`, one small file per key, each written all or nothing after the
/// outputs it names. A record whose outputs are gone or altered counts as absent.
class StepStore {
public:
    explicit StepStore(std::filesystem::path root) : root_(std::move(root)) {}

    /// The outputs of `key` when they are all there; sizes are compared always, hashes when `thorough`.
    Result<std::optional<std::vector<StepOutput>>> find(StepKey const& key, bool thorough = true) const;
    /// Hashes the outputs and records them.
    Result<std::vector<StepOutput>> commit(StepKey const& key, std::vector<std::string> const& paths) const;
    std::filesystem::path const& root() const { return root_; }

private:
    std::filesystem::path root_;
};

} // namespace soulvan::storage
