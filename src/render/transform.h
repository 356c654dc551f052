// Column transforms beyond what the door needs: inverses, normals, composition.
#pragma once

#include "soulvan/render/scene.h"
#include "vector.h"

#include <optional>

namespace soulvan::render {

/// The determinant of the linear part.
inline float determinant(Transform const& m)
{
    return dot(cross(m.x, m.y), m.z);
}
/// Nothing when the linear part is singular to float precision or holds values that are not finite.
std::optional<Transform> inverse(Transform const& m);
/// `a_from_b` then: a_from_c = compose(a_from_b, b_from_c). Sums are in double.
Transform compose(Transform const& a, Transform const& b);

/// Takes normals to the world: the inverse transpose times |determinant|, which needs no division. Applied to
/// the cross product of a triangle's edges it gives that of the transformed edges, outwards even when
/// mirrored.
struct NormalMatrix {
    Vec3f x, y, z; ///< columns
    explicit NormalMatrix(Transform const& m) : x(cross(m.y, m.z)), y(cross(m.z, m.x)), z(cross(m.x, m.y))
    {
        if (determinant(m) < 0) {
            x = -x;
            y = -y;
            z = -z;
        }
    }
    Vec3f operator()(Vec3f const& n) const { return x * n.x + y * n.y + z * n.z; }
};

bool is_finite(Transform const& m);

} // namespace soulvan::render
