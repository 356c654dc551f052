// The closure of a stage: every file that decides what it shows, and one id over all of them.
#pragma once

#include "soulvan/base/result.h"
#include "soulvan/usd/stage.h"

#include <string>
#include <vector>

namespace soulvan::jobs {

struct ClosureFile {
    std::string path; ///< relative to the stage's folder where it lies below, else the file's name
    std::string sha256;
    std::filesystem::path absolute;
};

struct Closure {
    std::vector<ClosureFile> files; ///< layers and assets, sorted
    std::string id;                 ///< SHA-256 over sorted (path, sha256)
};

Result<Closure> closure_of(usd::Stage const& stage, std::filesystem::path const& folder);

} // namespace soulvan::jobs
