// How do the views read attributes, and which matrices do they build?
#include "geom_detail.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

namespace soulvan::usd::detail {

namespace {

/// Relationships that lead to relationships stand on the stack, one per level.
constexpr std::size_t most_forwarded = 4096;

/// Whether a default is authored that is no block.
bool has_default(Attribute const& attribute)
{
    auto const authored = attribute.metadata(field::default_value);
    return authored && !authored->is_block();
}

} // namespace

std::optional<Value> value_of(Prim const& prim, Token name, Time time)
{
    auto const attribute = prim.attribute(name);
    return attribute ? attribute->value(time) : std::nullopt;
}

bool has_authored_value(Prim const& prim, Token name)
{
    auto const attribute = prim.attribute(name);
    if (!attribute || !attribute->is_authored()) return false;
    return has_default(*attribute) || !attribute->time_samples().empty() ||
           attribute->metadata(field::spline).has_value();
}

std::optional<Bracket> bracketing_samples(Prim const& prim, Token name, double time)
{
    auto const attribute = prim.attribute(name);
    if (!attribute) return std::nullopt;
    auto const times = attribute->time_samples();
    if (times.empty()) return attribute->value(time) ? std::optional(Bracket{}) : std::nullopt;
    auto const upper = std::lower_bound(times.begin(), times.end(), time);
    if (upper == times.end()) return Bracket{true, times.back(), times.back()};
    if (*upper == time || upper == times.begin()) return Bracket{true, *upper, *upper};
    return Bracket{true, *std::prev(upper), *upper};
}

Matrix4d rotation_about(Vec3d axis, double angle)
{
    double const length = axis.length();
    if (!(length >= 1e-10)) return {}; // GF_MIN_VECTOR_LENGTH
    double const c = std::cos(angle), s = std::sin(angle), t = 1 - c;
    Vec3d const a = axis / length;
    return {t * a.x * a.x + c,
            t * a.x * a.y + s * a.z,
            t * a.x * a.z - s * a.y,
            0,
            t * a.x * a.y - s * a.z,
            t * a.y * a.y + c,
            t * a.y * a.z + s * a.x,
            0,
            t * a.x * a.z + s * a.y,
            t * a.y * a.z - s * a.x,
            t * a.z * a.z + c,
            0,
            0,
            0,
            0,
            1};
}

Matrix4d matrix_from(Quatd const& q)
{
    double const r = q.r, i = q.v.x, j = q.v.y, k = q.v.z;
    return {1 - 2 * (j * j + k * k),
            2 * (i * j + k * r),
            2 * (k * i - j * r),
            0,
            2 * (i * j - k * r),
            1 - 2 * (k * k + i * i),
            2 * (j * k + i * r),
            0,
            2 * (k * i + j * r),
            2 * (j * k - i * r),
            1 - 2 * (j * j + i * i),
            0,
            0,
            0,
            0,
            1};
}

Matrix4d scale_matrix(Vec3d const& s)
{
    return {s.x, 0, 0, 0, 0, s.y, 0, 0, 0, 0, s.z, 0, 0, 0, 0, 1};
}

Matrix4d translation_matrix(Vec3d const& t)
{
    return {1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, t.x, t.y, t.z, 1};
}

Matrix4d inverse_of(Matrix4d const& matrix)
{
    if (matrix.determinant() == 0) {
        double const largest = std::numeric_limits<float>::max();
        return scale_matrix({largest, largest, largest});
    }
    return matrix.inverse(false);
}

Range3d empty_range()
{
    Range3d range;
    range.makeEmpty();
    return range;
}

void orthonormalize(std::array<Vec3d, 3>& rows)
{
    for (auto& row : rows) row.normalize();
    for (int turn = 0; turn < 20; ++turn) {
        std::array<Vec3d, 3> next = rows;
        double error = 0;
        for (std::size_t i = 0; i < 3; ++i) {
            Vec3d perpendicular = rows[i];
            for (std::size_t k = 0; k < 3; ++k)
                if (k != i) perpendicular -= rows[k] * rows[k].dot(perpendicular);
            next[i] = ((rows[i] + perpendicular) * 0.5).normalized();
            error += (rows[i] - next[i]).length2();
        }
        if (error < 1e-12) return;
        rows = next;
    }
}

namespace {

void forward(Stage const& stage, Prim const& prim, std::string_view relationship, std::set<Path>& seen,
             std::vector<Path>& result)
{
    for (auto const& target : prim.targets(relationship)) {
        if (!seen.insert(target).second) continue;
        auto const owner = target.is_property() ? stage.prim_at(target.prim_path()) : Prim();
        if (owner && owner.has_relationship(target.name().view()) && seen.size() < most_forwarded)
            forward(stage, owner, target.name().view(), seen, result);
        else
            result.push_back(target);
    }
}

} // namespace

std::vector<Path> forwarded_targets(Prim const& prim, std::string_view relationship)
{
    std::set<Path> seen;
    std::vector<Path> result;
    forward(prim.stage(), prim, relationship, seen, result);
    return result;
}

bool has_authored_targets(Prim const& prim, std::string_view relationship)
{
    return prim.property_metadata(Token(relationship), field::target_paths).has_value();
}

} // namespace soulvan::usd::detail
