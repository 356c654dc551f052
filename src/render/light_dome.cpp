// Light from all around: a lat-long picture and the distribution that its bright parts are found by.
#include "light.h"

#include <algorithm>

namespace soulvan::render {
namespace {

/// Cells of the distribution: finer ones cost memory and cache, and a sun of half a degree is one cell of
/// 1024.
constexpr int most_columns = 1024, most_rows = 512;

/// The cell in which a cumulative array passes u, and where in it.
int find_cell(float const* cumulative, int count, float u, float& within)
{
    auto const* end = cumulative + count + 1;
    auto const* next = std::upper_bound(cumulative + 1, end - 1, u);
    int const cell = static_cast<int>(next - cumulative) - 1;
    float const width = cumulative[cell + 1] - cumulative[cell];
    within = width > 0 ? std::clamp((u - cumulative[cell]) / width, 0.0f, 0.99999994f) : 0.5f;
    return cell;
}

} // namespace

std::optional<DomeDistribution> DomeDistribution::create(int width, int height,
                                                         std::vector<float> const& weights)
{
    DomeDistribution out;
    out.width_ = width;
    out.height_ = height;
    out.columns_.resize(static_cast<std::size_t>(width + 1) * height);
    out.rows_.resize(static_cast<std::size_t>(height) + 1);
    std::vector<double> totals(height);
    double sum = 0;
    for (int y = 0; y < height; ++y) {
        float const* row = weights.data() + static_cast<std::size_t>(y) * width;
        float* cumulative = out.columns_.data() + static_cast<std::size_t>(y) * (width + 1);
        double total = 0;
        for (int x = 0; x < width; ++x) total += row[x];
        double running = 0;
        for (int x = 0; x < width; ++x) {
            running += row[x];
            cumulative[x + 1] = total > 0 ? static_cast<float>(running / total)
                                          : static_cast<float>(x + 1) / static_cast<float>(width);
        }
        cumulative[width] = 1;
        totals[y] = total;
        sum += total;
    }
    if (!(sum > 0) || !std::isfinite(sum)) return std::nullopt;
    double running = 0;
    for (int y = 0; y < height; ++y) {
        running += totals[y];
        out.rows_[y + 1] = static_cast<float>(running / sum);
    }
    out.rows_[height] = 1;
    return out;
}

Vec2f DomeDistribution::sample(Vec2f const& u, float& density) const
{
    float fx, fy;
    int const y = find_cell(rows_.data(), height_, u.y, fy);
    float const* row = columns_.data() + static_cast<std::size_t>(y) * (width_ + 1);
    int const x = find_cell(row, width_, u.x, fx);
    density = (rows_[y + 1] - rows_[y]) * (row[x + 1] - row[x]) * static_cast<float>(width_ * height_);
    return {(static_cast<float>(x) + fx) / static_cast<float>(width_),
            (static_cast<float>(y) + fy) / static_cast<float>(height_)};
}

float DomeDistribution::density(Vec2f const& p) const
{
    int const x = std::clamp(static_cast<int>(p.x * static_cast<float>(width_)), 0, width_ - 1);
    int const y = std::clamp(static_cast<int>(p.y * static_cast<float>(height_)), 0, height_ - 1);
    float const* row = columns_.data() + static_cast<std::size_t>(y) * (width_ + 1);
    return (rows_[y + 1] - rows_[y]) * (row[x + 1] - row[x]) * static_cast<float>(width_ * height_);
}

bool AreaLight::prepare_dome(Light const& light)
{
    // Orientation alone matters; uneven scale would bend the sky. Mirroring is kept.
    auto const& m = light.world_from_light;
    Vec3f const z = normalized_or(m.z, {0, 0, 1});
    Vec3f const y = normalized_or(m.y - z * dot(z, m.y), {0, 1, 0});
    Vec3f x = cross(y, z);
    if (dot(x, m.x) < 0) x = -x;
    world_from_light_ = {x, y, z, {0, 0, 0}};
    light_from_world_ = {{x.x, y.x, z.x}, {x.y, y.y, z.y}, {x.z, y.z, z.z}, {0, 0, 0}};
    axis_ = y;
    power_ *= pi;
    if (texture_ < 0) return true;

    constexpr int width = most_columns, height = most_rows;
    std::vector<float> weights(static_cast<std::size_t>(width) * height);
    double mean = 0, solid = 0;
    for (int row = 0; row < height; ++row) {
        float const theta = pi * (static_cast<float>(row) + 0.5f) / height;
        float const sine = std::sin(theta);
        for (int column = 0; column < width; ++column) {
            Vec2f const st{(static_cast<float>(column) + 0.5f) / width,
                           1 - (static_cast<float>(row) + 0.5f) / height};
            Vec4f const texel = textures_->sample(texture_, st, 1.0f / width, 0.5f);
            float const l = luminance(radiance_ * Vec3f(texel.x, texel.y, texel.z));
            float const weight = std::isfinite(l) ? std::clamp(l, 0.0f, 1e12f) : 0.0f;
            weights[static_cast<std::size_t>(row) * width + column] = weight;
            mean += static_cast<double>(weight) * sine;
            solid += sine;
        }
    }
    mean /= solid;
    power_ = static_cast<float>(mean) * pi;
    // Karlík et al. 2019: what is darker than the mean is left to the surface's own sampling.
    double left = 0;
    for (int row = 0; row < height; ++row) {
        float const sine = std::sin(pi * (static_cast<float>(row) + 0.5f) / height);
        for (int column = 0; column < width; ++column) {
            auto& weight = weights[static_cast<std::size_t>(row) * width + column];
            weight = std::max(weight - static_cast<float>(mean), 0.0f) * sine;
            left += weight;
        }
    }
    if (left > 1e-3 * mean * solid) distribution_ = DomeDistribution::create(width, height, weights);
    return power_ > 0;
}

Vec3f AreaLight::dome_radiance(Vec3f const& local) const
{
    if (texture_ < 0) return radiance_;
    // OpenEXR's latitude-longitude map: +Z in the middle, +X a quarter to its left, +Y on top.
    float const s = 0.5f - std::atan2(local.x, local.z) * (0.5f * inverse_pi);
    float const t = 1 - std::acos(std::clamp(local.y, -1.0f, 1.0f)) * inverse_pi;
    // The poles must not mix, however the texture wraps.
    float const half_row = 0.5f / static_cast<float>(textures_->size(texture_).y);
    Vec4f const texel = textures_->sample(texture_, {s, std::clamp(t, half_row, 1 - half_row)}, 0, 0);
    return radiance_ * Vec3f(texel.x, texel.y, texel.z);
}

bool AreaLight::sample_dome(Vec2f const& u, LightSample& out) const
{
    if (!distribution_) return false;
    float density;
    Vec2f const p = distribution_->sample(u, density);
    float const theta = p.y * pi, phi = (0.5f - p.x) * 2 * pi;
    float const sine = std::sin(theta);
    if (!(sine > 1e-6f)) return false;
    Vec3f const local{sine * std::sin(phi), std::cos(theta), sine * std::cos(phi)};
    out.wi = world_from_light_.vector(local);
    out.distance = std::numeric_limits<float>::infinity();
    out.radiance = dome_radiance(local);
    out.pdf = density / (2 * pi * pi * sine);
    return out.pdf > 0;
}

} // namespace soulvan::render
