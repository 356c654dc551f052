// Which way round do the faces of a foreign mesh go?
#include "winding.h"

#include "normals.h"

#include <algorithm>
#include <cstdint>
#include <span>
#include <tuple>

namespace soulvan::interchange {

namespace {

/// One face's walk along an edge; `low` < `high` are its points.
struct Side {
    std::int32_t low, high;
    std::int32_t face;
    bool upwards; ///< from low to high
};

struct Neighbour {
    std::int32_t face;
    bool agrees;
};

std::vector<Side> sides_of(ModelMesh const& mesh)
{
    std::vector<Side> sides;
    sides.reserve(mesh.indices.size());
    std::size_t begin = 0;
    for (std::size_t face = 0; face < mesh.face_counts.size(); ++face) {
        auto const count = static_cast<std::size_t>(mesh.face_counts[face]);
        for (std::size_t i = 0; i < count; ++i) {
            auto const a = mesh.indices[begin + i], b = mesh.indices[begin + (i + 1) % count];
            sides.push_back({std::min(a, b), std::max(a, b), static_cast<std::int32_t>(face), a < b});
        }
        begin += count;
    }
    std::sort(sides.begin(), sides.end(), [](Side const& a, Side const& b) {
        return std::tie(a.low, a.high, a.face) < std::tie(b.low, b.high, b.face);
    });
    return sides;
}

/// Pairs of faces that share an edge nobody else has, both ways.
std::vector<std::vector<Neighbour>> neighbours_of(ModelMesh const& mesh)
{
    std::vector<std::vector<Neighbour>> result(mesh.face_counts.size());
    auto const sides = sides_of(mesh);
    for (std::size_t i = 0; i < sides.size();) {
        auto end = i + 1;
        while (end < sides.size() && sides[end].low == sides[i].low && sides[end].high == sides[i].high)
            ++end;
        if (end - i == 2) {
            auto const &a = sides[i], &b = sides[i + 1];
            result[a.face].push_back({b.face, a.upwards != b.upwards});
            result[b.face].push_back({a.face, a.upwards != b.upwards});
        }
        i = end;
    }
    return result;
}

template <class T>
void reverse_corners(std::vector<T>& values, std::size_t begin, std::size_t count)
{
    if (values.empty()) return;
    auto const first = values.begin() + static_cast<std::ptrdiff_t>(begin);
    std::reverse(first, first + static_cast<std::ptrdiff_t>(count));
}

} // namespace

void agree_on_winding(ModelMesh& mesh)
{
    auto const neighbours = neighbours_of(mesh);
    std::vector<std::size_t> begins(mesh.face_counts.size());
    for (std::size_t face = 0, begin = 0; face < begins.size(); ++face) {
        begins[face] = begin;
        begin += static_cast<std::size_t>(mesh.face_counts[face]);
    }
    enum State : char { unseen, kept, turned };
    std::vector<State> states(begins.size(), unseen);
    std::vector<std::int32_t> part;
    for (std::size_t seed = 0; seed < states.size(); ++seed) {
        if (states[seed] != unseen) continue;
        part.assign(1, static_cast<std::int32_t>(seed));
        states[seed] = kept;
        double area_kept = 0, area_turned = 0;
        for (std::size_t i = 0; i < part.size(); ++i) {
            auto const face = static_cast<std::size_t>(part[i]);
            auto const corners = std::span(mesh.indices)
                                     .subspan(begins[face], static_cast<std::size_t>(mesh.face_counts[face]));
            (states[face] == kept ? area_kept : area_turned) += area_normal(mesh.points, corners).length();
            for (auto const& next : neighbours[face]) {
                if (states[next.face] != unseen) continue;
                states[next.face] = next.agrees == (states[face] == kept) ? kept : turned;
                part.push_back(next.face);
            }
        }
        auto const loser = area_turned > area_kept ? kept : turned;
        for (auto const face : part) {
            if (states[face] != loser) continue;
            auto const begin = begins[face], count = static_cast<std::size_t>(mesh.face_counts[face]);
            reverse_corners(mesh.indices, begin, count);
            reverse_corners(mesh.uvs, begin, count);
            reverse_corners(mesh.colors, begin, count);
            reverse_corners(mesh.normals, begin, count);
        }
    }
}

} // namespace soulvan::interchange
