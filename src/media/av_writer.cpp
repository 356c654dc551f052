// H.264 in MP4 by libx264: tagged, closed groups, the index first, the same bytes for the same frames.
#include "av_error.h"
#include "av_module.h"

#include <algorithm>
#include <cstring>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/opt.h>
}

namespace soulvan::media {
namespace {

template <class T, void (*free_one)(T**)>
struct FreeBy {
    void operator()(T* what) const { free_one(&what); }
};
using CodecPtr = std::unique_ptr<AVCodecContext, FreeBy<AVCodecContext, avcodec_free_context>>;
using FramePtr = std::unique_ptr<AVFrame, FreeBy<AVFrame, av_frame_free>>;
using PacketPtr = std::unique_ptr<AVPacket, FreeBy<AVPacket, av_packet_free>>;

class Mp4Writer : public VideoWriter {
public:
    explicit Mp4Writer(std::string name) : name_(std::move(name)) {}
    Mp4Writer(Mp4Writer const&) = delete;
    Mp4Writer& operator=(Mp4Writer const&) = delete;
    ~Mp4Writer() override
    {
        if (!muxer_) return;
        if (muxer_->pb) avio_closep(&muxer_->pb);
        avformat_free_context(muxer_);
    }

    Result<> open(std::string const& path, EncodeSettings const& settings);
    Result<> add(YuvFrame const& frame) override;
    Result<> finish() override;

private:
    Result<> open_encoder(EncodeSettings const& settings);
    Result<> write_packets();

    std::string name_;
    AVFormatContext* muxer_ = nullptr;
    AVStream* stream_ = nullptr;
    CodecPtr encoder_;
    FramePtr frame_;
    PacketPtr packet_;
    std::int64_t next_ = 0;
};

Result<> Mp4Writer::open_encoder(EncodeSettings const& settings)
{
    auto const* codec = avcodec_find_encoder_by_name("libx264");
    if (!codec)
        return fail(Errc::unsupported, "this build of FFmpeg has no libx264: install Debian's libavcodec59");
    encoder_.reset(avcodec_alloc_context3(codec));
    encoder_->width = settings.width;
    encoder_->height = settings.height;
    encoder_->pix_fmt = AV_PIX_FMT_YUV420P;
    encoder_->sample_aspect_ratio = {1, 1};
    encoder_->time_base = {settings.rate.denominator, settings.rate.numerator};
    encoder_->framerate = {settings.rate.numerator, settings.rate.denominator};
    // Untagged files are guessed as BT.601 below 720 lines: reds and greens shift. Both convert and tag, or
    // neither.
    encoder_->color_primaries = AVCOL_PRI_BT709;
    encoder_->color_trc = AVCOL_TRC_BT709;
    encoder_->colorspace = AVCOL_SPC_BT709;
    encoder_->color_range = AVCOL_RANGE_MPEG;
    encoder_->chroma_sample_location = AVCHROMA_LOC_LEFT;
    double const fps = static_cast<double>(settings.rate.numerator) / settings.rate.denominator;
    encoder_->gop_size = std::max(1, static_cast<int>(2 * fps + 0.5));
    encoder_->thread_count = settings.threads; // libx264's bytes depend on it
    encoder_->flags |= AV_CODEC_FLAG_CLOSED_GOP | AV_CODEC_FLAG_BITEXACT;
    if (muxer_->oformat->flags & AVFMT_GLOBALHEADER) encoder_->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;

    AVDictionary* options = nullptr;
    av_dict_set_int(&options, "crf", settings.crf, 0);
    av_dict_set(&options, "preset", settings.preset.c_str(), 0);
    av_dict_set(&options, "profile", "high", 0);
    // x264's AVX-512 code was seen to give other bytes from run to run for equal frames; AVX2 is what the
    // rest of a delivery is pinned to.
    av_dict_set(&options, "x264-params", "asm=AVX2", 0);
    int const error = avcodec_open2(encoder_.get(), codec, &options);
    av_dict_free(&options);
    if (error < 0)
        return fail(Errc::invalid_input, "{}: H.264 cannot be encoded at {}x{}, CRF {}, preset \"{}\"", name_,
                    settings.width, settings.height, settings.crf, settings.preset);
    return {};
}

Result<> Mp4Writer::open(std::string const& path, EncodeSettings const& settings)
{
    // "file:" keeps a name with a colon from being taken for a protocol.
    std::string const url = "file:" + path;
    if (int error = avformat_alloc_output_context2(&muxer_, nullptr, "mp4", url.c_str()); error < 0)
        return av_refused(name_, "preparing the MP4", error);
    TRY(open_encoder(settings));
    stream_ = avformat_new_stream(muxer_, nullptr);
    frame_.reset(av_frame_alloc());
    packet_.reset(av_packet_alloc());
    if (!stream_ || !frame_ || !packet_) return fail(Errc::limit, "{}: no memory to encode it", name_);
    stream_->time_base = encoder_->time_base;
    stream_->avg_frame_rate = encoder_->framerate;
    avcodec_parameters_from_context(stream_->codecpar, encoder_.get());
    muxer_->flags |= AVFMT_FLAG_BITEXACT; // no dates, no version of the muxer

    if (int error = avio_open(&muxer_->pb, url.c_str(), AVIO_FLAG_WRITE); error < 0)
        return av_refused(name_, "writing", error);
    AVDictionary* options = nullptr;
    av_dict_set(&options, "movflags", "+faststart", 0);
    int const error = avformat_write_header(muxer_, &options);
    av_dict_free(&options);
    if (error < 0) return av_refused(name_, "writing the MP4 header", error);

    frame_->format = AV_PIX_FMT_YUV420P;
    frame_->width = settings.width;
    frame_->height = settings.height;
    if (int allocated = av_frame_get_buffer(frame_.get(), 0); allocated < 0)
        return av_refused(name_, "allocating a frame", allocated);
    return {};
}

Result<> Mp4Writer::add(YuvFrame const& source)
{
    if (int error = av_frame_make_writable(frame_.get()); error < 0)
        return av_refused(name_, "allocating a frame", error);
    auto const copy = [&](int plane, std::vector<std::uint8_t> const& from, int width, int height) {
        for (int y = 0; y < height; ++y)
            std::memcpy(frame_->data[plane] + static_cast<std::ptrdiff_t>(y) * frame_->linesize[plane],
                        from.data() + static_cast<std::size_t>(y) * width, static_cast<std::size_t>(width));
    };
    copy(0, source.y, source.width, source.height);
    copy(1, source.cb, source.width / 2, source.height / 2);
    copy(2, source.cr, source.width / 2, source.height / 2);
    frame_->pts = next_++;
    frame_->pict_type = AV_PICTURE_TYPE_NONE;
    if (int error = avcodec_send_frame(encoder_.get(), frame_.get()); error < 0)
        return av_refused(name_, "encoding", error);
    return write_packets();
}

Result<> Mp4Writer::write_packets()
{
    for (;;) {
        int error = avcodec_receive_packet(encoder_.get(), packet_.get());
        if (error == AVERROR(EAGAIN) || error == AVERROR_EOF) return {};
        if (error < 0) return av_refused(name_, "encoding", error);
        packet_->duration = 1; // else the last frame lasts no time and the video is one frame short
        av_packet_rescale_ts(packet_.get(), encoder_->time_base, stream_->time_base);
        packet_->stream_index = stream_->index;
        error = av_interleaved_write_frame(muxer_, packet_.get());
        if (error < 0) return av_refused(name_, "writing", error);
        if (muxer_->pb->error < 0) return av_refused(name_, "writing", muxer_->pb->error);
    }
}

Result<> Mp4Writer::finish()
{
    if (int error = avcodec_send_frame(encoder_.get(), nullptr); error < 0)
        return av_refused(name_, "encoding", error);
    TRY(write_packets());
    if (int error = av_write_trailer(muxer_); error < 0) return av_refused(name_, "writing the index", error);
    if (int error = avio_closep(&muxer_->pb); error < 0) return av_refused(name_, "closing", error);
    return {};
}

} // namespace

Result<std::unique_ptr<VideoWriter>> open_writer(std::string const& path, std::string const& name,
                                                 EncodeSettings const& settings)
{
    auto writer = std::make_unique<Mp4Writer>(name);
    TRY(writer->open(path, settings));
    return std::unique_ptr<VideoWriter>(std::move(writer));
}

} // namespace soulvan::media
