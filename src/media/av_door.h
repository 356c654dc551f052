// The door of soulvan_av.so, the module that holds FFmpeg's libraries; private to the room.
#pragma once

#include "yuv.h"

#include "soulvan/base/result.h"
#include "soulvan/media/image.h"
#include "soulvan/media/video.h"

#include <memory>
#include <string>

namespace soulvan::media {

struct EncodeSettings {
    int width = 0, height = 0; ///< even
    FrameRate rate;
    int crf = 18;
    std::string preset = "medium";
    int threads = 2;
};

class VideoWriter {
public:
    virtual ~VideoWriter() = default;
    virtual Result<> add(YuvFrame const& frame) = 0;
    /// Flushes the encoder, writes the index in front of the data, closes the file.
    virtual Result<> finish() = 0;
};

struct VideoTags {
    int width = 0, height = 0;
    FrameRate rate;
    double seconds = 0;
    bool is_yuv420p = false;
    /// BT.709 primaries, transfer and matrix, limited range.
    bool is_bt709 = false;
};

class VideoReader {
public:
    virtual ~VideoReader() = default;
    virtual VideoTags const& tags() const = 0;
    /// False at the end of the video. The frame of the last successful call is what planes() and rgb() give.
    virtual Result<bool> next() = 0;
    /// The decoded samples as they are; only for 8-bit 4:2:0.
    virtual YuvFrame planes() const = 0;
    /// Display-referred RGB 0..1, by the file's own matrix and range (BT.709 for HD where it says nothing).
    virtual Result<Image> rgb() const = 0;
};

/// `name` is what sentences call the file.
struct AvDoor {
    Result<std::unique_ptr<VideoWriter>> (*write)(std::string const& path, std::string const& name,
                                                  EncodeSettings const& settings);
    Result<std::unique_ptr<VideoReader>> (*read)(std::string const& path, std::string const& name,
                                                 std::int64_t max_pixels);
};
/// `AvDoor const* soulvan_av_door()`
inline constexpr char const* av_door_symbol = "soulvan_av_door";

} // namespace soulvan::media
