// Which kind of light a sample goes to, learnt per region before a frame: lamps, or one of the infinite
// lights.
#include "light_shares.h"

namespace soulvan::render {
namespace {

/// Fewer trials than this lean on what was learnt for a larger region.
constexpr double prior_weight = 2;
/// No class is ever given up: this much is shared out evenly.
constexpr float least_share = 0.08f;
/// Fewer trials say nothing about a frame.
constexpr std::size_t least_trials = 64;

/// Mean squares of what the samples of each class brought.
struct Moments {
    std::array<double, light_classes> squares{}, counts{};

    void add(LightTrial const& t)
    {
        squares[t.light_class] += double{t.contribution} * t.contribution;
        counts[t.light_class] += 1;
    }
    Moments leaning_on(Moments const& wider) const
    {
        Moments out = *this;
        for (int k = 0; k < light_classes; ++k) {
            if (!(wider.counts[k] > 0)) continue;
            out.squares[k] += prior_weight * wider.squares[k] / wider.counts[k];
            out.counts[k] += prior_weight;
        }
        return out;
    }
    /// The least variance of a sum of estimates is reached by shares in proportion to their root mean
    /// squares.
    ClassShares shares(ClassShares const& prior) const
    {
        ClassShares out{};
        double sum = 0;
        int used = 0;
        std::array<double, light_classes> spread{};
        for (int k = 0; k < light_classes; ++k) {
            if (!(prior[k] > 0)) continue;
            ++used;
            spread[k] = counts[k] > 0 ? std::sqrt(squares[k] / counts[k]) : 0;
            sum += spread[k];
        }
        if (!(sum > 0)) return prior;
        for (int k = 0; k < light_classes; ++k)
            if (prior[k] > 0)
                out[k] = least_share / static_cast<float>(used) +
                         (1 - least_share) * static_cast<float>(spread[k] / sum);
        return out;
    }
};

} // namespace

LightShares::LightShares(ClassShares const& prior, std::vector<LightTrial> const& trials) : whole_(prior)
{
    if (trials.size() < least_trials) return;
    // The middle of the positions along each axis: one ray that strays must not make all cells huge.
    std::vector<float> values(trials.size());
    for (int c = 0; c < 3; ++c) {
        for (std::size_t i = 0; i < trials.size(); ++i) values[i] = trials[i].p[c];
        std::sort(values.begin(), values.end());
        float const low = values[values.size() / 50], high = values[values.size() - 1 - values.size() / 50];
        low_[c] = low;
        scale_[c] = high > low ? cells_per_axis / (high - low) : 0;
    }
    double sum = 0;
    for (auto const& t : trials) sum += t.contribution;
    // A firefly must not decide.
    auto const most = static_cast<float>(50 * sum / static_cast<double>(trials.size()));

    Moments frame;
    std::vector<Moments> by_cell(cells_per_axis * cells_per_axis * cells_per_axis),
        by_side(by_cell.size() * sides);
    for (auto t : trials) {
        t.contribution = std::min(t.contribution, most);
        auto const at = cell(t.p);
        frame.add(t);
        by_cell[at].add(t);
        by_side[at * sides + side_of(t.n)].add(t);
    }
    shares_.reserve(by_side.size());
    for (std::size_t i = 0; i < by_cell.size(); ++i) {
        auto const around = by_cell[i].leaning_on(frame);
        for (int side = 0; side < sides; ++side)
            shares_.push_back(by_side[i * sides + side].leaning_on(around).shares(prior));
    }
    whole_ = frame.shares(prior);
}

} // namespace soulvan::render
