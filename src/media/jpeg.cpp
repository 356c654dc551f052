// JPEG in and out, by libjpeg-turbo.
#include "formats.h"

#include <csetjmp>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include <jpeglib.h>

#include <jerror.h>

namespace soulvan::media {
namespace {

// libjpeg reports errors through error_exit, which must not return: longjmp, so whatever has a destructor
// lives outside the functions that call setjmp.
struct Job {
    jpeg_error_mgr errors{}; // first: libjpeg hands this pointer back
    std::jmp_buf jump{};
    char why[JMSG_LENGTH_MAX] = {};
    std::vector<JSAMPLE> bytes;
    int scans = 0;
};

[[noreturn]] void stop(j_common_ptr info)
{
    auto& job = *reinterpret_cast<Job*>(info->err);
    (*info->err->format_message)(info, job.why);
    std::longjmp(job.jump, 1);
}

// A decoder that runs out of data invents grey pixels and warns; half a texture is an error here.
void on_message(j_common_ptr info, int level)
{
    int const code = info->err->msg_code;
    if (level < 0 && (code == JWRN_JPEG_EOF || code == JWRN_HIT_MARKER)) stop(info);
}

// Each scan of a progressive file decodes the whole picture again, so a few kilobytes can ask for hours.
constexpr int max_scans = 100;
void count_scans(j_common_ptr info)
{
    if (!info->is_decompressor) return;
    auto const* decoder = reinterpret_cast<j_decompress_ptr>(info);
    auto& job = *reinterpret_cast<Job*>(info->err);
    if (decoder->input_scan_number > max_scans) {
        std::snprintf(job.why, sizeof job.why, "more than %d scans", max_scans);
        std::longjmp(job.jump, 1);
    }
}

void prepare(Job& job)
{
    jpeg_std_error(&job.errors);
    job.errors.error_exit = stop;
    job.errors.emit_message = on_message;
}

bool read_header(jpeg_decompress_struct& decoder, Job& job, std::string_view bytes)
{
    if (setjmp(job.jump)) return false;
    jpeg_create_decompress(&decoder);
    jpeg_mem_src(&decoder, reinterpret_cast<unsigned char const*>(bytes.data()), bytes.size());
    jpeg_read_header(&decoder, TRUE);
    bool const ink = decoder.jpeg_color_space == JCS_CMYK || decoder.jpeg_color_space == JCS_YCCK;
    decoder.out_color_space = decoder.num_components == 1 ? JCS_GRAYSCALE : ink ? JCS_CMYK : JCS_RGB;
    decoder.dct_method = JDCT_ISLOW;
    jpeg_calc_output_dimensions(&decoder);
    return true;
}

bool read_rows(jpeg_decompress_struct& decoder, Job& job, jpeg_progress_mgr& progress)
{
    if (setjmp(job.jump)) return false;
    progress.progress_monitor = count_scans;
    decoder.progress = &progress;
    jpeg_start_decompress(&decoder);
    std::size_t const stride = static_cast<std::size_t>(decoder.output_width) * decoder.output_components;
    while (decoder.output_scanline < decoder.output_height) {
        JSAMPROW row = job.bytes.data() + decoder.output_scanline * stride;
        jpeg_read_scanlines(&decoder, &row, 1);
    }
    jpeg_finish_decompress(&decoder);
    return true;
}

struct Shape {
    int width, height, channels, quality;
};

bool write_rows(jpeg_compress_struct& encoder, Job& job, Shape const& shape, unsigned char** out,
                unsigned long* size)
{
    if (setjmp(job.jump)) return false;
    jpeg_create_compress(&encoder);
    encoder.image_width = static_cast<JDIMENSION>(shape.width);
    encoder.image_height = static_cast<JDIMENSION>(shape.height);
    encoder.input_components = shape.channels;
    encoder.in_color_space = shape.channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
    jpeg_mem_dest(&encoder, out, size);
    jpeg_set_defaults(&encoder);
    jpeg_set_quality(&encoder, shape.quality, TRUE);
    encoder.optimize_coding = TRUE;
    encoder.dct_method = JDCT_ISLOW;
    if (shape.quality >= 95 && encoder.num_components == 3)
        encoder.comp_info[0].h_samp_factor = encoder.comp_info[0].v_samp_factor = 1;
    jpeg_start_compress(&encoder, TRUE);
    std::size_t const stride = static_cast<std::size_t>(encoder.image_width) * encoder.input_components;
    while (encoder.next_scanline < encoder.image_height) {
        JSAMPROW row = job.bytes.data() + encoder.next_scanline * stride;
        jpeg_write_scanlines(&encoder, &row, 1);
    }
    jpeg_finish_compress(&encoder);
    return true;
}

} // namespace

Result<RawImage> decode_jpeg(std::string_view bytes, std::string const& name, ReadImageLimits const& limits)
{
    Job job;
    prepare(job);
    jpeg_decompress_struct decoder{};
    decoder.err = &job.errors;
    struct Free {
        jpeg_decompress_struct& decoder;
        ~Free() { jpeg_destroy_decompress(&decoder); }
    } const free{decoder};
    if (!read_header(decoder, job, bytes)) return unreadable(name, job.why);
    int const stored = decoder.out_color_components;
    int const channels = stored == 1 ? 1 : 3;
    TRY(check_size(name, decoder.output_width, decoder.output_height, channels, limits));
    job.bytes.resize(static_cast<std::size_t>(decoder.output_width) * decoder.output_height * stored);
    jpeg_progress_mgr progress{};
    if (!read_rows(decoder, job, progress)) return unreadable(name, job.why);

    RawImage raw{
        Image(static_cast<int>(decoder.output_width), static_cast<int>(decoder.output_height), channels),
        true, 8};
    auto const pixels = raw.image.pixels();
    if (stored == 4) { // Adobe stores ink inverted: 255 is none
        bool const inverted = decoder.saw_Adobe_marker;
        for (std::size_t i = 0; i < pixels.size(); ++i) {
            int const ink = job.bytes[i / 3 * 4 + i % 3], black = job.bytes[i / 3 * 4 + 3];
            int const product = inverted ? ink * black : (255 - ink) * (255 - black);
            pixels[i] = static_cast<float>(product) / (255.0f * 255.0f);
        }
    } else {
        for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = static_cast<float>(job.bytes[i]) / 255.0f;
    }
    return raw;
}

Result<std::string> encode_jpeg(Image const& display, int quality, std::string const& name)
{
    int const channels = display.channels();
    if (display.empty() || (channels != 1 && channels != 3 && channels != 4))
        return fail(Errc::invalid_input,
                    "{}: a JPEG holds 1 or 3 channels and at least one pixel, not {}x{}x{}", name,
                    display.width(), display.height(), channels);
    if (display.width() > JPEG_MAX_DIMENSION || display.height() > JPEG_MAX_DIMENSION)
        return fail(Errc::limit, "{}: {}x{} is more than the {} pixels a side of a JPEG: write PNG", name,
                    display.width(), display.height(), JPEG_MAX_DIMENSION);
    if (quality < 1 || quality > 100)
        return fail(Errc::invalid_input, "{}: JPEG quality {} is not within 1..100", name, quality);
    Job job;
    int const stored = channels == 1 ? 1 : 3; // alpha has no place in a JPEG
    std::size_t const count = static_cast<std::size_t>(display.width()) * display.height();
    job.bytes.resize(count * stored);
    auto const pixels = display.pixels();
    for (std::size_t i = 0; i < count; ++i)
        for (int c = 0; c < stored; ++c) job.bytes[i * stored + c] = byte_of(pixels[i * channels + c]);

    prepare(job);
    jpeg_compress_struct encoder{};
    encoder.err = &job.errors;
    unsigned char* out = nullptr;
    unsigned long size = 0;
    bool const ok =
        write_rows(encoder, job, {display.width(), display.height(), stored, quality}, &out, &size);
    std::string bytes(reinterpret_cast<char const*>(out), ok ? size : 0);
    jpeg_destroy_compress(&encoder);
    std::free(out);
    if (!ok) return fail(Errc::internal, "{}: JPEG encoding failed: {}", name, job.why);
    return bytes;
}

} // namespace soulvan::media
