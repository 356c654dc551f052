// Which joint hangs on which, and how do two orders of names match?
#include "soulvan/usd/skel.h"

#include <unordered_map>

namespace soulvan::usd::skel {

Topology Topology::from_joints(std::span<Token const> joints)
{
    std::vector<Path> paths;
    std::unordered_map<Path, std::int32_t> index;
    for (Token joint : joints) {
        auto const path = Path::parse(joint.view());
        paths.push_back(path && path->is_prim() ? *path : Path());
        if (!paths.back().empty()) index[paths.back()] = static_cast<std::int32_t>(paths.size() - 1);
    }
    Topology result;
    for (auto const& path : paths) {
        std::int32_t parent = -1;
        for (Path up = path.empty() ? path : path.parent(); !up.empty() && up.is_prim(); up = up.parent())
            if (auto const at = index.find(up); at != index.end()) {
                parent = at->second;
                break;
            }
        result.parents.push_back(parent);
    }
    return result;
}

Result<> Topology::validate() const
{
    for (std::size_t i = 0; i < parents.size(); ++i) {
        if (parents[i] < 0 || static_cast<std::size_t>(parents[i]) < i) continue;
        if (static_cast<std::size_t>(parents[i]) == i)
            return fail(Errc::invalid_input, "joint {} is its own parent", i);
        return fail(Errc::invalid_input, "joint {} stands before its parent {}", i, parents[i]);
    }
    return {};
}

Mapper::Mapper(std::span<Token const> source, std::span<Token const> target) : target_size_(target.size())
{
    if (source.empty() || target.empty()) {
        is_sparse_ = true;
        return;
    }
    is_null_ = false;
    // Where the source stands in the target as a whole, names that occur twice keep their places.
    auto const first = std::find(target.begin(), target.end(), source.front());
    if (static_cast<std::size_t>(target.end() - first) >= source.size() &&
        std::equal(source.begin(), source.end(), first)) {
        auto const offset = static_cast<std::int32_t>(first - target.begin());
        for (std::size_t i = 0; i < source.size(); ++i)
            targets_.push_back(offset + static_cast<std::int32_t>(i));
        is_identity_ = source.size() == target.size();
        is_sparse_ = !is_identity_;
        return;
    }
    std::unordered_map<Token, std::int32_t> index;
    for (std::size_t i = 0; i < target.size(); ++i) index[target[i]] = static_cast<std::int32_t>(i);
    std::vector<char> is_mapped(target.size(), 0);
    for (Token name : source) {
        auto const at = index.find(name);
        targets_.push_back(at == index.end() ? -1 : at->second);
        if (at != index.end()) is_mapped[static_cast<std::size_t>(at->second)] = 1;
    }
    is_sparse_ = std::find(is_mapped.begin(), is_mapped.end(), char{0}) != is_mapped.end();
}

} // namespace soulvan::usd::skel
