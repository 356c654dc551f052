// Which light to sample at a point: chosen by an upper estimate of what it may contribute there.
//
// Source  Conty Estévez & Kulla 2018, "Importance Sampling of Many Lights with Adaptive Tree Splitting", with
// nodes
//         of eight children side by side: a hall of 24 to 64 lights is two levels, each one pass of SIMD
//         arithmetic.
#pragma once

#include "eight.h"
#include "light.h"
#include "light_shares.h"

#include <array>
#include <bit>
#include <cstdint>
#include <vector>

namespace soulvan::render {

struct LightChoice {
    std::uint32_t light = 0;
    float pmf = 0; ///< 0: no light of the class can reach the point
    int light_class = 0;
};

class LightSelector {
public:
    LightSelector() = default;
    /// Lights that are never sampled (AreaLight::is_unsampled) are left out.
    explicit LightSelector(std::vector<AreaLight> const& lights);

    /// `n` is the normal of the side that is lit; `shares` are the chances of the classes.
    LightChoice choose(Vec3f const& p, Vec3f const& n, ClassShares const& shares, float u) const;
    /// The chance that `choose` returns `light`: equal to what it said, bit for bit or nearly.
    float pmf(Vec3f const& p, Vec3f const& n, ClassShares const& shares, std::uint32_t light) const;
    /// Half to lamps, half to infinite lights by their power, as far as there are any.
    ClassShares const& even_shares() const { return even_shares_; }
    /// Some infinite light is left to the surfaces (AreaLight::is_unsampled).
    bool has_unsampled() const { return infinite_.size() > sampled_infinite_.size(); }
    /// Shares of classes can be learnt: there are several.
    bool has_classes() const { return classes_ > 1; }

    /// Every local light whose bounding ball the segment touches, in the order of the tree.
    template <class Visit>
    void visit_along(Vec3f const& origin, Vec3f const& direction, float far, Visit visit) const
    {
        if (nodes_.empty()) return;
        std::array<std::int32_t, 64> stack;
        int size = 0;
        stack[size++] = 0;
        while (size > 0) {
            Node const& node = nodes_[stack[--size]];
            unsigned touched = node.touched_by(origin, direction, far);
            while (touched) {
                int const k = std::countr_zero(touched);
                touched &= touched - 1;
                if (node.child[k] < 0) {
                    visit(static_cast<std::uint32_t>(~node.child[k]));
                } else if (size < 64) {
                    stack[size++] = node.child[k];
                }
            }
        }
    }
    std::vector<std::uint32_t> const& infinite_lights() const { return infinite_; }

private:
    static constexpr int arity = 8;
    struct Node {
        Eight x, y, z, radius, power;
        Eight axis_x, axis_y, axis_z, cos_normals, sin_normals, cos_emission;
        std::array<std::int32_t, arity> child{}; ///< a node, or ~light
        int count = 0;
        unsigned touched_by(Vec3f const& origin, Vec3f const& direction, float far) const;
    };
    struct Cluster;
    struct Slot {
        std::int32_t node = -1;
        int index = 0;
    };
    static float importances(Node const& node, Vec3f const& p, Vec3f const& n, std::array<float, arity>& out);
    std::int32_t build(std::vector<Cluster>& clusters, std::size_t first, std::size_t last, Slot parent);
    void divide_classes(std::vector<AreaLight> const& lights);
    LightChoice choose_local(Vec3f const& p, Vec3f const& n, float u) const;

    std::vector<Node> nodes_;
    std::vector<Slot> parents_;           ///< of each node
    std::vector<Slot> slot_of_;           ///< of each light
    std::vector<std::uint32_t> infinite_; ///< all, sampled or not
    /// Those that are sampled: the chance of each within its class.
    struct Infinite {
        std::uint32_t light = 0;
        int light_class = 0;
        float chance = 0;
    };
    std::vector<Infinite> sampled_infinite_;
    ClassShares even_shares_{};
    int classes_ = 0; ///< with any light in them
};

} // namespace soulvan::render
