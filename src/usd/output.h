// Where do the bytes of a layer go while they are made: into memory, or into a file?
#pragma once

#include "soulvan/base/file.h"
#include "soulvan/usd/layer.h"

#include <string>
#include <string_view>
#include <utility>

namespace soulvan::usd {

/// One growing sequence of bytes. In a file only the last of them are in memory.
class Output {
public:
    Output() = default;
    explicit Output(FileWriter& file) : file_(&file) {}

    std::uint64_t size() const { return file_ ? file_->size() : memory_.size(); }
    Result<> append(std::string_view bytes)
    {
        if (file_) return file_->append(bytes);
        memory_ += bytes;
        return {};
    }
    /// Replaces what stands at `at`.
    Result<> replace(std::uint64_t at, std::string_view bytes)
    {
        if (file_) return file_->replace(at, bytes);
        memory_.replace(static_cast<std::size_t>(at), bytes.size(), bytes);
        return {};
    }
    /// Whether `bytes` stand at `at`.
    Result<bool> holds(std::uint64_t at, std::string_view bytes)
    {
        if (file_) return file_->holds(at, bytes);
        return std::string_view(memory_).substr(static_cast<std::size_t>(at), bytes.size()) == bytes;
    }
    /// What went into memory.
    std::string take() { return std::move(memory_); }

private:
    FileWriter* file_ = nullptr;
    std::string memory_;
};

/// Text that write_text() would make.
Result<> write_text(Layer const& layer, Output& output);
/// Crate that write_crate() would make.
Result<> write_crate(Layer const& layer, Output& output);

} // namespace soulvan::usd
