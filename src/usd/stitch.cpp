// How do two layers become one?
#include "soulvan/usd/stitch.h"

#include "fold.h"

#include <algorithm>
#include <map>
#include <unordered_set>

namespace soulvan::usd {

namespace {

class Stitcher {
public:
    Stitcher(Layer& strong, Layer const& weak) : strong_(strong), weak_(weak) {}

    std::vector<std::string> run()
    {
        stitch_spec(Path::root());
        return std::move(warnings_);
    }

private:
    /// Adds the children of `weak` that are new, and returns all of `weak`'s.
    static void add_names(std::vector<Token>& strong, Names const& weak)
    {
        std::unordered_set<Token> const there(strong.begin(), strong.end());
        for (Token const name : weak)
            if (!there.contains(name)) strong.push_back(name);
    }

    void stitch_spec(Path const& path)
    {
        auto const weak = weak_.find(path);
        if (!weak) return;
        auto* strong = strong_.emplace(path, weak.kind()).first;
        if (strong->kind != weak.kind()) {
            warnings_.push_back(
                fmt::format("{}: <{}> is an attribute in one layer and a relationship in the other",
                            weak_.identifier, path.str()));
            return;
        }
        for (auto const& [name, value] : weak.fields())
            if (auto merged = merged_field(*strong, name, value); !merged.empty())
                strong->set(name, std::move(merged));
        add_names(strong->prim_children, weak.prim_children());
        add_names(strong->properties, weak.properties());
        add_names(strong->variant_sets, weak.variant_sets());
        add_names(strong->variants, weak.variants());
        for (Token const name : weak.properties()) stitch_spec(path.property(name));
        for (Token const set : weak.variant_sets()) stitch_spec(path.variant(set, Token()));
        if (!weak.variants().empty()) {
            auto const [set, none] = path.variant_selection();
            for (Token const variant : weak.variants()) stitch_spec(path.parent().variant(set, variant));
        }
        for (Token const name : weak.prim_children()) stitch_spec(path.child(name));
    }

    /// What `strong` is to hold; an empty value where it stays as it is.
    Value merged_field(Spec const& strong, Token name, Value const& weak)
    {
        auto const* held = strong.find(name);
        if (!held || held->empty()) return weak;
        if (auto const* specifier = weak.get<Specifier>())
            return *specifier == Specifier::over ? Value() : weak;
        if (auto const* samples = held->get<TimeSamples>()) return merged_samples(*samples, weak);
        auto const* number = weak.get<double>();
        auto const* own = held->get<double>();
        if (number && own) {
            if (name == field::start_time_code) return std::min(*number, *own);
            if (name == field::end_time_code) return std::max(*number, *own);
        }
        static std::vector<Token> const rates{field::frames_per_second, field::time_codes_per_second,
                                              Token("framePrecision")};
        if (std::find(rates.begin(), rates.end(), name) != rates.end() && !(*held == weak))
            warnings_.push_back(fmt::format("{}: its {} differs from that of the stronger layer",
                                            weak_.identifier, name.str()));
        return fold::merged(*held, weak).value_or(Value());
    }

    static Value merged_samples(TimeSamples const& strong, Value const& weak)
    {
        auto const* samples = weak.get<TimeSamples>();
        if (!samples) return {};
        std::map<double, Value> both;
        for (auto const* each : {&strong, samples})
            for (auto const& [time, value] : *each) both.emplace(time, value);
        return Value(TimeSamples(both));
    }

    Layer& strong_;
    Layer const& weak_;
    std::vector<std::string> warnings_;
};

} // namespace

std::vector<std::string> stitch(Layer& strong, Layer const& weak)
{
    return Stitcher(strong, weak).run();
}

} // namespace soulvan::usd
