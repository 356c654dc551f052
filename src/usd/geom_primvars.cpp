// Which primvars hold at a prim, and what are their values?
#include "geom_detail.h"

#include "schema.h"

#include <algorithm>
#include <set>

namespace soulvan::usd::geom {

namespace {

constexpr std::string_view prefix = "primvars:";
constexpr std::string_view indices_suffix = ":indices";
constexpr std::string_view id_suffix = ":idFrom";
constexpr std::size_t most_values = std::size_t{1} << 28;

Token full_name(std::string_view name)
{
    return name.starts_with(prefix) ? Token(name) : Token(std::string(prefix) + std::string(name));
}

Token indices_name(Primvar const& primvar)
{
    return Token(primvar.attribute.name().str() + std::string(indices_suffix));
}

bool is_constant(Primvar const& primvar)
{
    return primvar.interpolation() == "constant";
}

/// Whether a value of this type may be the path of another prim.
bool may_be_id(Primvar const& primvar)
{
    auto const type = primvar.attribute.type_name();
    return type == "string" || type == "string[]";
}

template <class T>
Result<Value> flattened_array(Array<T> const& values, Array<std::int32_t> const& indices, std::size_t size)
{
    std::vector<T> result;
    if (size <= values.size()) result.reserve(indices.size() * size); // else no index is in range
    for (std::size_t i = 0; i < indices.size(); ++i) {
        auto const index = indices[i];
        if (index < 0 || (static_cast<std::size_t>(index) + 1) * size > values.size())
            return fail(Errc::invalid_input, "index {} at position {} is not among the {} elements", index, i,
                        values.size() / size);
        auto const first = static_cast<std::size_t>(index) * size;
        result.insert(result.end(), values.begin() + first, values.begin() + first + size);
    }
    return Value(Array<T>(std::move(result)));
}

/// What `own` adds to `inherited`, or takes away: a varying primvar hides the constant one from above.
std::vector<Primvar> with_own(Prim const& prim, std::vector<Primvar> result, bool accept_all)
{
    for (auto& own : authored_primvars(prim)) {
        if (!own.has_authored_value()) continue;
        auto const at = std::find_if(result.begin(), result.end(), [&](Primvar const& known) {
            return known.attribute.name() == own.attribute.name();
        });
        bool const is_accepted = accept_all || is_constant(own);
        if (at == result.end() && is_accepted)
            result.push_back(std::move(own));
        else if (at != result.end() && is_accepted)
            *at = std::move(own);
        else if (at != result.end())
            result.erase(at);
    }
    return result;
}

std::vector<Primvar> inherited_by(Prim const& prim, bool accept_all)
{
    std::vector<Prim> way;
    for (Prim at = prim; at && !at.path().is_root(); at = at.parent()) way.push_back(at);
    std::vector<Primvar> result;
    for (auto at = way.rbegin(); at != way.rend(); ++at)
        result = with_own(*at, std::move(result), accept_all && std::next(at) == way.rend());
    return result;
}

} // namespace

Token Primvar::name() const
{
    return Token(attribute.name().view().substr(prefix.size()));
}

Token Primvar::interpolation() const
{
    static Token const constant("constant");
    auto const authored = attribute.metadata(field::interpolation);
    return authored ? authored->get_or(constant) : constant;
}

int Primvar::element_size() const
{
    auto const authored = attribute.metadata(field::element_size);
    return authored ? authored->get_or(std::int32_t{1}) : 1;
}

bool Primvar::is_indexed() const
{
    return detail::has_authored_value(prim, indices_name(*this));
}

std::optional<Array<std::int32_t>> Primvar::indices(Time time) const
{
    return detail::get<Array<std::int32_t>>(prim, indices_name(*this).view(), time);
}

int Primvar::unauthored_values_index() const
{
    static Token const index_name("unauthoredValuesIndex");
    auto const authored = attribute.metadata(index_name);
    return authored ? authored->get_or(std::int32_t{-1}) : -1;
}

bool Primvar::has_authored_value() const
{
    return detail::has_authored_value(prim, attribute.name());
}

bool Primvar::has_value() const
{
    return has_authored_value() || detail::value_of(prim, attribute.name(), {}).has_value();
}

std::optional<Value> Primvar::value(Time time) const
{
    if (may_be_id(*this)) {
        auto const relationship = attribute.name().str() + std::string(id_suffix);
        if (prim.has_relationship(relationship)) {
            auto const targets = prim.targets(relationship);
            bool const is_array = attribute.type_name() == "string[]";
            // OpenUSD asks for one target of a string, and for several of string[], of which it takes one.
            if (is_array ? targets.size() < 2 : targets.size() != 1) return std::nullopt;
            auto id = targets.front().str();
            return is_array ? Value(Array<std::string>({std::move(id)})) : Value(std::move(id));
        }
    }
    return detail::value_of(prim, attribute.name(), time);
}

Result<Value> Primvar::flattened(Time time) const
{
    auto const where = [&] { return fmt::format("<{}>", attribute.path().str()); };
    auto const values = value(time);
    if (!values) return fail(Errc::not_found, "{}: there is no value", where());
    if (!is_indexed()) return *values;
    auto const used = indices(time);
    if (!used) return fail(Errc::not_found, "{}: its indices have no value", where());
    auto const size = element_size();
    if (size < 1) return fail(Errc::invalid_input, "{}: elementSize is {}", where(), size);
    if (used->size() > most_values / static_cast<std::size_t>(size))
        return fail(Errc::limit, "{}: the flattened values would be more than {}", where(), most_values);
#define SOULVAN_FLATTEN(T)                                                                                   \
    if (auto const* array = values->get<Array<T>>()) {                                                       \
        auto result = flattened_array(*array, *used, static_cast<std::size_t>(size));                        \
        return result ? std::move(result) : Result<Value>(within(where(), std::move(result).error()));       \
    }
    SOULVAN_USD_SCALARS(SOULVAN_FLATTEN)
#undef SOULVAN_FLATTEN
    return *values; // no array: indices mean nothing
}

std::vector<double> Primvar::time_samples() const
{
    auto const own = attribute.time_samples();
    std::set<double> times(own.begin(), own.end());
    if (is_indexed())
        if (auto const used = prim.attribute(indices_name(*this)))
            for (double const time : used->time_samples()) times.insert(time);
    return {times.begin(), times.end()};
}

bool is_primvar_name(std::string_view attribute)
{
    return attribute.starts_with(prefix) && !attribute.ends_with(indices_suffix);
}

std::optional<Primvar> primvar(Prim const& prim, std::string_view name)
{
    auto const full = full_name(name);
    if (!is_primvar_name(full.view())) return std::nullopt;
    auto const attribute = prim.attribute(full);
    return attribute ? std::optional(Primvar{prim, *attribute}) : std::nullopt;
}

std::vector<Primvar> authored_primvars(Prim const& prim)
{
    std::vector<Primvar> result;
    for (Token name : prim.property_names())
        if (is_primvar_name(name.view()))
            if (auto const attribute = prim.attribute(name)) result.push_back({prim, *attribute});
    return result;
}

std::vector<Primvar> primvars(Prim const& prim)
{
    auto result = authored_primvars(prim);
    for (Token name : schema::property_names(prim.type_name(), prim.applied_schemas())) {
        if (!is_primvar_name(name.view())) continue;
        auto const is_known = std::any_of(result.begin(), result.end(), [&](Primvar const& known) {
            return known.attribute.name() == name;
        });
        if (is_known) continue;
        if (auto const attribute = prim.attribute(name)) result.push_back({prim, *attribute});
    }
    return result;
}

std::optional<Primvar> find_primvar_with_inheritance(Prim const& prim, std::string_view name)
{
    auto own = primvar(prim, name);
    if (own && own->has_authored_value()) return own;
    if (!is_primvar_name(full_name(name).view())) return std::nullopt;
    for (Prim at = prim.parent(); at && !at.path().is_root(); at = at.parent())
        if (auto const above = primvar(at, name); above && above->has_authored_value())
            return is_constant(*above) ? above : std::nullopt;
    return own;
}

std::vector<Primvar> find_primvars_with_inheritance(Prim const& prim)
{
    return inherited_by(prim, true);
}

std::vector<Primvar> find_inheritable_primvars(Prim const& prim)
{
    return inherited_by(prim, false);
}

std::vector<Primvar> find_primvars_with_inheritance(Prim const& prim, std::span<Primvar const> inherited)
{
    return with_own(prim, {inherited.begin(), inherited.end()}, true);
}

std::vector<Primvar> find_inheritable_primvars(Prim const& prim, std::span<Primvar const> inherited)
{
    return with_own(prim, {inherited.begin(), inherited.end()}, false);
}

} // namespace soulvan::usd::geom
