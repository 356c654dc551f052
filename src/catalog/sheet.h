// A sheet of cloth over a body: triangles whose vertices know the point of the body below them.
#pragma once

#include "soulvan/base/math.h"

#include <array>
#include <functional>
#include <utility>
#include <vector>

namespace soulvan::catalog {

struct Sheet {
    std::vector<Vec3d> base;  ///< on the body
    std::vector<Vec3d> drape; ///< of the cloth, once it hangs; else empty
    std::vector<std::array<int, 3>> faces;

    /// Every triangle becomes four, in its plane.
    void subdivide();
    /// Cuts away what lies where `field` is positive; before it hangs.
    void keep(std::function<double(Vec3d const& base)> const& field);
    /// Puts edges where `field` is zero; after it hangs.
    void split(std::function<double(Vec3d const& base, Vec3d const& drape)> const& field);
    /// Lets the cloth hang at `gap` metres or more outside the body, smooth where the body is not: each round
    /// draws a vertex to the mean of its neighbours and out again to the gap above its own point.
    void hang(double gap, int rounds);

    /// Edges of one face, in that face's direction.
    std::vector<std::pair<int, int>> border() const;
    /// Unit normals of the vertices, were they at `points`.
    std::vector<Vec3d> normals_of(std::vector<Vec3d> const& points) const;

private:
    int between(int a, int b, double t);
};

} // namespace soulvan::catalog
