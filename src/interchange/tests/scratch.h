// What the tests of this room share: a folder that goes away, files, and paths of prims in layers.
#pragma once

#include "soulvan/base/file.h"
#include "soulvan/media/codec.h"
#include "soulvan/usd/layer.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace soulvan::interchange {

class Scratch {
public:
    Scratch()
    {
        auto pattern = (std::filesystem::temp_directory_path() / "soulvan-interchange-XXXXXX").string();
        folder_ = mkdtemp(pattern.data());
    }
    Scratch(Scratch const&) = delete;
    Scratch& operator=(Scratch const&) = delete;
    ~Scratch()
    {
        std::error_code error;
        std::filesystem::remove_all(folder_, error);
    }
    std::filesystem::path operator/(std::string const& name) const { return folder_ / name; }
    std::filesystem::path const& path() const { return folder_; }
    std::filesystem::path write(std::string const& name, std::string const& bytes) const
    {
        EXPECT_TRUE(write_file(folder_ / name, bytes));
        return folder_ / name;
    }

private:
    std::filesystem::path folder_;
};

inline std::filesystem::path data(std::string const& name)
{
    return std::filesystem::path(SOULVAN_SOURCE_DIR) / "src/interchange/tests/data" / name;
}

inline std::string bytes_of(std::filesystem::path const& path)
{
    auto bytes = read_file(path);
    EXPECT_TRUE(bytes) << path;
    return bytes.value_or("");
}

inline std::shared_ptr<usd::Layer const> opened(std::filesystem::path const& path)
{
    auto layer = usd::Layer::open(path);
    EXPECT_TRUE(layer) << (layer ? "" : layer.error().what);
    return layer ? *layer : std::make_shared<usd::Layer const>();
}

/// The default value of an attribute, or T() when it is absent or of another type.
template <class T>
T value_at(usd::Layer const& layer, std::string const& path)
{
    auto const value = layer.find(usd::Path(path)).find(usd::field::default_value);
    auto const* held = value.template get<T>();
    EXPECT_TRUE(held) << path;
    return held ? *held : T();
}

/// Prims of a type, in path order.
inline std::vector<usd::Path> prims_of(usd::Layer const& layer, std::string_view type)
{
    std::vector<usd::Path> result;
    for (auto const& path : layer.paths())
        if (auto const spec = layer.find(path); spec.kind() == usd::SpecKind::prim)
            if (spec.get_or(usd::field::type_name, usd::Token()) == type) result.push_back(path);
    return result;
}

/// Writes a picture of size x size pixels whose left half is a hole when `has_hole`.
inline std::filesystem::path write_picture(std::filesystem::path const& path, bool has_hole = false,
                                           int size = 16)
{
    media::Image image(size, size, has_hole ? 4 : 3);
    for (int y = 0; y < size; ++y)
        for (int x = 0; x < size; ++x) {
            auto* pixel = image.at(x, y);
            pixel[0] = 0.8f;
            pixel[1] = 0.5f;
            pixel[2] = 0.2f;
            if (has_hole) pixel[3] = x * 2 < size ? 0.0f : 1.0f;
        }
    std::filesystem::create_directories(path.parent_path());
    EXPECT_TRUE(media::write_png(image, path));
    return path;
}

} // namespace soulvan::interchange
