// Which kind of light a sample goes to, learnt per region before a frame: lamps, or one of the infinite
// lights.
//
// A sky is bright but mostly hidden inside a hall, and all there is outside; a sun reaches a few patches of
// floor. No bound on a light's contribution knows that; a few thousand paths do.
#pragma once

#include "vector.h"

#include <array>
#include <cstdint>
#include <vector>

namespace soulvan::render {

/// Class 0 is all local lights together; each infinite light is one of its own, the last ones share the last.
inline constexpr int light_classes = 8;
using ClassShares = std::array<float, light_classes>;

/// One light sample of a training path.
struct LightTrial {
    Vec3f p, n;
    int light_class = 0;
    float contribution = 0; ///< luminance of the estimate within its class, visibility included
};

class LightShares {
public:
    /// `prior` everywhere.
    explicit LightShares(ClassShares const& prior) : whole_(prior) {}
    /// What the trials say; classes that `prior` never samples stay so. The order of trials matters to the
    /// last bit: callers keep it.
    LightShares(ClassShares const& prior, std::vector<LightTrial> const& trials);

    /// The chance of each class at a vertex `p` lit from the side of `n`; sums to one.
    ClassShares const& at(Vec3f const& p, Vec3f const& n) const
    {
        return shares_.empty() ? whole_ : shares_[cell(p) * sides + side_of(n)];
    }

private:
    static constexpr int cells_per_axis = 12, sides = 6;
    std::size_t cell(Vec3f const& p) const
    {
        std::size_t index = 0;
        for (int c = 0; c < 3; ++c) {
            // NaN compares false: cell 0.
            float const x = (p[c] - low_[c]) * scale_[c];
            index = index * cells_per_axis +
                    (x > 0 ? static_cast<std::size_t>(std::min(x, cells_per_axis - 1.0f)) : 0);
        }
        return index;
    }
    /// The axis that `n` is closest to, with its sign.
    static std::size_t side_of(Vec3f const& n)
    {
        float const x = std::abs(n.x), y = std::abs(n.y), z = std::abs(n.z);
        int const axis = x > y ? (x > z ? 0 : 2) : (y > z ? 1 : 2);
        return static_cast<std::size_t>(2 * axis + (n[axis] < 0 ? 1 : 0));
    }

    Vec3f low_{0, 0, 0}, scale_{0, 0, 0};
    ClassShares whole_;
    std::vector<ClassShares> shares_;
};

} // namespace soulvan::render
