// The display transform: an OpenColorIO processor per view, built in memory so that no file has to be found.
#include "soulvan/media/display.h"

#include "filmic.h"

#include <algorithm>
#include <cmath>

#include <OpenColorIO/OpenColorIO.h>
#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>

namespace soulvan::media {
namespace ocio = OCIO_NAMESPACE;
namespace {

ocio::MatrixTransformRcPtr matrix(Rgb3x3 const& m)
{
    auto transform = ocio::MatrixTransform::Create();
    double const rows[16] = {m[0], m[1], m[2], 0, m[3], m[4], m[5], 0, m[6], m[7], m[8], 0, 0, 0, 0, 1};
    transform->setMatrix(rows);
    return transform;
}

ocio::RangeTransformRcPtr clamp_from(double low)
{
    auto transform = ocio::RangeTransform::Create();
    transform->setMinInValue(low);
    transform->setMinOutValue(low);
    return transform;
}

ocio::RangeTransformRcPtr clamp_to_display()
{
    auto transform = clamp_from(0);
    transform->setMaxInValue(1);
    transform->setMaxOutValue(1);
    return transform;
}

// IEC 61966-2-1: 1.055 v^(1/2.4) - 0.055, straight below 0.0031308.
ocio::ExponentWithLinearTransformRcPtr srgb_encoding()
{
    auto transform = ocio::ExponentWithLinearTransform::Create();
    double const gamma[4] = {2.4, 2.4, 2.4, 1}, offset[4] = {0.055, 0.055, 0.055, 0};
    transform->setGamma(gamma);
    transform->setOffset(offset);
    transform->setDirection(ocio::TRANSFORM_DIR_INVERSE);
    return transform;
}

void append_filmic(ocio::GroupTransform& group)
{
    Filmic const filmic;
    group.appendTransform(matrix(filmic.into_inset()));
    group.appendTransform(clamp_from(filmic.middle_grey * std::exp2(-filmic.stops_below)));

    double const range = filmic.stops_below + filmic.stops_above;
    double const slope[3] = {1 / range, 1 / range, 1 / range};
    double const start = (filmic.stops_below - std::log2(filmic.middle_grey)) / range;
    double const offset[3] = {start, start, start};
    auto log = ocio::LogAffineTransform::Create();
    log->setBase(2);
    log->setLogSideSlopeValue(slope);
    log->setLogSideOffsetValue(offset);
    group.appendTransform(log);

    constexpr int entries = 4096;
    auto const table = filmic.table(entries);
    auto curve = ocio::Lut1DTransform::Create(entries, false);
    for (int i = 0; i < entries; ++i)
        curve->setValue(static_cast<unsigned long>(i), table[i], table[i], table[i]);
    curve->setInterpolation(ocio::INTERP_LINEAR);
    group.appendTransform(curve);

    group.appendTransform(matrix(filmic.out_of_inset()));
    group.appendTransform(clamp_to_display());
    group.appendTransform(srgb_encoding());
}

// What is not finite would poison the log; black and the brightest light are what it stands for on a display.
float finite(float value)
{
    return std::isfinite(value) ? value : value > 0 ? 65504.0f : 0.0f;
}

} // namespace

struct DisplayTransform::State {
    ocio::ConstCPUProcessorRcPtr processor;
};

Result<DisplayTransform> DisplayTransform::create(DisplaySettings const& settings)
try {
    if (!std::isfinite(settings.exposure) || std::abs(settings.exposure) > 64)
        return fail(Errc::invalid_input, "exposure {} is not within -64..64 stops", settings.exposure);
    auto group = ocio::GroupTransform::Create();
    double const gain = std::exp2(static_cast<double>(settings.exposure));
    group->appendTransform(matrix({gain, 0, 0, 0, gain, 0, 0, 0, gain}));
    if (settings.view == "Filmic") {
        append_filmic(*group);
    } else if (settings.view == "Standard") {
        group->appendTransform(clamp_to_display());
        group->appendTransform(srgb_encoding());
    } else if (settings.view == "Raw") {
        group->appendTransform(clamp_to_display());
    } else {
        return fail(Errc::not_found, "there is no view \"{}\"; choose Filmic, Standard or Raw",
                    settings.view);
    }
    auto const config = ocio::Config::CreateRaw();
    auto const processor = config->getProcessor(ocio::ConstGroupTransformRcPtr(group));
    DisplayTransform transform;
    transform.state_ = std::make_shared<State const>(State{processor->getDefaultCPUProcessor()});
    return transform;
} catch (ocio::Exception const& error) {
    return fail(Errc::internal, "the display transform cannot be built: {}", error.what());
}

Image DisplayTransform::operator()(Image const& scene) const
{
    int const channels = scene.channels();
    SOULVAN_CHECK(channels == 3 || channels == 4);
    Image display(scene.width(), scene.height(), channels);
    tbb::parallel_for(tbb::blocked_range<int>(0, scene.height(), 16), [&](auto const& rows) {
        for (int y = rows.begin(); y != rows.end(); ++y) {
            for (int x = 0; x < scene.width(); ++x) {
                float const* from = scene.at(x, y);
                float* to = display.at(x, y);
                float const alpha = channels == 4 ? std::clamp(finite(from[3]), 0.0f, 1.0f) : 1.0f;
                for (int c = 0; c < 3; ++c) to[c] = finite(from[c]) / (alpha > 0 ? alpha : 1.0f);
                if (channels == 4) to[3] = alpha;
            }
            ocio::PackedImageDesc row(display.at(0, y), scene.width(), 1, channels);
            state_->processor->apply(row);
        }
    });
    return display;
}

float srgb_from_linear(float linear)
{
    if (!(linear > 0.0031308f)) return linear * 12.92f;
    return 1.055f * std::pow(linear, 1 / 2.4f) - 0.055f;
}

float linear_from_srgb(float encoded)
{
    if (!(encoded > 0.04045f)) return encoded / 12.92f;
    return std::pow((encoded + 0.055f) / 1.055f, 2.4f);
}

} // namespace soulvan::media
