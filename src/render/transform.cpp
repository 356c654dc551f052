// Column transforms beyond what the door needs: inverses, normals, composition.
#include "transform.h"

namespace soulvan::render {
namespace {

Vec3d wide(Vec3f const& v)
{
    return {v.x, v.y, v.z};
}
Vec3f narrow(Vec3d const& v)
{
    return {static_cast<float>(v.x), static_cast<float>(v.y), static_cast<float>(v.z)};
}

} // namespace

Transform Transform::from_rows(Matrix4d const& m)
{
    auto const row = [&](int i) { return narrow({m[i][0], m[i][1], m[i][2]}); };
    return {row(0), row(1), row(2), row(3)};
}

bool is_finite(Transform const& m)
{
    return is_finite(m.x) && is_finite(m.y) && is_finite(m.z) && is_finite(m.t);
}

std::optional<Transform> inverse(Transform const& m)
{
    if (!is_finite(m)) return std::nullopt;
    Vec3d const x = wide(m.x), y = wide(m.y), z = wide(m.z), t = wide(m.t);
    Vec3d const r0 = y.cross(z), r1 = z.cross(x), r2 = x.cross(y);
    double const det = x.dot(r0);
    // Relative to the product of the axes: a tiny uniform scale is no reason to refuse.
    double const size = x.length() * y.length() * z.length();
    if (!(std::abs(det) > 1e-9 * size) || !(size > 1e-60)) return std::nullopt;
    Transform out;
    out.x = narrow(Vec3d(r0.x, r1.x, r2.x) / det);
    out.y = narrow(Vec3d(r0.y, r1.y, r2.y) / det);
    out.z = narrow(Vec3d(r0.z, r1.z, r2.z) / det);
    out.t = narrow(Vec3d(-r0.dot(t), -r1.dot(t), -r2.dot(t)) / det);
    if (!is_finite(out)) return std::nullopt;
    return out;
}

Transform compose(Transform const& a, Transform const& b)
{
    Vec3d const x = wide(a.x), y = wide(a.y), z = wide(a.z);
    auto const apply = [&](Vec3f const& v) { return x * v.x + y * v.y + z * v.z; };
    return {narrow(apply(b.x)), narrow(apply(b.y)), narrow(apply(b.z)), narrow(apply(b.t) + wide(a.t))};
}

} // namespace soulvan::render
