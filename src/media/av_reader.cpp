// Videos to decoded frames, through the formats and decoders that a picture pipeline meets.
#include "av_error.h"
#include "av_module.h"

#include <algorithm>
#include <cstring>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/pixdesc.h>
#include <libswscale/swscale.h>
}

namespace soulvan::media {
namespace {

class FileReader : public VideoReader {
public:
    explicit FileReader(std::string name) : name_(std::move(name)) {}
    FileReader(FileReader const&) = delete;
    FileReader& operator=(FileReader const&) = delete;
    ~FileReader() override
    {
        sws_freeContext(scaler_);
        av_packet_free(&packet_);
        av_frame_free(&frame_);
        avcodec_free_context(&decoder_);
        avformat_close_input(&demuxer_);
    }

    Result<> open(std::string const& path, std::int64_t max_pixels);
    VideoTags const& tags() const override { return tags_; }
    Result<bool> next() override;
    YuvFrame planes() const override;
    Result<Image> rgb() const override;

private:
    std::string name_;
    AVFormatContext* demuxer_ = nullptr;
    AVCodecContext* decoder_ = nullptr;
    AVFrame* frame_ = nullptr;
    AVPacket* packet_ = nullptr;
    mutable SwsContext* scaler_ = nullptr; // made for the first frame that rgb() converts
    int stream_ = -1;
    bool drained_ = false;
    VideoTags tags_;
};

Result<> FileReader::open(std::string const& path, std::int64_t max_pixels)
{
    demuxer_ = avformat_alloc_context();
    if (!demuxer_) return fail(Errc::limit, "{}: no memory to read it", name_);
    // Only containers that hold their own data: playlists could name other files and hosts.
    demuxer_->format_whitelist = av_strdup("mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts");
    demuxer_->protocol_whitelist = av_strdup("file");
    if (int error = avformat_open_input(&demuxer_, ("file:" + path).c_str(), nullptr, nullptr); error < 0)
        return av_refused(name_, "reading it as a video", error);
    if (int error = avformat_find_stream_info(demuxer_, nullptr); error < 0)
        return av_refused(name_, "reading its streams", error);
    AVCodec const* codec = nullptr;
    stream_ = av_find_best_stream(demuxer_, AVMEDIA_TYPE_VIDEO, -1, -1, &codec, 0);
    if (stream_ < 0 || !codec)
        return fail(Errc::invalid_input, "{}: has no video that can be decoded", name_);
    auto const* stream = demuxer_->streams[stream_];
    auto const* parameters = stream->codecpar;
    if (parameters->width < 1 || parameters->height < 1)
        return fail(Errc::invalid_input, "{}: its video has no size", name_);
    if (std::int64_t{parameters->width} * parameters->height > max_pixels)
        return fail(Errc::limit, "{}: {}x{} pixels are over the limit of {}", name_, parameters->width,
                    parameters->height, max_pixels);

    decoder_ = avcodec_alloc_context3(codec);
    frame_ = av_frame_alloc();
    packet_ = av_packet_alloc();
    if (!decoder_ || !frame_ || !packet_) return fail(Errc::limit, "{}: no memory to read it", name_);
    avcodec_parameters_to_context(decoder_, parameters);
    decoder_->thread_count = 2;
    decoder_->max_pixels = max_pixels;
    // A damaged frame is an error here, not something to conceal.
    decoder_->err_recognition = AV_EF_EXPLODE | AV_EF_CRCCHECK;
    if (int error = avcodec_open2(decoder_, codec, nullptr); error < 0)
        return av_refused(name_, "opening the decoder", error);

    tags_.width = parameters->width;
    tags_.height = parameters->height;
    tags_.rate = {stream->avg_frame_rate.num, std::max(1, stream->avg_frame_rate.den)};
    tags_.seconds = stream->duration != AV_NOPTS_VALUE
                        ? static_cast<double>(stream->duration) * av_q2d(stream->time_base)
                        : static_cast<double>(std::max<std::int64_t>(0, demuxer_->duration)) / AV_TIME_BASE;
    tags_.is_yuv420p = parameters->format == AV_PIX_FMT_YUV420P;
    tags_.is_bt709 = parameters->color_primaries == AVCOL_PRI_BT709 &&
                     parameters->color_trc == AVCOL_TRC_BT709 && parameters->color_space == AVCOL_SPC_BT709 &&
                     parameters->color_range == AVCOL_RANGE_MPEG;
    return {};
}

Result<bool> FileReader::next()
{
    for (;;) {
        int error = avcodec_receive_frame(decoder_, frame_);
        if (error == 0) return true;
        if (error == AVERROR_EOF) return false;
        if (error != AVERROR(EAGAIN)) return av_refused(name_, "decoding", error);
        if (drained_) return false;
        do {
            av_packet_unref(packet_);
            error = av_read_frame(demuxer_, packet_);
        } while (error == 0 && packet_->stream_index != stream_);
        if (error == AVERROR_EOF) {
            drained_ = true;
            error = avcodec_send_packet(decoder_, nullptr);
        } else if (error == 0) {
            error = avcodec_send_packet(decoder_, packet_);
        }
        av_packet_unref(packet_);
        if (error < 0) return av_refused(name_, "decoding", error);
    }
}

YuvFrame FileReader::planes() const
{
    if (frame_->format != AV_PIX_FMT_YUV420P || frame_->width % 2 || frame_->height % 2) return {};
    YuvFrame planes(frame_->width, frame_->height);
    auto const copy = [&](int plane, std::vector<std::uint8_t>& to, int width, int height) {
        for (int y = 0; y < height; ++y)
            std::memcpy(to.data() + static_cast<std::size_t>(y) * width,
                        frame_->data[plane] + static_cast<std::ptrdiff_t>(y) * frame_->linesize[plane],
                        static_cast<std::size_t>(width));
    };
    copy(0, planes.y, planes.width, planes.height);
    copy(1, planes.cb, planes.width / 2, planes.height / 2);
    copy(2, planes.cr, planes.width / 2, planes.height / 2);
    return planes;
}

Result<Image> FileReader::rgb() const
{
    int const width = frame_->width, height = frame_->height;
    auto const format = static_cast<AVPixelFormat>(frame_->format);
    scaler_ = sws_getCachedContext(scaler_, width, height, format, width, height, AV_PIX_FMT_RGB48LE,
                                   SWS_BICUBIC | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT | SWS_BITEXACT,
                                   nullptr, nullptr, nullptr);
    if (!scaler_) return fail(Errc::unsupported, "{}: its pixel format cannot be converted", name_);
    bool const untold = frame_->colorspace == AVCOL_SPC_UNSPECIFIED;
    int const matrix = untold ? (height >= 720 ? SWS_CS_ITU709 : SWS_CS_ITU601) : frame_->colorspace;
    auto const* description = av_pix_fmt_desc_get(format);
    bool const full =
        frame_->color_range == AVCOL_RANGE_JPEG || (description && description->flags & AV_PIX_FMT_FLAG_RGB);
    sws_setColorspaceDetails(scaler_, sws_getCoefficients(matrix), full, sws_getCoefficients(SWS_CS_ITU709),
                             1, 0, 1 << 16, 1 << 16);
    std::vector<std::uint16_t> row_major(static_cast<std::size_t>(width) * height * 3);
    std::uint8_t* to[4] = {reinterpret_cast<std::uint8_t*>(row_major.data())};
    int const strides[4] = {width * 6};
    if (int rows = sws_scale(scaler_, frame_->data, frame_->linesize, 0, height, to, strides); rows != height)
        return fail(Errc::internal, "{}: converting a frame to RGB failed", name_);
    Image image(width, height, 3);
    std::ranges::transform(row_major, image.pixels().begin(),
                           [](std::uint16_t v) { return static_cast<float>(v) / 65535.0f; });
    return image;
}

} // namespace

Result<std::unique_ptr<VideoReader>> open_reader(std::string const& path, std::string const& name,
                                                 std::int64_t max_pixels)
{
    auto reader = std::make_unique<FileReader>(name);
    TRY(reader->open(path, max_pixels));
    return std::unique_ptr<VideoReader>(std::move(reader));
}

} // namespace soulvan::media
