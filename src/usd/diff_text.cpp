// Which lines of two texts differ?
//
// The choice of blocks is that of Ratcliff and Metzener ("Pattern Matching: The Gestalt Approach", 1988) in
// the form of Python's difflib, which usddiff uses.
#include "soulvan/usd/diff.h"

#include <algorithm>
#include <cstdint>
#include <unordered_map>

#include <fmt/core.h>

namespace soulvan::usd {

namespace {

/// Lines with their ends.
std::vector<std::string_view> lines_of(std::string_view text)
{
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        auto const end = text.find('\n');
        auto const size = end == text.npos ? text.size() : end + 1;
        lines.push_back(text.substr(0, size));
        text.remove_prefix(size);
    }
    return lines;
}

struct Block {
    std::size_t a = 0, b = 0, size = 0;
};
struct Region {
    std::size_t a, a_end, b, b_end;
};

class Matcher {
public:
    Matcher(std::vector<std::string_view> const& a, std::vector<std::string_view> const& b)
    {
        std::unordered_map<std::string_view, std::uint32_t> ids;
        auto number = [&](std::vector<std::string_view> const& lines, std::vector<std::uint32_t>& out) {
            for (auto const line : lines)
                out.push_back(ids.emplace(line, static_cast<std::uint32_t>(ids.size())).first->second);
        };
        number(a, a_);
        number(b, b_);
        places_.resize(ids.size());
        for (std::size_t j = 0; j < b_.size(); ++j) places_[b_[j]].push_back(static_cast<std::uint32_t>(j));
        if (b_.size() >= 200)
            for (auto& places : places_)
                if (places.size() > b_.size() / 100 + 1) places.clear();
        length_.resize(b_.size() + 1);
        next_.resize(b_.size() + 1);
    }

    /// The common runs, in order, that are left as they are.
    std::vector<Block> blocks()
    {
        std::vector<Block> found;
        std::vector<Region> regions{{0, a_.size(), 0, b_.size()}};
        while (!regions.empty()) {
            auto const region = regions.back();
            regions.pop_back();
            auto const block = longest(region);
            if (block.size == 0) continue;
            found.push_back(block);
            if (region.a < block.a && region.b < block.b)
                regions.push_back({region.a, block.a, region.b, block.b});
            if (block.a + block.size < region.a_end && block.b + block.size < region.b_end)
                regions.push_back({block.a + block.size, region.a_end, block.b + block.size, region.b_end});
        }
        std::sort(found.begin(), found.end(), [](Block const& x, Block const& y) { return x.a < y.a; });
        return found;
    }

private:
    /// The longest run in the region, of equal ones that which begins first in a, then in b.
    Block longest(Region const& region)
    {
        Block best{region.a, region.b, 0};
        // length_[j + 1]: the run that ends at (i - 1, j); only the entries in `touched` are not zero.
        std::vector<std::uint32_t> touched, next_touched;
        for (auto i = region.a; i < region.a_end && steps_ < most_steps; ++i, ++steps_) {
            for (auto const j : places_[a_[i]]) {
                if (j < region.b) continue;
                if (j >= region.b_end) break;
                ++steps_;
                auto const run = length_[j] + 1;
                next_[j + 1] = run;
                next_touched.push_back(j + 1);
                if (run > best.size) best = {i - run + 1, j - run + 1, run};
            }
            for (auto const j : touched) length_[j] = 0;
            touched.swap(next_touched);
            next_touched.clear();
            length_.swap(next_);
        }
        for (auto const j : touched) length_[j] = 0;
        while (best.a > region.a && best.b > region.b && a_[best.a - 1] == b_[best.b - 1])
            --best.a, --best.b, ++best.size;
        while (best.a + best.size < region.a_end && best.b + best.size < region.b_end &&
               a_[best.a + best.size] == b_[best.b + best.size])
            ++best.size;
        return best;
    }

    static constexpr std::size_t most_steps = 100'000'000;

    std::vector<std::uint32_t> a_, b_;
    std::vector<std::vector<std::uint32_t>> places_; ///< of each line in b
    std::vector<std::uint32_t> length_, next_;
    std::size_t steps_ = 0;
};

std::string range(std::size_t begin, std::size_t end)
{
    if (end - begin == 1) return fmt::format("{}", begin + 1);
    return fmt::format("{},{}", end == begin ? begin : begin + 1, end - begin);
}

void append_lines(std::string& out, char mark, std::vector<std::string_view> const& lines, std::size_t begin,
                  std::size_t end)
{
    for (auto i = begin; i < end; ++i) {
        (out += mark) += lines[i];
        if (!lines[i].ends_with('\n')) out += '\n';
    }
}

} // namespace

std::string unified_diff(std::string_view before, std::string_view after)
{
    std::string out;
    if (before == after) return out;
    auto const a = lines_of(before), b = lines_of(after);
    auto blocks = Matcher(a, b).blocks();
    blocks.push_back({a.size(), b.size(), 0});
    std::size_t i = 0, j = 0;
    for (auto const& block : blocks) {
        if (i < block.a || j < block.b) {
            out += fmt::format("@@ -{} +{} @@\n", range(i, block.a), range(j, block.b));
            append_lines(out, '-', a, i, block.a);
            append_lines(out, '+', b, j, block.b);
        }
        i = block.a + block.size;
        j = block.b + block.size;
    }
    return out;
}

} // namespace soulvan::usd
