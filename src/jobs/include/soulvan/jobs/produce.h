// The order of the steps: stage → frames → video → signed manifest, resumable at every arrow.
#pragma once

#include "soulvan/base/progress.h"
#include "soulvan/base/signer.h"
#include "soulvan/jobs/job.h"

#include <functional>
#include <map>
#include <stop_token>
#include <vector>

namespace soulvan::jobs {

/// What a job needs from the world around it, bound by `app`.
struct Studio {
    engines::EngineOptions engines;
    Signer* signer = nullptr;                 ///< null: manifests stay unsigned
    std::string wallet;                       ///< linked address or ""
    std::function<std::string()> now;         ///< RFC 3339 UTC
    std::filesystem::path cache;              ///< converted models, by content
    std::filesystem::path library;            ///< folder of furniture archives; "" is Debian's
    std::map<std::string, std::string> tools; ///< name → version, into the manifest
    int threads = 0;
    bool fast_isa = false;
};

/// What was delivered; a path is empty when the format has no such file.
struct Delivery {
    std::filesystem::path folder, stage, frames, hero, video, preview, manifest, meta;
    int frames_rendered = 0, frames_reused = 0;
    std::string audit = "not available";
};

/// Runs a job. Killed at any moment and run again with the same job, it continues and ends with the same
/// bytes; what is complete is not done again. Errors  as the rooms below; io: another run is writing into the
/// same output.
Result<Delivery> produce(Job const& job, Studio const& studio, Progress& progress, std::stop_token stop);

} // namespace soulvan::jobs
