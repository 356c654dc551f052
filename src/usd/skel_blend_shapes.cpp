// Where do blend shapes and their in-betweens move points and normals?
#include "skel_detail.h"

#include <cmath>

namespace soulvan::usd::skel {

namespace {

constexpr std::string_view inbetweens = "inbetweens:";
constexpr std::string_view normal_offsets_suffix = ":normalOffsets";
constexpr float epsilon = 1e-6F;

bool is_close(float a, float b)
{
    return std::abs(a - b) < epsilon;
}

std::vector<Vec3f> vectors(Prim const& prim, std::string_view name)
{
    auto const array = detail::get<Array<Vec3f>>(prim, name, {});
    return array ? std::vector<Vec3f>(array->begin(), array->end()) : std::vector<Vec3f>();
}

std::vector<std::int32_t> indices(Prim const& prim, std::string_view name)
{
    if (auto const array = detail::get<Array<std::int32_t>>(prim, name, {}))
        return {array->begin(), array->end()};
    std::vector<std::int32_t> result;
    if (auto const array = detail::get<Array<std::uint32_t>>(prim, name, {}))
        for (auto const index : *array) result.push_back(static_cast<std::int32_t>(index));
    return result;
}

/// The weight at which an in-between holds; nothing when it is missing or that of another shape.
std::optional<float> weight_of(Attribute const& inbetween)
{
    auto const authored = inbetween.metadata(Token("weight"));
    if (!authored) return std::nullopt;
    float weight = 0;
    if (auto const* number = authored->get<float>())
        weight = *number;
    else if (auto const* wide = authored->get<double>())
        weight = static_cast<float>(*wide);
    else
        return std::nullopt;
    return is_close(weight, 0) || is_close(weight, 1) ? std::nullopt : std::optional(weight);
}

/// Adds the offsets; those of a sparse shape go to the points that it names.
Result<> add(std::span<Vec3f const> offsets, std::span<std::int32_t const> points_of, float weight,
             std::span<Vec3f> values)
{
    if (std::abs(weight) < epsilon) return {};
    if (points_of.empty()) {
        if (offsets.size() != values.size())
            return fail(Errc::invalid_input, "{} offsets for {} points", offsets.size(), values.size());
        for (std::size_t i = 0; i < values.size(); ++i) values[i] += offsets[i] * weight;
        return {};
    }
    if (offsets.size() != points_of.size())
        return fail(Errc::invalid_input, "{} offsets for {} point indices", offsets.size(), points_of.size());
    for (std::size_t i = 0; i < offsets.size(); ++i) {
        auto const point = static_cast<std::size_t>(points_of[i]);
        if (points_of[i] < 0 || point >= values.size())
            return fail(Errc::invalid_input, "point index {} is not among {}", points_of[i], values.size());
        values[point] += offsets[i] * weight;
    }
    return {};
}

} // namespace

BlendShapes::Shape BlendShapes::read(Prim const& prim)
{
    Shape shape;
    shape.point_indices = indices(prim, "pointIndices");
    shape.steps.push_back({});
    shape.steps.push_back({1, vectors(prim, "offsets"), vectors(prim, "normalOffsets")});
    for (Token name : prim.property_names()) {
        if (!name.view().starts_with(inbetweens) || name.view().ends_with(normal_offsets_suffix)) continue;
        auto const attribute = prim.attribute(name);
        auto const weight = attribute ? weight_of(*attribute) : std::nullopt;
        if (!weight) continue;
        shape.steps.push_back({*weight, vectors(prim, name.view()),
                               vectors(prim, name.str() + std::string(normal_offsets_suffix))});
    }
    std::stable_sort(shape.steps.begin(), shape.steps.end(),
                     [](Step const& a, Step const& b) { return a.weight < b.weight; });
    return shape;
}

BlendShapes::BlendShapes(Skinning const& skinning) : prim_(skinning.prim().path())
{
    for (auto const& path : skinning.blend_shape_targets()) {
        auto const target = skinning.prim().stage().prim_at(path);
        bool const is_shape = target && target.is_active() && target.is_a("BlendShape");
        shapes_.push_back(is_shape ? read(target) : Shape());
    }
}

Result<> BlendShapes::apply(std::span<float const> weights, std::span<Vec3f> values,
                            std::vector<Vec3f> Step::*offsets) const
{
    if (weights.size() != shapes_.size())
        return fail(Errc::invalid_input, "<{}>: {} weights for {} blend shapes", prim_.str(), weights.size(),
                    shapes_.size());
    for (std::size_t i = 0; i < shapes_.size(); ++i) {
        auto const& [steps, point_indices] = shapes_[i];
        if (steps.empty()) continue;
        // The steps around the weight; beyond the ends the last two go on.
        auto const after =
            std::upper_bound(steps.begin(), steps.end(), weights[i],
                             [](float weight, Step const& step) { return weight < step.weight; });
        auto const upper = std::clamp<std::ptrdiff_t>(after - steps.begin(), 1,
                                                      static_cast<std::ptrdiff_t>(steps.size()) - 1);
        auto const& high = steps[static_cast<std::size_t>(upper)];
        auto const& low = steps[static_cast<std::size_t>(upper - 1)];
        if (high.weight - low.weight <= epsilon) continue;
        float const alpha = (weights[i] - low.weight) / (high.weight - low.weight);
        for (auto const& [step, share] : {std::pair(&low, 1 - alpha), std::pair(&high, alpha)}) {
            if (step->is_rest() || (step->*offsets).empty()) continue;
            if (auto added = add(step->*offsets, point_indices, share, values); !added)
                return within(fmt::format("<{}>: blend shape {}", prim_.str(), i), std::move(added).error());
        }
    }
    return {};
}

Result<> BlendShapes::deform_points(std::span<float const> weights, std::span<Vec3f> points) const
{
    return apply(weights, points, &Step::offsets);
}

Result<> BlendShapes::deform_normals(std::span<float const> weights, std::span<Vec3f> normals) const
{
    TRY(apply(weights, normals, &Step::normal_offsets));
    for (auto& normal : normals) normal.normalize();
    return {};
}

} // namespace soulvan::usd::skel
