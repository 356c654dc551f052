// Frames of a delivery on disk: keyed, validated when committed, found again by a later run.
#pragma once

#include "layout.h"

#include "soulvan/engines/engine.h"
#include "soulvan/media/display.h"
#include "soulvan/storage/step_store.h"

#include <string>

namespace soulvan::jobs {

/// The frames of one shot, or its hero still.
class DiskFrameStore final : public engines::FrameStore {
public:
    struct Plan {
        engines::Shot shot;
        std::string closure;       ///< id of the stage's closure
        std::string engine;        ///< name and version
        bool hero = false;         ///< files are `layout.hero` + ".exr", not numbered frames
        std::string preview;       ///< where previews go, relative; "" for none
        bool display_only = false; ///< PNG frames: the EXR is not kept
    };
    DiskFrameStore(DeliveryLayout const& layout, Plan plan, media::DisplayTransform display)
        : layout_(layout),
          plan_(std::move(plan)),
          display_(std::move(display)),
          steps_(layout.folder)
    {}

    Result<bool> has(int number) override;
    Result<> put(int number, media::Frame const& frame) override;
    Result<bool> has_pass(int number) override;
    Result<> put_pass(int number, media::Frame const& pass) override;
    Result<media::Frame> get_pass(int number) override;
    Result<> preview(int number, media::Image const& beauty, int samples) override;

    /// Relative paths of what frame `number` consists of.
    std::vector<std::string> files_of(int number) const;
    int rendered() const { return rendered_; }
    int reused() const { return reused_; }

private:
    Result<storage::StepKey> key(int number, bool pass) const;
    Result<> validate(std::string const& path, media::Frame const& written) const;

    DeliveryLayout const& layout_;
    Plan plan_;
    media::DisplayTransform display_;
    storage::StepStore steps_;
    int rendered_ = 0, reused_ = 0;
};

} // namespace soulvan::jobs
