// How is a sheet of cloth cut and hung over a body?
#include "sheet.h"

#include <algorithm>
#include <map>
#include <set>

namespace soulvan::catalog {
namespace {

using Edge = std::pair<int, int>;

Edge sorted(int a, int b)
{
    return {std::min(a, b), std::max(a, b)};
}

std::size_t at(int i)
{
    return static_cast<std::size_t>(i);
}

Vec3d unit(Vec3d const& v)
{
    double const length = v.length();
    return length > 0 ? v / length : Vec3d(0, 1, 0);
}

/// Who is beside whom; on the border only who is on the border too, so that edges keep their line.
std::vector<std::vector<int>> neighbours_of(Sheet const& sheet)
{
    std::vector<std::set<int>> beside(sheet.base.size()), along(sheet.base.size());
    for (auto const& face : sheet.faces)
        for (std::size_t k = 0; k < 3; ++k) {
            beside[at(face[k])].insert(face[(k + 1) % 3]);
            beside[at(face[k])].insert(face[(k + 2) % 3]);
        }
    for (auto const& [a, b] : sheet.border()) {
        along[at(a)].insert(b);
        along[at(b)].insert(a);
    }
    std::vector<std::vector<int>> result;
    for (std::size_t i = 0; i < beside.size(); ++i) {
        auto const& chosen = along[i].empty() ? beside[i] : along[i];
        result.emplace_back(chosen.begin(), chosen.end());
    }
    return result;
}

std::vector<Vec3d> averaged(std::vector<Vec3d> const& values, std::vector<std::vector<int>> const& neighbours)
{
    auto out = values;
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (neighbours[i].empty()) continue;
        Vec3d sum(0, 0, 0);
        for (int const n : neighbours[i]) sum += values[at(n)];
        out[i] = (values[i] + sum / static_cast<double>(neighbours[i].size())) / 2;
    }
    return out;
}

} // namespace

int Sheet::between(int a, int b, double t)
{
    base.push_back(base[at(a)] * (1 - t) + base[at(b)] * t);
    if (!drape.empty()) drape.push_back(drape[at(a)] * (1 - t) + drape[at(b)] * t);
    return static_cast<int>(base.size()) - 1;
}

void Sheet::subdivide()
{
    std::map<Edge, int> middles;
    auto const middle = [&](int a, int b) {
        auto const [found, is_new] = middles.emplace(sorted(a, b), 0);
        if (is_new) found->second = between(a, b, 0.5);
        return found->second;
    };
    std::vector<std::array<int, 3>> fine;
    for (auto const& [a, b, c] : faces) {
        int const ab = middle(a, b), bc = middle(b, c), ca = middle(c, a);
        fine.insert(fine.end(), {{a, ab, ca}, {ab, b, bc}, {ca, bc, c}, {ab, bc, ca}});
    }
    faces = std::move(fine);
}

void Sheet::split(std::function<double(Vec3d const& base, Vec3d const& drape)> const& field)
{
    constexpr double close = 1e-5; // metres: a vertex this near is on the line
    std::vector<double> value;
    for (std::size_t i = 0; i < base.size(); ++i) {
        double const v = field(base[i], drape.empty() ? base[i] : drape[i]);
        value.push_back(std::abs(v) < close ? 0 : v);
    }
    std::map<Edge, int> crossings;
    auto const crossing = [&](int a, int b) {
        auto const [low, high] = sorted(a, b);
        auto const [found, is_new] = crossings.emplace(Edge(low, high), 0);
        if (is_new) found->second = between(low, high, value[at(low)] / (value[at(low)] - value[at(high)]));
        return found->second;
    };
    std::vector<std::array<int, 3>> cut;
    for (auto face : faces) {
        auto const v = [&](std::size_t k) { return value[at(face[k % 3])]; };
        bool const crosses = std::max({v(0), v(1), v(2)}) > 0 && std::min({v(0), v(1), v(2)}) < 0;
        if (!crosses) {
            cut.push_back(face);
            continue;
        }
        // Turned so that the first corner is alone on its side, or lies on the line.
        std::size_t k = 0;
        while (!(v(k) == 0 || (v(k) > 0 && v(k + 1) <= 0 && v(k + 2) <= 0) ||
                 (v(k) < 0 && v(k + 1) >= 0 && v(k + 2) >= 0)))
            ++k;
        int const a = face[k % 3], b = face[(k + 1) % 3], c = face[(k + 2) % 3];
        if (v(k) == 0) {
            int const bc = crossing(b, c);
            cut.insert(cut.end(), {{a, b, bc}, {a, bc, c}});
        } else if (v(k + 1) == 0 || v(k + 2) == 0) {
            bool const next = v(k + 1) == 0; // the line passes through b or c
            int const other = next ? crossing(c, a) : crossing(a, b);
            if (next)
                cut.insert(cut.end(), {{a, b, other}, {b, c, other}});
            else
                cut.insert(cut.end(), {{a, other, c}, {other, b, c}});
        } else {
            int const ab = crossing(a, b), ca = crossing(c, a);
            cut.insert(cut.end(), {{a, ab, ca}, {ab, b, c}, {ab, c, ca}});
        }
    }
    faces = std::move(cut);
}

void Sheet::keep(std::function<double(Vec3d const& base)> const& field)
{
    split([&](Vec3d const& p, Vec3d const&) { return field(p); });
    std::erase_if(faces, [&](auto const& face) {
        return field((base[at(face[0])] + base[at(face[1])] + base[at(face[2])]) / 3) > 0;
    });
    std::vector<int> place(base.size(), -1);
    std::vector<Vec3d> kept;
    for (auto& face : faces)
        for (auto& v : face) {
            if (place[at(v)] < 0) {
                place[at(v)] = static_cast<int>(kept.size());
                kept.push_back(base[at(v)]);
            }
            v = place[at(v)];
        }
    base = std::move(kept);
}

void Sheet::hang(double gap, int rounds)
{
    auto const neighbours = neighbours_of(*this);
    auto out = normals_of(base);
    for (int i = 0; i < 6; ++i) out = averaged(out, neighbours);
    for (auto& n : out) n = unit(n);
    drape.clear();
    for (std::size_t i = 0; i < base.size(); ++i) drape.push_back(base[i] + out[i] * gap);
    for (int round = 0; round < rounds; ++round) {
        drape = averaged(drape, neighbours);
        for (std::size_t i = 0; i < base.size(); ++i) {
            double const away = (drape[i] - base[i]).dot(out[i]);
            if (away < gap) drape[i] += out[i] * (gap - away);
        }
    }
}

std::vector<std::pair<int, int>> Sheet::border() const
{
    std::map<Edge, int> uses;
    for (auto const& face : faces)
        for (std::size_t k = 0; k < 3; ++k) ++uses[sorted(face[k], face[(k + 1) % 3])];
    std::vector<Edge> result;
    for (auto const& face : faces)
        for (std::size_t k = 0; k < 3; ++k)
            if (uses[sorted(face[k], face[(k + 1) % 3])] == 1)
                result.emplace_back(face[k], face[(k + 1) % 3]);
    return result;
}

std::vector<Vec3d> Sheet::normals_of(std::vector<Vec3d> const& points) const
{
    std::vector<Vec3d> normals(points.size(), Vec3d(0, 0, 0));
    for (auto const& face : faces) {
        auto const &a = points[at(face[0])], &b = points[at(face[1])], &c = points[at(face[2])];
        auto const n = (b - a).cross(c - a);
        for (int const v : face) normals[at(v)] += n;
    }
    for (auto& n : normals) n = unit(n);
    return normals;
}

} // namespace soulvan::catalog
