// Which light to sample at a point: chosen by an upper estimate of what it may contribute there.
#include "light_select.h"

#include <bit>
#include <numeric>

namespace soulvan::render {

/// A light, or a group of them: the ball around it, a cone of normals, and power.
struct LightSelector::Cluster {
    Vec3f low, high;
    Vec3f axis;
    float normals = 0, emission = 0; ///< half-angles
    float power = 0;
    std::uint32_t light = 0;

    Vec3f center() const { return (low + high) * 0.5f; }
};

namespace {

struct Cone {
    Vec3f axis;
    float normals, emission;
};

/// The narrowest cone around two (Conty & Kulla, algorithm 1).
Cone merge(Cone a, Cone b)
{
    if (b.normals > a.normals) std::swap(a, b);
    float const emission = std::max(a.emission, b.emission);
    float const between = std::acos(std::clamp(dot(a.axis, b.axis), -1.0f, 1.0f));
    if (std::min(between + b.normals, pi) <= a.normals) return {a.axis, a.normals, emission};
    float const normals = (a.normals + between + b.normals) / 2;
    Vec3f const turn = cross(a.axis, b.axis);
    float const size = length(turn);
    if (normals >= pi || size < 1e-6f) return {a.axis, pi, emission};
    // Rodrigues: a's axis turned towards b's.
    float const angle = normals - a.normals;
    Vec3f const k = turn * (1 / size);
    Vec3f const axis = a.axis * std::cos(angle) + cross(k, a.axis) * std::sin(angle);
    return {normalized_or(axis, a.axis), normals, emission};
}

/// Solid angle weighted by the cosine of emission: how widely a group shines (Conty & Kulla, equation 1).
float orientation_measure(float normals, float emission)
{
    float const wide = std::min(normals + emission, pi);
    float const c = std::cos(normals), s = std::sin(normals);
    return 2 * pi * (1 - c) + pi / 2 * (2 * wide * s - std::cos(normals - 2 * wide) - 2 * normals * s + c);
}

} // namespace

unsigned LightSelector::Node::touched_by(Vec3f const& origin, Vec3f const& d, float far) const
{
    Eight const dx = x - origin.x, dy = y - origin.y, dz = z - origin.z;
    Eight const along = min(max(dx * d.x + dy * d.y + dz * d.z, 0.0f), far);
    Eight const ex = dx - along * d.x, ey = dy - along * d.y, ez = dz - along * d.z;
    // A little wider than the ball, which touches the light that it encloses.
    Eight const r = radius * 1.001f;
    return bits(ex * ex + ey * ey + ez * ez <= r * r) & ((1u << count) - 1);
}

float LightSelector::importances(Node const& node, Vec3f const& p, Vec3f const& n,
                                 std::array<float, arity>& out)
{
    // cos(max(0, a - b)) is cos a cos b + sin a sin b, or 1 when b > a.
    Eight const one = 1.0f, zero = 0.0f;
    Eight const dx = node.x - p.x, dy = node.y - p.y, dz = node.z - p.z;
    Eight const r2 = node.radius * node.radius;
    Eight const d2 = dx * dx + dy * dy + dz * dz + 1e-20f;
    Eight const inverse_d = one / sqrt(d2);
    Eight const inside = d2 <= r2;
    Eight const sin2_u = min(r2 * inverse_d * inverse_d, one);
    Eight const sin_u = sqrt(sin2_u), cos_u = select(inside, -1.0f, sqrt(one - sin2_u));

    Eight const cos_w = (node.axis_x * dx + node.axis_y * dy + node.axis_z * dz) * (zero - inverse_d);
    Eight const sin_w = sqrt(max(zero, one - cos_w * cos_w));
    Eight const within = cos_w >= node.cos_normals;
    Eight const cos_x = select(within, one, cos_w * node.cos_normals + sin_w * node.sin_normals);
    Eight const sin_x = select(within, zero, sin_w * node.cos_normals - cos_w * node.sin_normals);
    Eight const cos_y = select(cos_x >= cos_u, one, cos_x * cos_u + sin_x * sin_u);

    Eight const cos_i = (dx * n.x + dy * n.y + dz * n.z) * inverse_d;
    Eight const sin_i = sqrt(max(zero, one - cos_i * cos_i));
    Eight const cos_j = select(cos_i >= cos_u, one, cos_i * cos_u + sin_i * sin_u);

    // Inside a ball nothing is known about direction, and distance no longer says how bright it gets.
    Eight const lit = ((cos_y > node.cos_emission) & (cos_j > zero)) | inside;
    Eight const value = node.power * max(cos_y, 1e-3f) * max(cos_j, 1e-3f) / max(d2, r2);
    out = (lit & value).values();
    float sum = 0;
    for (int k = 0; k < arity; ++k) sum += out[k];
    return sum;
}

LightSelector::LightSelector(std::vector<AreaLight> const& lights) : slot_of_(lights.size())
{
    std::vector<Cluster> clusters;
    for (std::uint32_t i = 0; i < lights.size(); ++i) {
        auto const& light = lights[i];
        if (light.is_infinite()) {
            infinite_.push_back(i);
            if (!light.is_unsampled()) sampled_infinite_.push_back({.light = i});
            continue;
        }
        Vec3f const r(light.bounding_radius());
        clusters.push_back({light.center() - r, light.center() + r, light.axis(),
                            std::acos(std::clamp(light.cos_normals(), -1.0f, 1.0f)),
                            std::acos(std::clamp(light.cos_emission(), -1.0f, 1.0f)), light.power(), i});
    }
    if (!clusters.empty()) build(clusters, 0, clusters.size(), {});
    divide_classes(lights);
}

void LightSelector::divide_classes(std::vector<AreaLight> const& lights)
{
    ClassShares power{};
    float total = 0;
    int next = 1;
    for (auto& infinite : sampled_infinite_) {
        infinite.light_class = std::min(next++, light_classes - 1);
        infinite.chance = std::max(lights[infinite.light].power(), 1e-12f);
        power[infinite.light_class] += infinite.chance;
        total += infinite.chance;
    }
    float const all_infinite = sampled_infinite_.empty() ? 0.0f : (nodes_.empty() ? 1.0f : 0.5f);
    if (!nodes_.empty()) even_shares_[0] = 1 - all_infinite;
    for (auto& infinite : sampled_infinite_) {
        even_shares_[infinite.light_class] = all_infinite * power[infinite.light_class] / total;
        infinite.chance /= power[infinite.light_class];
    }
    for (float const share : even_shares_) classes_ += share > 0 ? 1 : 0;
}

std::int32_t LightSelector::build(std::vector<Cluster>& clusters, std::size_t first, std::size_t last,
                                  Slot parent)
{
    struct Range {
        std::size_t first, last;
        Cluster bounds;
        float cost;
    };
    auto const unite = [](Cluster const& a, Cluster const& b) {
        auto const cone = merge({a.axis, a.normals, a.emission}, {b.axis, b.normals, b.emission});
        Cluster out{a.low, a.high, cone.axis, cone.normals, cone.emission, a.power + b.power, a.light};
        for (int c = 0; c < 3; ++c) {
            out.low[c] = std::min(a.low[c], b.low[c]);
            out.high[c] = std::max(a.high[c], b.high[c]);
        }
        return out;
    };
    auto const cost_of = [](Cluster const& c) {
        return c.power * length2(c.high - c.low) * orientation_measure(c.normals, c.emission);
    };
    auto const range_of = [&](std::size_t from, std::size_t to) {
        Cluster bounds = clusters[from];
        for (auto i = from + 1; i < to; ++i) bounds = unite(bounds, clusters[i]);
        return Range{from, to, bounds, to - from > 1 ? cost_of(bounds) : -1};
    };
    // The costliest group is cut in two until there are eight.
    std::vector<Range> ranges{range_of(first, last)};
    while (ranges.size() < arity) {
        auto const worst = std::max_element(ranges.begin(), ranges.end(),
                                            [](auto const& a, auto const& b) { return a.cost < b.cost; });
        if (worst->last - worst->first < 2) break;
        Range const whole = *worst;
        auto const begin = clusters.begin() + static_cast<std::ptrdiff_t>(whole.first);
        auto const end = clusters.begin() + static_cast<std::ptrdiff_t>(whole.last);
        float best = std::numeric_limits<float>::infinity();
        int best_axis = 0;
        std::size_t best_cut = whole.first + (whole.last - whole.first) / 2;
        auto const sort_along = [&](int axis) {
            std::sort(begin, end, [axis](Cluster const& a, Cluster const& b) {
                float const x = a.center()[axis], y = b.center()[axis];
                return x != y ? x < y : a.light < b.light;
            });
        };
        for (int axis = 0; axis < 3; ++axis) {
            sort_along(axis);
            std::vector<float> right(whole.last - whole.first);
            Cluster group = clusters[whole.last - 1];
            for (auto i = whole.last - 1; i > whole.first; --i) {
                group = unite(group, clusters[i]);
                right[i - whole.first] = cost_of(group);
            }
            group = clusters[whole.first];
            for (auto cut = whole.first + 1; cut < whole.last; ++cut) {
                group = unite(group, clusters[cut - 1]);
                float const cost = cost_of(group) + right[cut - whole.first];
                if (cost < best) {
                    best = cost;
                    best_axis = axis;
                    best_cut = cut;
                }
            }
        }
        sort_along(best_axis);
        *worst = range_of(whole.first, best_cut);
        ranges.push_back(range_of(best_cut, whole.last));
    }

    auto const index = static_cast<std::int32_t>(nodes_.size());
    nodes_.emplace_back();
    parents_.push_back(parent);
    for (std::size_t k = 0; k < ranges.size(); ++k) {
        auto const& b = ranges[k].bounds;
        Slot const slot{index, static_cast<int>(k)};
        std::int32_t child = 0;
        if (ranges[k].last - ranges[k].first == 1) {
            child = ~static_cast<std::int32_t>(b.light);
            slot_of_[b.light] = slot;
        } else {
            child = build(clusters, ranges[k].first, ranges[k].last, slot);
        }
        Node& node = nodes_[index]; // after the recursion, which may move the nodes
        Vec3f const c = b.center();
        node.x.set(slot.index, c.x);
        node.y.set(slot.index, c.y);
        node.z.set(slot.index, c.z);
        // A single light's box is the cube around its ball.
        node.radius.set(slot.index, child < 0 ? (b.high.x - b.low.x) / 2 : length(b.high - b.low) / 2);
        node.power.set(slot.index, b.power);
        node.axis_x.set(slot.index, b.axis.x);
        node.axis_y.set(slot.index, b.axis.y);
        node.axis_z.set(slot.index, b.axis.z);
        node.cos_normals.set(slot.index, std::cos(b.normals));
        node.sin_normals.set(slot.index, std::sin(b.normals));
        // Rounded outwards: light at exactly a right angle is none.
        node.cos_emission.set(slot.index, std::cos(b.emission) - 1e-6f);
        node.child[k] = child;
        node.count = static_cast<int>(k) + 1;
    }
    return index;
}

LightChoice LightSelector::choose(Vec3f const& p, Vec3f const& n, ClassShares const& shares, float u) const
{
    if (!nodes_.empty()) {
        float const share = sampled_infinite_.empty() ? 1 : shares[0];
        if (u < share) {
            auto choice = choose_local(p, n, u / share);
            choice.pmf *= share;
            return choice;
        }
        u -= share;
    }
    LightChoice last;
    for (auto const& infinite : sampled_infinite_) {
        float const chance = shares[infinite.light_class] * infinite.chance;
        if (chance > 0) last = {infinite.light, chance, infinite.light_class};
        if (u < chance) break;
        u -= chance;
    }
    return last;
}

LightChoice LightSelector::choose_local(Vec3f const& p, Vec3f const& n, float u) const
{
    float pmf = 1;
    std::array<float, arity> importance;
    std::int32_t at = 0;
    while (true) {
        Node const& node = nodes_[at];
        float const sum = importances(node, p, n, importance);
        if (!(sum > 0)) return {};
        float rest = u * sum;
        int k = 0, last = -1;
        for (; k < node.count; ++k) {
            if (importance[k] <= 0) continue;
            last = k;
            if (rest < importance[k]) break;
            rest -= importance[k];
        }
        if (k == node.count) {
            k = last;
            rest = importance[k];
        }
        u = std::min(rest / importance[k], 0.99999994f);
        pmf *= importance[k] / sum;
        if (node.child[k] < 0) return {static_cast<std::uint32_t>(~node.child[k]), pmf, 0};
        at = node.child[k];
    }
}

float LightSelector::pmf(Vec3f const& p, Vec3f const& n, ClassShares const& shares, std::uint32_t light) const
{
    Slot slot = slot_of_[light];
    if (slot.node < 0) {
        for (auto const& infinite : sampled_infinite_)
            if (infinite.light == light) return shares[infinite.light_class] * infinite.chance;
        return 0;
    }
    float pmf = sampled_infinite_.empty() ? 1 : shares[0];
    std::array<float, arity> importance;
    while (slot.node >= 0) {
        float const sum = importances(nodes_[slot.node], p, n, importance);
        if (!(sum > 0)) return 0;
        pmf *= importance[slot.index] / sum;
        slot = parents_[slot.node];
    }
    return pmf;
}

} // namespace soulvan::render
