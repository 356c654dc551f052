// Where do joints move points, normals and frames? Linear blend and dual quaternions.
#include "skel_detail.h"

#include <array>
#include <cmath>

namespace soulvan::usd::skel {

namespace {

Matrix3d upper(Matrix4d const& m)
{
    return {m[0][0], m[0][1], m[0][2], m[1][0], m[1][1], m[1][2], m[2][0], m[2][1], m[2][2]};
}

Vec3d translation_of(Matrix4d const& m)
{
    return {m[3][0], m[3][1], m[3][2]};
}

/// Eigenvectors of a symmetric matrix in the columns of the second, by Jacobi rotations.
std::pair<Vec3d, Matrix3d> eigensystem(Matrix3d a)
{
    Matrix3d vectors;
    for (int sweep = 0; sweep < 50; ++sweep) {
        double const off = std::abs(a[0][1]) + std::abs(a[0][2]) + std::abs(a[1][2]);
        if (off == 0) break;
        for (int p = 0; p < 2; ++p)
            for (int q = p + 1; q < 3; ++q) {
                if (a[p][q] == 0) continue;
                double const theta = (a[q][q] - a[p][p]) / (2 * a[p][q]);
                double const t = (theta < 0 ? -1 : 1) / (std::abs(theta) + std::sqrt(theta * theta + 1));
                double const c = 1 / std::sqrt(t * t + 1), s = t * c;
                for (int k = 0; k < 3; ++k) {
                    double const x = a[k][p], y = a[k][q];
                    a[k][p] = c * x - s * y;
                    a[k][q] = s * x + c * y;
                }
                for (int k = 0; k < 3; ++k) {
                    double const x = a[p][k], y = a[q][k];
                    a[p][k] = c * x - s * y;
                    a[q][k] = s * x + c * y;
                }
                for (int k = 0; k < 3; ++k) {
                    double const x = vectors[k][p], y = vectors[k][q];
                    vectors[k][p] = c * x - s * y;
                    vectors[k][q] = s * x + c * y;
                }
            }
    }
    return {Vec3d(a[0][0], a[1][1], a[2][2]), vectors};
}

/// The proper rotation of m = stretch * rotation; nothing for singular matrices. A mirroring goes into the
/// stretch.
std::optional<Matrix3d> rotation_of(Matrix3d const& m)
{
    double const determinant = m.determinant(), sign = determinant < 0 ? -1 : 1;
    if (!(std::abs(determinant) >= 1e-10)) return std::nullopt;
    auto const [values, vectors] = eigensystem(m * m.transposed());
    Matrix3d inverse_stretch(0.0);
    for (int i = 0; i < 3; ++i) {
        double const stretch = sign * std::sqrt(std::max(values[i], 1e-20));
        for (int row = 0; row < 3; ++row)
            for (int column = 0; column < 3; ++column)
                inverse_stretch[row][column] += vectors[row][i] * vectors[column][i] / stretch;
    }
    return inverse_stretch * m;
}

/// The quaternion of a rotation for row vectors.
Quatd quaternion_of(Matrix3d const& m)
{
    int i = m[0][0] > m[1][1] ? 0 : 1;
    if (m[2][2] > m[i][i]) i = 2;
    double const trace = m[0][0] + m[1][1] + m[2][2];
    Vec3d v(0, 0, 0);
    double r = 0;
    if (trace > m[i][i]) {
        r = 0.5 * std::sqrt(std::max(trace + 1, 0.0));
        v = Vec3d(m[1][2] - m[2][1], m[2][0] - m[0][2], m[0][1] - m[1][0]) / (4 * r);
    } else {
        int const j = (i + 1) % 3, k = (i + 2) % 3;
        double const q = 0.5 * std::sqrt(std::max(m[i][i] - m[j][j] - m[k][k] + 1, 0.0));
        v[i] = q;
        if (q > 0) {
            v[j] = (m[i][j] + m[j][i]) / (4 * q);
            v[k] = (m[k][i] + m[i][k]) / (4 * q);
            r = (m[j][k] - m[k][j]) / (4 * q);
        }
    }
    return {r, v};
}

double dot(Quatd const& a, Quatd const& b)
{
    return a.r * b.r + a.v.dot(b.v);
}

Quatd sum(Quatd const& a, Quatd const& b, double weight)
{
    return {a.r + b.r * weight, a.v + b.v * weight};
}

Quatd product(Quatd const& a, Quatd const& b)
{
    return {a.r * b.r - a.v.dot(b.v), b.v * a.r + a.v * b.r + a.v.cross(b.v)};
}

/// A unit quaternion turns a vector.
Vec3d turned(Quatd const& q, Vec3d const& v)
{
    return product(product(q, Quatd(0, v)), Quatd(q.r, -q.v)).v;
}

/// Rotation and translation in one (Kavan et al. 2008).
struct DualQuaternion {
    Quatd real{0, Vec3d(0, 0, 0)}, dual{0, Vec3d(0, 0, 0)};

    static DualQuaternion from(Quatd const& rotation, Vec3d const& translation)
    {
        return {rotation, product(Quatd(0, translation * 0.5), rotation)};
    }
    void add(DualQuaternion const& other, double weight)
    {
        real = sum(real, other.real, weight);
        dual = sum(dual, other.dual, weight);
    }
    void normalize()
    {
        double const length = std::sqrt(dot(real, real));
        if (!(length >= 1e-10)) {
            *this = {Quatd(1, Vec3d(0, 0, 0)), Quatd(0, Vec3d(0, 0, 0))};
            return;
        }
        real = Quatd(real.r / length, real.v / length);
        dual = Quatd(dual.r / length, dual.v / length);
        dual = sum(dual, real, -dot(real, dual));
    }
    Vec3d transformed(Vec3d const& point) const
    {
        return turned(real, point) + product(dual, Quatd(real.r, -real.v)).v * 2;
    }
};

/// Joints as dual quaternions, with what stretches them apart.
struct DualJoints {
    std::vector<DualQuaternion> rotations;
    std::vector<Matrix3d> stretches;
    bool has_stretch = false;

    explicit DualJoints(std::span<Matrix4d const> joints)
    {
        for (auto const& joint : joints) {
            auto const matrix = upper(joint);
            auto const rotation = rotation_of(matrix);
            if (!rotation) { // nothing can be said: OpenUSD lets such joints turn nothing
                rotations.emplace_back();
                stretches.emplace_back();
                continue;
            }
            rotations.push_back(DualQuaternion::from(quaternion_of(*rotation), translation_of(joint)));
            stretches.push_back(matrix * rotation->transposed());
            has_stretch = has_stretch || !stretches.back().equalWithAbsError(Matrix3d(), 1e-6);
        }
    }
};

/// The joints of one point: which, and how much.
class Followed {
public:
    Followed(Rig const& rig, std::size_t point)
        : rig_(rig),
          first_(point * static_cast<std::size_t>(rig.influences.per_point))
    {}
    std::size_t count() const { return static_cast<std::size_t>(rig_.influences.per_point); }
    std::size_t joint(std::size_t i) const
    {
        return static_cast<std::size_t>(rig_.influences.joints[first_ + i]);
    }
    float weight(std::size_t i) const { return rig_.influences.weights[first_ + i]; }
    /// The joint with the most weight: the others' quaternions are taken on its side.
    std::size_t pivot() const
    {
        std::size_t best = 0;
        for (std::size_t i = 1; i < count(); ++i)
            if (weight(i) > weight(best)) best = i;
        return joint(best);
    }

private:
    Rig const& rig_;
    std::size_t first_;
};

Result<> check(Rig const& rig)
{
    auto const& used = rig.influences.joints;
    for (std::size_t i = 0; i < used.size(); ++i)
        if (used[i] < 0 || static_cast<std::size_t>(used[i]) >= rig.joints.size())
            return fail(Errc::invalid_input, "joint {} at position {} of the influences is not among {}",
                        used[i], i, rig.joints.size());
    return {};
}

Vec3d blended(Rig const& rig, Followed const& followed, Vec3d const& point)
{
    Vec3d result(0, 0, 0);
    for (std::size_t i = 0; i < followed.count(); ++i)
        if (float const weight = followed.weight(i); weight != 0)
            result += (point * rig.joints[followed.joint(i)]) * weight;
    return result;
}

Vec3d dual_blended(DualJoints const& joints, Followed const& followed, Vec3d const& point)
{
    auto const pivot = joints.rotations[followed.pivot()].real;
    DualQuaternion whole;
    Vec3d stretched(0, 0, 0);
    for (std::size_t i = 0; i < followed.count(); ++i) {
        double const weight = followed.weight(i);
        if (weight == 0) continue;
        auto const joint = followed.joint(i);
        stretched += (point * joints.stretches[joint]) * weight;
        auto const& rotation = joints.rotations[joint];
        whole.add(rotation, dot(rotation.real, pivot) < 0 ? -weight : weight);
    }
    whole.normalize();
    return whole.transformed(joints.has_stretch ? stretched : point);
}

/// Nearest orthonormal rows as GfMatrix3d::GetOrthonormalized finds them.
Matrix3d orthonormalized(Matrix3d const& m)
{
    std::array<Vec3d, 3> rows{Vec3d(m[0][0], m[0][1], m[0][2]), Vec3d(m[1][0], m[1][1], m[1][2]),
                              Vec3d(m[2][0], m[2][1], m[2][2])};
    detail::orthonormalize(rows);
    return {rows[0].x, rows[0].y, rows[0].z, rows[1].x, rows[1].y,
            rows[1].z, rows[2].x, rows[2].y, rows[2].z};
}

Matrix3d inverse_transpose(Matrix3d const& m)
{
    return m.inverse(false).transposed();
}

/// Rotations and stretches of the matrices that move normals.
struct NormalJoints {
    std::vector<Matrix3d> matrices;
    std::vector<Quatd> rotations;
    std::vector<Matrix3d> stretches;
    bool has_stretch = false;

    explicit NormalJoints(Rig const& rig)
    {
        for (auto const& joint : rig.joints) matrices.push_back(inverse_transpose(upper(joint)));
        if (rig.method == Method::classic_linear) return;
        for (auto const& matrix : matrices) {
            auto const rotation = orthonormalized(matrix);
            rotations.push_back(quaternion_of(rotation));
            stretches.push_back(matrix * rotation.inverse(false));
            has_stretch = has_stretch || !stretches.back().equalWithAbsError(Matrix3d(), 1e-6);
        }
    }

    Vec3d blended(Followed const& followed, Vec3d const& normal) const
    {
        Vec3d result(0, 0, 0);
        for (std::size_t i = 0; i < followed.count(); ++i)
            if (float const weight = followed.weight(i); weight != 0)
                result += (normal * matrices[followed.joint(i)]) * weight;
        return result;
    }
    Vec3d dual_blended(Followed const& followed, Vec3d const& normal) const
    {
        auto const pivot = rotations[followed.pivot()];
        Quatd whole(0, Vec3d(0, 0, 0));
        Vec3d stretched(0, 0, 0);
        for (std::size_t i = 0; i < followed.count(); ++i) {
            double const weight = followed.weight(i);
            if (weight == 0) continue;
            auto const joint = followed.joint(i);
            stretched += (normal * stretches[joint]) * weight;
            whole = sum(whole, rotations[joint], dot(rotations[joint], pivot) < 0 ? -weight : weight);
        }
        double const length = std::sqrt(dot(whole, whole));
        whole = length >= 1e-10 ? Quatd(whole.r / length, whole.v / length) : Quatd(1, Vec3d(0, 0, 0));
        return turned(whole, has_stretch ? stretched : normal);
    }
};

} // namespace

Result<std::vector<Vec3f>> skin_points(Rig const& rig, std::span<Vec3f const> points)
{
    TRY(check(rig));
    std::vector<Vec3f> result;
    result.reserve(points.size());
    bool const is_linear = rig.method == Method::classic_linear;
    DualJoints const dual(is_linear ? std::span<Matrix4d const>() : rig.joints);
    for (std::size_t i = 0; i < points.size(); ++i) {
        Followed const followed(rig, i);
        auto const bound = Vec3d(points[i]) * rig.geom_bind;
        result.emplace_back(is_linear ? blended(rig, followed, bound) : dual_blended(dual, followed, bound));
    }
    return result;
}

Result<std::vector<Vec3f>> skin_normals(Rig const& rig, std::span<Vec3f const> normals,
                                        std::span<std::int32_t const> points_of)
{
    TRY(check(rig));
    auto const points = rig.influences.joints.size() / static_cast<std::size_t>(rig.influences.per_point);
    NormalJoints const joints(rig);
    auto const geom_bind = inverse_transpose(upper(rig.geom_bind));
    std::vector<Vec3f> result;
    result.reserve(normals.size());
    for (std::size_t i = 0; i < normals.size(); ++i) {
        auto const point = points_of.empty() ? i : static_cast<std::size_t>(points_of[i]);
        if (point >= points)
            return fail(Errc::invalid_input, "corner {} is at point {}, which is not among {}", i, point,
                        points);
        Followed const followed(rig, point);
        auto const bound = Vec3d(normals[i]) * geom_bind;
        auto const moved = rig.method == Method::classic_linear ? joints.blended(followed, bound)
                                                                : joints.dual_blended(followed, bound);
        result.emplace_back(moved.normalized());
    }
    return result;
}

Result<Matrix4d> skin_transform(Rig const& rig)
{
    TRY(check(rig));
    auto const& used = rig.influences;
    if (used.joints.size() == 1 && std::abs(used.weights.front() - 1) < 1e-6)
        return rig.geom_bind * rig.joints[static_cast<std::size_t>(used.joints.front())];
    // The frame's origin and the ends of its axes are moved as points.
    auto const origin = Vec3f(translation_of(rig.geom_bind));
    std::vector<Vec3f> frame;
    for (int row = 0; row < 3; ++row)
        frame.push_back(origin +
                        Vec3f(Vec3d(rig.geom_bind[row][0], rig.geom_bind[row][1], rig.geom_bind[row][2])));
    frame.push_back(origin);
    Influences all{{}, {}, used.per_point};
    for (int point = 0; point < 4; ++point) {
        all.joints.insert(all.joints.end(), used.joints.begin(), used.joints.end());
        all.weights.insert(all.weights.end(), used.weights.begin(), used.weights.end());
    }
    auto const moved = TRY(skin_points({rig.method, Matrix4d(), rig.joints, all}, frame));
    Matrix4d result = detail::translation_matrix(Vec3d(moved[3]));
    for (std::size_t row = 0; row < 3; ++row)
        for (int column = 0; column < 3; ++column)
            result[static_cast<int>(row)][column] = moved[row][column] - moved[3][column];
    return result;
}

} // namespace soulvan::usd::skel
