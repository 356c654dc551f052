// What a layer is in memory: specs by path, made one by one; and which format a file is in.
#include "soulvan/usd/layer.h"

#include "crate.h"
#include "package_path.h"
#include "soulvan/base/file.h"
#include "soulvan/base/hash.h"
#include "text_reader.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace soulvan::usd {

Value const* Spec::find(Token name) const
{
    for (auto const& [field_name, value] : fields)
        if (field_name == name) return &value;
    return nullptr;
}

void Spec::set(Token name, Value value)
{
    for (auto& [field_name, held] : fields)
        if (field_name == name) {
            held = std::move(value);
            return;
        }
    fields.emplace_back(name, std::move(value));
}

bool Spec::erase(Token name)
{
    return std::erase_if(fields, [&](auto const& entry) { return entry.first == name; }) != 0;
}

namespace {

/// Fields are a set: text and crate order them differently.
bool same_fields(Spec const& a, Spec const& b)
{
    if (a.fields.size() != b.fields.size()) return false;
    for (auto const& [name, value] : a.fields) {
        Value const* const other = b.find(name);
        if (!other || !(*other == value)) return false;
    }
    return true;
}

bool same_spec(Spec const& a, Spec const& b)
{
    return a.kind == b.kind && a.prim_children == b.prim_children && a.properties == b.properties &&
           a.variant_sets == b.variant_sets && a.variants == b.variants && same_fields(a, b);
}

SpecKind kind_at(Path const& path)
{
    if (path.is_root()) return SpecKind::pseudo_root;
    if (!path.is_variant_selection()) return SpecKind::prim;
    return path.variant_selection().second.empty() ? SpecKind::variant_set : SpecKind::variant;
}

/// The spec at `path` (a prim, variant or variant set) with all its ancestors, each registered with its
/// parent.
Spec& ensure(Layer& layer, Path const& path)
{
    if (Spec* const found = layer.find(path)) return *found;
    SOULVAN_CHECK(path.is_root() || path.is_prim() || path.is_variant_selection());
    SpecKind const kind = kind_at(path);
    if (kind == SpecKind::prim) {
        ensure(layer, path.parent()).prim_children.push_back(path.name());
    } else if (kind == SpecKind::variant_set) {
        ensure(layer, path.parent()).variant_sets.push_back(path.variant_selection().first);
    } else if (kind == SpecKind::variant) {
        auto const [set, variant] = path.variant_selection();
        ensure(layer, path.parent().variant(set, Token())).variants.push_back(variant);
    }
    Spec& spec = *layer.emplace(path, kind).first;
    if (kind == SpecKind::prim) spec.set(field::specifier, Value(Specifier::over));
    return spec;
}

} // namespace

Layer::Layer()
{
    emplace(Path::root(), SpecKind::pseudo_root);
}

/// The slot of `path`, or the free one where it belongs.
std::size_t Layer::slot_of(Path const& path) const
{
    auto const mask = slots_.size() - 1;
    auto at = static_cast<std::size_t>(mix64(path.hash())) & mask;
    while (!slots_[at].path.empty() && slots_[at].path != path) at = (at + 1) & mask;
    return at;
}

void Layer::grow()
{
    auto const old = std::exchange(slots_, std::vector<Slot>(std::max<std::size_t>(slots_.size() * 2, 16)));
    for (Slot const& slot : old)
        if (!slot.path.empty()) slots_[slot_of(slot.path)] = slot;
}

Spec const* Layer::find(Path const& path) const
{
    if (slots_.empty() || path.empty()) return nullptr;
    Slot const& slot = slots_[slot_of(path)];
    return slot.path.empty() ? nullptr : &specs_[slot.spec];
}

Spec* Layer::find(Path const& path)
{
    return const_cast<Spec*>(std::as_const(*this).find(path));
}

Spec& Layer::define_prim(Path const& path, Specifier specifier, Token type_name)
{
    SOULVAN_CHECK(path.is_prim() && path.is_absolute());
    Spec& spec = ensure(*this, path);
    spec.set(field::specifier, Value(specifier));
    if (!type_name.empty()) spec.set(field::type_name, Value(type_name));
    return spec;
}

namespace {

/// The property's spec, registered with its owner when it is new.
Spec& property_spec(Layer& layer, Path const& path, SpecKind kind)
{
    SOULVAN_CHECK(path.is_property() && path.is_absolute());
    auto const [spec, made] = layer.emplace(path, kind);
    if (made) ensure(layer, path.parent()).properties.push_back(path.name());
    spec->kind = kind;
    return *spec;
}

} // namespace

Spec& Layer::define_attribute(Path const& path, Token type_name, Value default_value, Variability variability,
                              bool custom)
{
    Spec& spec = property_spec(*this, path, SpecKind::attribute);
    // OpenUSD authors these three on every attribute, in both formats.
    spec.set(field::custom, Value(custom));
    spec.set(field::type_name, Value(type_name));
    spec.set(field::variability, Value(variability));
    if (!default_value.empty()) spec.set(field::default_value, std::move(default_value));
    return spec;
}

Spec& Layer::define_relationship(Path const& path, std::vector<Path> targets)
{
    Spec& spec = property_spec(*this, path, SpecKind::relationship);
    spec.set(field::variability, Value(Variability::uniform));
    if (!targets.empty()) spec.set(field::target_paths, Value(PathListOp::make_explicit(std::move(targets))));
    return spec;
}

Spec& Layer::define_variant(Path const& prim, Token set, Token variant)
{
    SOULVAN_CHECK(prim.is_absolute() && (prim.is_prim() || prim.is_variant_selection()));
    return ensure(*this, prim.variant(set, variant));
}

bool Layer::insert(Path const& path, Spec spec)
{
    auto const [held, made] = emplace(path, spec.kind);
    // The pseudo-root stands from the start; a reader fills it once.
    bool const fresh = made || (path.is_root() && held->fields.empty() && held->prim_children.empty());
    if (fresh) *held = std::move(spec);
    return fresh;
}

std::pair<Spec*, bool> Layer::emplace(Path const& path, SpecKind kind)
{
    SOULVAN_CHECK(!path.empty());
    if (specs_.size() * 2 >= slots_.size()) grow();
    Slot& slot = slots_[slot_of(path)];
    if (!slot.path.empty()) return {&specs_[slot.spec], false};
    SOULVAN_CHECK(specs_.size() < std::numeric_limits<std::uint32_t>::max());
    slot = {path, static_cast<std::uint32_t>(specs_.size())};
    Spec& spec = specs_.emplace_back();
    spec.kind = kind;
    return {&spec, true};
}

Spec const& Layer::pseudo_root() const
{
    return specs_.front();
}

Spec& Layer::pseudo_root()
{
    return specs_.front();
}

Token Layer::default_prim() const
{
    Value const* const value = pseudo_root().find(field::default_prim);
    return value ? value->get_or(Token()) : Token();
}

std::vector<Path> Layer::paths() const
{
    std::vector<Path> paths;
    paths.reserve(specs_.size());
    for (Slot const& slot : slots_)
        if (!slot.path.empty()) paths.push_back(slot.path);
    std::sort(paths.begin(), paths.end());
    return paths;
}

bool operator==(Layer const& a, Layer const& b)
{
    if (a.specs_.size() != b.specs_.size()) return false;
    return std::all_of(a.slots_.begin(), a.slots_.end(), [&](Layer::Slot const& slot) {
        if (slot.path.empty()) return true;
        Spec const* const other = b.find(slot.path);
        return other && same_spec(a.specs_[slot.spec], *other);
    });
}

namespace {

using Owner = std::shared_ptr<void const>;

std::string_view as_text(std::span<std::byte const> bytes)
{
    return {reinterpret_cast<char const*>(bytes.data()), bytes.size()};
}

bool is_package(std::span<std::byte const> bytes)
{
    return as_text(bytes).starts_with("PK\3\4");
}

Result<Layer> read_owned(Owner owner, std::span<std::byte const> bytes, std::string const& name,
                         std::string_view entry, ReadLimits const& limits, int nesting);

/// The entry called `entry`, or the first one, which is a package's root layer (OpenUSD, spec_usdz).
Result<Layer> read_from_package(Owner owner, std::span<std::byte const> bytes, std::string const& name,
                                std::string_view entry, ReadLimits const& limits, int nesting)
{
    if (nesting > 8) return fail(Errc::limit, "{}: packages lie inside packages more than 8 deep", name);
    auto const entries = TRY(list_package(bytes, name));
    std::string_view inner;
    if (auto const bracket = entry.find('['); bracket != entry.npos && entry.ends_with(']')) {
        inner = entry.substr(bracket + 1, entry.size() - bracket - 2);
        entry = entry.substr(0, bracket);
    }
    auto const found = entry.empty() ? entries.begin()
                                     : std::find_if(entries.begin(), entries.end(),
                                                    [&](auto const& e) { return e.name == entry; });
    if (found == entries.end()) {
        if (entry.empty()) return fail(Errc::invalid_input, "{}: the package is empty", name);
        return fail(Errc::not_found, "{}: the package has no entry '{}'", name, entry);
    }
    if (found->offset > bytes.size() || found->size > bytes.size() - found->offset)
        return fail(Errc::invalid_input, "{}: entry '{}' leaves the file", name, found->name);
    auto layer = TRY(read_owned(std::move(owner), bytes.subspan(found->offset, found->size),
                                fmt::format("{}[{}]", name, found->name), inner, limits, nesting + 1));
    return layer;
}

Result<Layer> read_owned(Owner owner, std::span<std::byte const> bytes, std::string const& name,
                         std::string_view entry, ReadLimits const& limits, int nesting)
{
    if (bytes.size() > limits.bytes)
        return fail(Errc::limit, "{}: {} bytes, the limit is {}", name, bytes.size(), limits.bytes);
    auto const text = as_text(bytes);
    if (is_package(bytes)) return read_from_package(std::move(owner), bytes, name, entry, limits, nesting);
    if (!entry.empty())
        return fail(Errc::invalid_input, "{}: no package, so it has no entry '{}'", name, entry);
    if (text.starts_with("PXR-USDC")) return read_crate(std::move(owner), bytes, name, limits);
    if (text.starts_with("#usda") || text.starts_with("#sdf")) return read_text(text, name, limits);
    return fail(Errc::invalid_input,
                "{}:1:1: no USD layer: it starts neither with '#usda 1.0' nor as a crate or a package", name);
}

} // namespace

Result<std::shared_ptr<Layer const>> Layer::open(std::filesystem::path const& path, ReadLimits const& limits)
{
    auto const [file, entry] = package::split(path.string());
    auto mapped = std::make_shared<MappedFile const>(TRY(MappedFile::open(file)));
    auto const bytes = mapped->bytes();
    auto layer = TRY(read_owned(mapped, bytes, file, entry, limits, 0));
    std::error_code ignored; // a file that was just mapped has an absolute path
    auto const absolute = std::filesystem::absolute(file, ignored).lexically_normal().string();
    // A package is named by its root layer, so that what that layer names is looked for inside.
    layer.identifier = package::root_layer(entry.empty() ? absolute : fmt::format("{}[{}]", absolute, entry));
    return std::make_shared<Layer const>(std::move(layer));
}

Result<Layer> Layer::read(std::span<std::byte const> bytes, std::string const& name, ReadLimits const& limits)
{
    if (as_text(bytes).starts_with("#")) return read_owned(nullptr, bytes, name, "", limits, 0);
    // Arrays of a crate may point into its bytes for as long as the layer lives.
    auto const kept = std::make_shared<std::vector<std::byte> const>(bytes.begin(), bytes.end());
    return read_owned(kept, *kept, name, "", limits, 0);
}

Result<> save(Layer const& layer, std::filesystem::path const& path)
{
    auto const extension = path.extension();
    if (extension == ".usda") return write_file(path, write_text(layer));
    if (extension == ".usdc" || extension == ".usd") return write_file(path, TRY(write_crate(layer)));
    return fail(Errc::unsupported, "{}: layers are written as .usda, .usdc or .usd, not as '{}'",
                path.string(), extension.string());
}

} // namespace soulvan::usd
