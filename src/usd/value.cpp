// What values that hold other values do: equality, and samples by time.
#include "soulvan/usd/value.h"

#include <algorithm>

namespace soulvan::usd {

namespace {

using SharedDictionary = std::shared_ptr<Dictionary const>;

/// No dictionary and an empty one say the same.
bool same_data(SharedDictionary const& a, SharedDictionary const& b)
{
    auto const empty = [](SharedDictionary const& data) { return !data || data->empty(); };
    if (a == b) return true;
    if (empty(a) || empty(b)) return empty(a) && empty(b);
    return *a == *b;
}

} // namespace

bool operator==(Reference const& a, Reference const& b)
{
    return a.asset == b.asset && a.prim == b.prim && a.offset == b.offset &&
           same_data(a.custom_data, b.custom_data);
}

bool operator==(SplineKnot const& a, SplineKnot const& b)
{
    return a.time == b.time && a.value == b.value && a.value_before == b.value_before && a.next == b.next &&
           a.slope_before == b.slope_before && a.slope_after == b.slope_after &&
           a.width_before == b.width_before && a.width_after == b.width_after &&
           a.tangent_before == b.tangent_before && a.tangent_after == b.tangent_after &&
           same_data(a.custom_data, b.custom_data);
}

TimeSamples::TimeSamples(std::initializer_list<value_type> samples)
{
    for (auto const& [time, value] : samples) set(time, value);
}

TimeSamples::TimeSamples(std::map<double, Value> const& samples)
    : times_(std::make_shared<std::vector<double>>()),
      values_(std::make_shared<std::vector<Value>>())
{
    times_->reserve(samples.size());
    values_->reserve(samples.size());
    for (auto const& [time, value] : samples) {
        times_->push_back(time);
        values_->push_back(value);
    }
}

std::vector<double> const& TimeSamples::times() const
{
    static std::vector<double> const none;
    return times_ ? *times_ : none;
}

Value TimeSamples::value(std::size_t index) const
{
    return source_ ? source_->value(index) : (*values_)[index];
}

std::size_t TimeSamples::upper_bound(double time) const
{
    auto const& all = times();
    return static_cast<std::size_t>(std::upper_bound(all.begin(), all.end(), time) - all.begin());
}

std::optional<std::size_t> TimeSamples::find(double time) const
{
    auto const above = upper_bound(time);
    return above > 0 && (*times_)[above - 1] == time ? std::optional(above - 1) : std::nullopt;
}

void TimeSamples::set(double time, Value value)
{
    bool const mine = !source_ && times_.use_count() == 1 && values_.use_count() == 1;
    if (!mine) {
        auto values = std::make_shared<std::vector<Value>>();
        values->reserve(size() + 1);
        for (std::size_t i = 0; i < size(); ++i) values->push_back(this->value(i));
        times_ = std::make_shared<std::vector<double>>(times());
        values_ = std::move(values);
        source_ = nullptr;
    }
    auto const at = upper_bound(time);
    auto const there = static_cast<std::ptrdiff_t>(at);
    if (at > 0 && (*times_)[at - 1] == time) {
        (*values_)[at - 1] = std::move(value);
    } else {
        times_->insert(times_->begin() + there, time);
        values_->insert(values_->begin() + there, std::move(value));
    }
}

TimeSamples::value_type TimeSamples::Iterator::operator*() const
{
    return {samples_->time(at_), samples_->value(at_)};
}

bool operator==(TimeSamples const& a, TimeSamples const& b)
{
    if (a.times() != b.times()) return false;
    for (std::size_t i = 0; i < a.size(); ++i)
        if (!(a.value(i) == b.value(i))) return false;
    return true;
}

} // namespace soulvan::usd
