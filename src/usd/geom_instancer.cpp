// Where do points and instances stand, when they move between samples?
#include "geom_detail.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <set>

namespace soulvan::usd::geom {

namespace {

constexpr std::size_t most_instances = 100'000'000;
/// Between two times that are to be told apart (UsdTimeCode::SafeStep).
constexpr double safe_step = 1e6 * std::numeric_limits<double>::epsilon() * 10 * 2;

/// An array at its sample at or before a base time.
template <class T>
struct Sampled {
    Array<T> values;
    Time sample;             ///< where the values stand
    detail::Bracket bracket; ///< around the base time, or just after it when a sample is there
};

bool is_close(double a, double b)
{
    return std::abs(a - b) < std::numeric_limits<double>::epsilon();
}

template <class T>
std::optional<Sampled<T>> sampled(Prim const& prim, std::string_view name, Time base)
{
    Sampled<T> result;
    result.sample = base;
    if (!base.is_default()) {
        Token const token(name);
        auto bracket = detail::bracketing_samples(prim, token, base.code());
        if (!bracket) return std::nullopt;
        result.sample = bracket->has_samples ? Time(bracket->lower) : Time();
        // Whether a sample after this one exists is seen from a moment later.
        if (is_close(bracket->lower, bracket->upper))
            bracket = detail::bracketing_samples(prim, token, base.code() + safe_step);
        result.bracket = *bracket;
    }
    auto const values = detail::get<Array<T>>(prim, name, result.sample);
    if (!values) return std::nullopt;
    result.values = *values;
    return result;
}

/// Rates count only where they are sampled with what they move.
template <class T>
bool is_aligned(Sampled<T> const& moved, Sampled<Vec3f> const& rate)
{
    return rate.bracket.has_samples && is_close(moved.bracket.lower, rate.bracket.lower) &&
           is_close(moved.bracket.upper, rate.bracket.upper) &&
           is_close(moved.sample.code(), rate.sample.code()) && rate.values.size() == moved.values.size();
}

template <class T>
std::optional<Sampled<Vec3f>> rate_of(Prim const& prim, std::string_view name, Sampled<T> const& moved,
                                      Time base)
{
    if (!moved.bracket.has_samples) return std::nullopt;
    auto rate = sampled<Vec3f>(prim, name, base);
    return rate && is_aligned(moved, *rate) ? rate : std::nullopt;
}

/// Positions with their velocities and accelerations.
struct Motions {
    Array<Vec3f> positions;
    std::optional<Sampled<Vec3f>> velocities, accelerations;
};

std::optional<Motions> motions(Prim const& prim, std::string_view positions_name, Time base)
{
    auto const positions = sampled<Vec3f>(prim, positions_name, base);
    if (!positions) return std::nullopt;
    Motions result{positions->values, rate_of(prim, "velocities", *positions, base), std::nullopt};
    if (result.velocities) result.accelerations = rate_of(prim, "accelerations", *result.velocities, base);
    return result;
}

double seconds_between(Prim const& prim, Time time, Time sample)
{
    return (time.code() - sample.code()) / prim.stage().time_codes_per_second();
}

Vec3f moved_point(Motions const& motions, std::size_t i, float seconds)
{
    if (!motions.velocities) return motions.positions[i];
    Vec3f velocity = motions.velocities->values[i];
    if (motions.accelerations) velocity += motions.accelerations->values[i] * (seconds * 0.5F);
    return motions.positions[i] + velocity * seconds;
}

float motion_seconds(Prim const& prim, Motions const& motions, Time time)
{
    return motions.velocities ? static_cast<float>(seconds_between(prim, time, motions.velocities->sample))
                              : 0;
}

/// How instances are turned: in doubles, from either attribute.
struct Turns {
    std::vector<Quatd> orientations;
    std::optional<Sampled<Vec3f>> velocities;
};

template <class T>
std::vector<Quatd> widened(Array<T> const& values)
{
    std::vector<Quatd> result;
    result.reserve(values.size());
    for (auto const& q : values)
        result.emplace_back(
            static_cast<float>(q.r),
            Vec3d(static_cast<float>(q.v.x), static_cast<float>(q.v.y), static_cast<float>(q.v.z)));
    return result;
}

template <class T>
Turns turns_of(Prim const& prim, std::string_view name, Time base, std::size_t count)
{
    auto const found = sampled<T>(prim, name, base);
    if (!found || found->values.size() != count) return {};
    return {widened(found->values), rate_of(prim, "angularVelocities", *found, base)};
}

template <class T>
void replace_by_interpolated(Prim const& prim, std::string_view name, Time time, std::size_t count,
                             std::vector<Quatd>& orientations)
{
    if (auto const values = detail::get<Array<T>>(prim, name, time); values && values->size() == count)
        orientations = widened(*values);
}

Array<std::int32_t> prototype_indices(Prim const& prim, Time base, bool& has_any)
{
    auto const found = sampled<std::int32_t>(prim, "protoIndices", base);
    has_any = found.has_value();
    return found ? found->values : Array<std::int32_t>();
}

/// What each instance is scaled, turned and moved by.
struct Placement {
    Motions motions;
    Array<Vec3f> scales; ///< empty: none
    Turns turns;
    float move_seconds = 0;
    double turn_seconds = 0;

    Matrix4d matrix(std::size_t i) const
    {
        Matrix4d result;
        if (!scales.empty()) result = detail::scale_matrix(Vec3d(scales[i]));
        if (!turns.orientations.empty()) {
            result = result * detail::matrix_from(turns.orientations[i]);
            if (turns.velocities) {
                Vec3d const velocity(turns.velocities->values[i]); // degrees per second
                double const degrees = turn_seconds * velocity.length();
                result = result * detail::rotation_about(velocity, degrees * std::numbers::pi / 180);
            }
        }
        Vec3d const at(moved_point(motions, i, move_seconds));
        for (int axis = 0; axis < 3; ++axis) result[3][axis] = at[axis];
        return result;
    }
};

Result<Placement> placement(Prim const& prim, Time time, Time base, std::size_t count)
{
    auto where = motions(prim, "positions", base);
    if (!where) return fail(Errc::not_found, "<{}>: there are no positions", prim.path().str());
    if (where->positions.size() != count)
        return fail(Errc::invalid_input, "<{}>: {} positions for {} instances", prim.path().str(),
                    where->positions.size(), count);
    Placement result{*std::move(where), {}, {}};
    if (auto const scales = sampled<Vec3f>(prim, "scales", base); scales && scales->values.size() == count)
        result.scales = scales->values;
    // Full floats win over halves as soon as there are any.
    auto const fine = detail::get<Array<Quatf>>(prim, "orientationsf", Time::earliest());
    bool const is_fine = fine && !fine->empty();
    result.turns = is_fine ? turns_of<Quatf>(prim, "orientationsf", base, count)
                           : turns_of<Quath>(prim, "orientations", base, count);
    if (!result.motions.velocities && !result.turns.velocities) { // interpolated as everything else
        auto const at_time = [&](char const* name, Array<Vec3f>& into) {
            if (auto const values = detail::get<Array<Vec3f>>(prim, name, time);
                values && values->size() == count)
                into = *values;
        };
        at_time("positions", result.motions.positions);
        at_time("scales", result.scales);
        if (is_fine)
            replace_by_interpolated<Quatf>(prim, "orientationsf", time, count, result.turns.orientations);
        else
            replace_by_interpolated<Quath>(prim, "orientations", time, count, result.turns.orientations);
    }
    result.move_seconds = motion_seconds(prim, result.motions, time);
    if (result.turns.velocities)
        result.turn_seconds = seconds_between(prim, time, result.turns.velocities->sample);
    return result;
}

Result<> check_prototypes(std::string const& where, Array<std::int32_t> const& indices,
                          std::size_t prototypes)
{
    if (prototypes == 0) return fail(Errc::not_found, "<{}>: there are no prototypes", where);
    for (auto const index : indices)
        if (index < 0 || static_cast<std::size_t>(index) >= prototypes)
            return fail(Errc::invalid_input, "<{}>: prototype index {} is not among the {} prototypes", where,
                        index, prototypes);
    return {};
}

/// The transforms of the prototypes' roots.
std::vector<Matrix4d> prototype_transforms(Prim const& prim, std::vector<Path> const& paths, Time time)
{
    std::vector<Matrix4d> result;
    XformCache xforms(time);
    for (auto const& path : paths) {
        auto const root = prim.stage().prim_at(path);
        result.push_back(root ? xforms.local_transform(root).parent_from_local : Matrix4d());
    }
    return result;
}

std::optional<Array<std::int64_t>> ids_at(Prim const& instancer, Time time)
{
    return detail::get<Array<std::int64_t>>(instancer, "ids", time);
}

} // namespace

std::vector<Path> prototypes(Prim const& instancer)
{
    return instancer.targets("prototypes");
}

std::vector<std::uint8_t> instance_mask(Prim const& instancer, Time time)
{
    std::set<std::int64_t> masked;
    if (auto const inactive = instancer.metadata(Token("inactiveIds")))
        if (auto const* list = inactive->get<Int64ListOp>())
            masked.insert(list->explicit_items.begin(), list->explicit_items.end());
    if (auto const invisible = detail::get<Array<std::int64_t>>(instancer, "invisibleIds", time))
        masked.insert(invisible->begin(), invisible->end());
    std::vector<std::uint8_t> mask;
    if (masked.empty()) return mask;
    auto const ids = ids_at(instancer, time);
    auto const indices = detail::get<Array<std::int32_t>>(instancer, "protoIndices", time);
    if (!ids && !indices) return mask;
    bool any = false;
    for (std::size_t i = 0; i < (ids ? ids->size() : indices->size()); ++i) {
        bool const is_masked = masked.contains(ids ? (*ids)[i] : static_cast<std::int64_t>(i));
        any = any || is_masked;
        mask.push_back(is_masked ? 0 : 1);
    }
    return any ? mask : std::vector<std::uint8_t>();
}

Result<PointInstances> point_instances(Prim const& instancer, Time time, Time base_time,
                                       InstanceOptions const& options)
{
    auto const where = instancer.path().str();
    bool has_indices = false;
    auto const indices = prototype_indices(instancer, base_time, has_indices);
    if (!has_indices) return fail(Errc::not_found, "<{}>: there are no prototype indices", where);
    if (indices.size() > most_instances)
        return fail(Errc::limit, "<{}>: {} instances are more than {}", where, indices.size(),
                    most_instances);
    auto const paths = prototypes(instancer);
    if (options.include_prototype_transform) TRY(check_prototypes(where, indices, paths.size()));
    std::vector<std::uint8_t> mask;
    if (options.apply_mask) mask = instance_mask(instancer, base_time);
    if (!mask.empty() && mask.size() != indices.size())
        return fail(Errc::invalid_input, "<{}>: {} ids for {} instances", where, mask.size(), indices.size());
    PointInstances result;
    if (indices.empty()) {
        if (motions(instancer, "positions", base_time)) return result;
        return fail(Errc::not_found, "<{}>: there are no positions", where);
    }
    auto const placed = TRY(placement(instancer, time, base_time, indices.size()));
    std::vector<Matrix4d> roots;
    if (options.include_prototype_transform) roots = prototype_transforms(instancer, paths, time);
    auto const ids = ids_at(instancer, base_time);
    bool const has_ids = ids && ids->size() == indices.size();
    for (std::size_t i = 0; i < indices.size(); ++i) {
        if (!mask.empty() && mask[i] == 0) continue;
        auto const own = placed.matrix(i);
        result.instancer_from_prototype.push_back(
            roots.empty() ? own : roots[static_cast<std::size_t>(indices[i])] * own);
        result.prototype_indices.push_back(indices[i]);
        result.ids.push_back(has_ids ? (*ids)[i] : static_cast<std::int64_t>(i));
    }
    return result;
}

Result<std::vector<Vec3f>> points_at(Prim const& prim, Time time, Time base_time)
{
    auto found = motions(prim, "points", base_time);
    if (!found) return fail(Errc::not_found, "<{}>: there are no points", prim.path().str());
    auto const count = found->positions.size();
    if (!found->velocities)
        if (auto const points = detail::get<Array<Vec3f>>(prim, "points", time);
            points && points->size() == count)
            found->positions = *points;
    auto const seconds = motion_seconds(prim, *found, time);
    std::vector<Vec3f> result;
    result.reserve(count);
    for (std::size_t i = 0; i < count; ++i) result.push_back(moved_point(*found, i, seconds));
    return result;
}

} // namespace soulvan::usd::geom
