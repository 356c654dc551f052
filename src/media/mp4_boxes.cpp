// Walks the top-level boxes of an MP4 (ISO/IEC 14496-12, 4.2).
#include "mp4_boxes.h"

#include <cstdint>
#include <fstream>
#include <string_view>

namespace soulvan::media {

Result<bool> has_index_first(std::filesystem::path const& path)
{
    std::ifstream file(path, std::ios::binary | std::ios::ate);
    if (!file) return fail(Errc::io, "{}: cannot be read again", path.string());
    auto const size = static_cast<std::uint64_t>(file.tellg());
    std::uint64_t at = 0;
    bool moov = false;
    while (at + 8 <= size) {
        unsigned char head[16] = {};
        file.seekg(static_cast<std::streamoff>(at));
        file.read(reinterpret_cast<char*>(head), at + 16 <= size ? 16 : 8);
        if (!file) return fail(Errc::io, "{}: cannot be read again", path.string());
        auto const number = [&](int from, int count) {
            std::uint64_t value = 0;
            for (int i = 0; i < count; ++i) value = value << 8 | head[from + i];
            return value;
        };
        std::uint64_t length = number(0, 4);
        if (length == 1) length = number(8, 8); // a 64-bit size follows the type
        if (length == 0) length = size - at;    // to the end of the file
        std::string_view const type(reinterpret_cast<char const*>(head) + 4, 4);
        if (type == "moov") moov = true;
        if (type == "mdat") return moov;
        if (length < 8 || length > size - at) break;
        at += length;
    }
    return fail(Errc::invalid_input, "{}: is no whole MP4", path.string());
}

} // namespace soulvan::media
