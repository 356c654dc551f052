// PNG in and out, by libpng: opening OpenImageIO for it would cost more than the picture (decision 0001).
#include "formats.h"

#include <cstring>
#include <vector>

#include <png.h>

namespace soulvan::media {
namespace {

// libpng reports errors by longjmp. Everything with a destructor therefore lives in a Job outside the
// function that calls setjmp.
struct Job {
    std::string_view in;
    std::size_t position = 0;
    std::string out;
    std::string why;
    bool over_limit = false;

    std::vector<png_byte> bytes;
    std::vector<png_bytep> rows;
    png_uint_32 width = 0, height = 0;
    int channels = 0, bits = 8;
};

void on_error(png_structp png, png_const_charp message)
{
    static_cast<Job*>(png_get_error_ptr(png))->why = message;
    png_longjmp(png, 1);
}

void on_warning(png_structp, png_const_charp) {}

void read_bytes(png_structp png, png_bytep to, png_size_t count)
{
    auto& job = *static_cast<Job*>(png_get_io_ptr(png));
    if (job.in.size() - job.position < count) png_error(png, "the file ends early");
    std::memcpy(to, job.in.data() + job.position, count);
    job.position += count;
}

void write_bytes(png_structp png, png_bytep from, png_size_t count)
{
    static_cast<Job*>(png_get_io_ptr(png))->out.append(reinterpret_cast<char const*>(from), count);
}

void flush_nothing(png_structp) {}

bool read_header(png_structp png, png_infop info, Job& job)
{
    if (setjmp(png_jmpbuf(png))) return false;
    png_read_info(png, info);
    job.width = png_get_image_width(png, info);
    job.height = png_get_image_height(png, info);
    // Values stay as the file stores them: no gamma, only palettes and small depths become whole channels.
    png_set_expand(png);
    if (png_get_bit_depth(png, info) == 16) png_set_swap(png);
    png_set_interlace_handling(png);
    png_read_update_info(png, info);
    job.channels = png_get_channels(png, info);
    job.bits = png_get_bit_depth(png, info);
    return true;
}

bool read_rows(png_structp png, Job& job)
{
    if (setjmp(png_jmpbuf(png))) return false;
    png_read_image(png, job.rows.data());
    png_read_end(png, nullptr);
    return true;
}

bool write_rows(png_structp png, png_infop info, Job& job, int color_type)
{
    if (setjmp(png_jmpbuf(png))) return false;
    png_set_IHDR(png, info, job.width, job.height, 8, color_type, PNG_INTERLACE_NONE,
                 PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_set_sRGB(png, info, PNG_sRGB_INTENT_PERCEPTUAL);
    // Measured on a rendered 960x540 frame: level 6 takes 2.6 times as long as 4 for 3 % fewer bytes.
    png_set_compression_level(png, 4);
    png_write_info(png, info);
    png_write_image(png, job.rows.data());
    png_write_end(png, info);
    return true;
}

void point_rows(Job& job, std::size_t row_bytes)
{
    job.bytes.resize(row_bytes * job.height);
    job.rows.resize(job.height);
    for (std::size_t y = 0; y < job.height; ++y) job.rows[y] = job.bytes.data() + y * row_bytes;
}

RawImage to_floats(Job const& job)
{
    RawImage raw{Image(static_cast<int>(job.width), static_cast<int>(job.height), job.channels), true,
                 job.bits};
    auto const pixels = raw.image.pixels();
    if (job.bits == 16) {
        for (std::size_t i = 0; i < pixels.size(); ++i) {
            std::uint16_t value;
            std::memcpy(&value, job.bytes.data() + 2 * i, 2);
            pixels[i] = static_cast<float>(value) / 65535.0f;
        }
    } else {
        for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = static_cast<float>(job.bytes[i]) / 255.0f;
    }
    return raw;
}

} // namespace

Result<RawImage> decode_png(std::string_view bytes, std::string const& name, ReadImageLimits const& limits)
{
    Job job;
    job.in = bytes;
    png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &job, on_error, on_warning);
    png_infop info = png ? png_create_info_struct(png) : nullptr;
    if (!info) return fail(Errc::limit, "{}: no memory to read it", name);
    struct Free {
        png_structp* png;
        png_infop* info;
        ~Free() { png_destroy_read_struct(png, info, nullptr); }
    } const free{&png, &info};
    png_set_read_fn(png, &job, read_bytes);
    png_set_user_limits(png, 0x7fffffff, 0x7fffffff); // check_size() judges, with a sentence
    png_set_chunk_malloc_max(png, 8u << 20);          // text and profiles may be compressed a thousandfold
    if (!read_header(png, info, job)) return unreadable(name, job.why);
    TRY(check_size(name, job.width, job.height, job.channels, limits));
    std::size_t const row_bytes = png_get_rowbytes(png, info);
    // Deflate cannot expand more than 1032 times, and a palette not more than 32 times on top: a file shorter
    // than that is cut off, and needs no memory to say so.
    if (bytes.size() < row_bytes * job.height / (1032 * 32)) return unreadable(name, "the file ends early");
    point_rows(job, row_bytes);
    if (!read_rows(png, job)) return unreadable(name, job.why);
    return to_floats(job);
}

Result<std::string> encode_png(Image const& display, std::string const& name)
{
    int const channels = display.channels();
    int const color_type = channels == 1   ? PNG_COLOR_TYPE_GRAY
                           : channels == 3 ? PNG_COLOR_TYPE_RGB
                           : channels == 4 ? PNG_COLOR_TYPE_RGB_ALPHA
                                           : -1;
    if (display.empty() || color_type < 0)
        return fail(Errc::invalid_input,
                    "{}: a PNG holds 1, 3 or 4 channels and at least one pixel, not {}x{}x{}", name,
                    display.width(), display.height(), channels);
    Job job;
    job.width = static_cast<png_uint_32>(display.width());
    job.height = static_cast<png_uint_32>(display.height());
    point_rows(job, static_cast<std::size_t>(display.width()) * channels);
    auto const pixels = display.pixels();
    for (std::size_t i = 0; i < pixels.size(); ++i) job.bytes[i] = byte_of(pixels[i]);

    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &job, on_error, on_warning);
    png_infop info = png ? png_create_info_struct(png) : nullptr;
    if (!info) return fail(Errc::limit, "{}: no memory to write it", name);
    png_set_write_fn(png, &job, write_bytes, flush_nothing);
    bool const ok = write_rows(png, info, job, color_type);
    png_destroy_write_struct(&png, &info);
    if (!ok) return fail(Errc::internal, "{}: PNG encoding failed: {}", name, job.why);
    return std::move(job.out);
}

} // namespace soulvan::media
