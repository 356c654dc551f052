// How the tools read the specs of a layer: by value, whatever the layer keeps them in.
#pragma once

#include "soulvan/usd/layer.h"

#include <optional>

namespace soulvan::usd::reading {

/// A spec to read; false when nothing stands at the path.
class SpecRead {
public:
    explicit SpecRead(Spec const* spec) : spec_(spec) {}
    explicit operator bool() const { return spec_ != nullptr; }
    SpecKind kind() const { return spec_->kind; }
    Value find(Token field) const
    {
        auto const* value = spec_->find(field);
        return value ? *value : Value();
    }
    bool has(Token field) const { return spec_->find(field) != nullptr; }
    template <class T>
    std::optional<T> get(Token field) const
    {
        auto const* value = spec_->find(field);
        auto const* typed = value ? value->get<T>() : nullptr;
        return typed ? std::optional<T>(*typed) : std::nullopt;
    }
    template <class T>
    T get_or(Token field, T fallback) const
    {
        return get<T>(field).value_or(std::move(fallback));
    }
    std::vector<std::pair<Token, Value>> const& fields() const { return spec_->fields; }
    std::vector<Token> const& prim_children() const { return spec_->prim_children; }
    std::vector<Token> const& properties() const { return spec_->properties; }
    std::vector<Token> const& variant_sets() const { return spec_->variant_sets; }
    std::vector<Token> const& variants() const { return spec_->variants; }

private:
    Spec const* spec_;
};

inline SpecRead read(Layer const& layer, Path const& path)
{
    return SpecRead(layer.find(path));
}

inline void set_sample(TimeSamples& samples, double time, Value value)
{
    samples.insert_or_assign(time, std::move(value));
}

} // namespace soulvan::usd::reading
