// Where the files of a delivery lie: decided once from the job, used by every step.
#pragma once

#include "soulvan/jobs/job.h"

namespace soulvan::jobs {

/// All paths but `folder` are relative to it, with '/'. An empty one is not part of the delivery.
struct DeliveryLayout {
    std::filesystem::path folder;
    std::string stage;     ///< "scene.usda"
    std::string assets;    ///< folder of what the stage refers to, relative to the stage
    std::string frames;    ///< folder of the numbered frames, "" for the folder itself
    std::string extension; ///< of frames: ".exr" or ".png"
    std::string hero;      ///< "hero" without extension
    std::string video, preview, clip_preview, manifest, meta;
    std::string work = ".soulvan"; ///< records of steps, passes, the lock; not delivered

    std::string frame(int number) const;
    std::string pass(int number) const;
};

/// A folder gets the whole tree; a file keeps its name, and what else there is goes into "<stem>.files/".
/// Errors  invalid_input: an extension that does not fit the format.
Result<DeliveryLayout> layout_of(Job const& job);

} // namespace soulvan::jobs
