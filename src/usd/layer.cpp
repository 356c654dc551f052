// What a layer is in memory: specs by path, made one by one; and which format a file is in.
#include "soulvan/usd/layer.h"

#include "crate.h"
#include "output.h"
#include "package_path.h"
#include "soulvan/base/file.h"
#include "spec_table.h"
#include "text_reader.h"

#include <algorithm>
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

bool operator==(Names const& a, Names const& b)
{
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i)
        if (a[i] != b[i]) return false;
    return true;
}

SpecKind SpecView::kind() const
{
    return table_ ? table_->kind(index_) : spec_->kind;
}

bool SpecView::has(Token field) const
{
    return table_ ? table_->field(index_, field) != SpecTable::none : spec_->find(field) != nullptr;
}

Value SpecView::find(Token field) const
{
    if (table_) {
        auto const found = table_->field(index_, field);
        return found == SpecTable::none ? Value() : table_->value(found);
    }
    auto const* value = spec_ ? spec_->find(field) : nullptr;
    return value ? *value : Value();
}

std::vector<Token> SpecView::field_names() const
{
    std::vector<Token> names;
    if (!table_)
        for (auto const& [name, value] : spec_->fields) names.push_back(name);
    else
        for (auto const field : table_->fields(index_))
            if (auto const name = table_->field_name(field); !SpecTable::is_child_list(name))
                names.push_back(name);
    return names;
}

std::vector<std::pair<Token, Value>> SpecView::fields() const
{
    if (!table_) return spec_->fields;
    std::vector<std::pair<Token, Value>> result;
    for (auto const field : table_->fields(index_))
        if (auto const name = table_->field_name(field); !SpecTable::is_child_list(name))
            result.emplace_back(name, table_->value(field));
    return result;
}

Names SpecView::prim_children() const
{
    return table_ ? table_->prim_children(index_) : Names(spec_->prim_children);
}
Names SpecView::properties() const
{
    return table_ ? table_->properties(index_) : Names(spec_->properties);
}
Names SpecView::variant_sets() const
{
    return table_ ? table_->variant_sets(index_) : Names(spec_->variant_sets);
}
Names SpecView::variants() const
{
    return table_ ? table_->variants(index_) : Names(spec_->variants);
}

Spec SpecView::copy() const
{
    return {kind(),
            fields(),
            prim_children().to_vector(),
            properties().to_vector(),
            variant_sets().to_vector(),
            variants().to_vector()};
}

bool operator==(SpecView const& a, SpecView const& b)
{
    if (a.kind() != b.kind() || !(a.prim_children() == b.prim_children()) ||
        !(a.properties() == b.properties()) || !(a.variant_sets() == b.variant_sets()) ||
        !(a.variants() == b.variants()))
        return false;
    // Fields are a set: text and crate order them differently.
    auto const names = a.field_names(), others = b.field_names();
    return std::is_permutation(names.begin(), names.end(), others.begin(), others.end()) &&
           std::all_of(names.begin(), names.end(), [&](Token name) { return a.find(name) == b.find(name); });
}

namespace {

SpecKind kind_at(Path const& path)
{
    if (path.is_root()) return SpecKind::pseudo_root;
    if (!path.is_variant_selection()) return SpecKind::prim;
    return path.variant_selection().second.empty() ? SpecKind::variant_set : SpecKind::variant;
}

} // namespace

Layer::Layer()
{
    emplace(Path::root(), SpecKind::pseudo_root);
}

Layer::Layer(std::shared_ptr<SpecTable const> specs) : packed_(std::move(specs)) {}

SpecView Layer::find(Path const& path) const
{
    if (packed_) {
        auto const found = packed_->find(path);
        return found == SpecTable::none ? SpecView() : SpecView(packed_.get(), found);
    }
    return SpecView(edited(path));
}

Spec const* Layer::edited(Path const& path) const
{
    auto const found = index_.find(path);
    return found == index_.end() ? nullptr : &specs_[found->second];
}

Spec* Layer::edit(Path const& path)
{
    unpack();
    auto const found = index_.find(path);
    return found == index_.end() ? nullptr : &specs_[found->second];
}

SpecView Layer::pseudo_root() const
{
    return packed_ ? SpecView(packed_.get(), packed_->root()) : SpecView(&specs_.front());
}

Spec& Layer::edit_root()
{
    unpack();
    return specs_.front();
}

void Layer::unpack()
{
    if (!packed_) return;
    auto const packed = std::exchange(packed_, nullptr);
    emplace(Path::root(), SpecKind::pseudo_root);
    packed->each([&](SpecTable::Index index) {
        SpecView const view(packed.get(), index);
        *emplace(packed->path(index), view.kind()).first = view.copy();
    });
}

std::shared_ptr<SpecTable const> Layer::packed() const
{
    return packed_ ? packed_ : pack_specs(*this);
}

/// The spec at `path` (a prim, variant or variant set) with all its ancestors, each registered with its
/// parent.
Spec& Layer::ensure(Path const& path)
{
    if (Spec* const found = edit(path)) return *found;
    SOULVAN_CHECK(path.is_root() || path.is_prim() || path.is_variant_selection());
    SpecKind const kind = kind_at(path);
    if (kind == SpecKind::prim) {
        ensure(path.parent()).prim_children.push_back(path.name());
    } else if (kind == SpecKind::variant_set) {
        ensure(path.parent()).variant_sets.push_back(path.variant_selection().first);
    } else if (kind == SpecKind::variant) {
        auto const [set, variant] = path.variant_selection();
        ensure(path.parent().variant(set, Token())).variants.push_back(variant);
    }
    Spec& spec = *emplace(path, kind).first;
    if (kind == SpecKind::prim) spec.set(field::specifier, Value(Specifier::over));
    return spec;
}

Spec& Layer::define_prim(Path const& path, Specifier specifier, Token type_name)
{
    SOULVAN_CHECK(path.is_prim() && path.is_absolute());
    Spec& spec = ensure(path);
    spec.set(field::specifier, Value(specifier));
    if (!type_name.empty()) spec.set(field::type_name, Value(type_name));
    return spec;
}

/// The property's spec, registered with its owner when it is new.
Spec& Layer::property_spec(Path const& path, SpecKind kind)
{
    SOULVAN_CHECK(path.is_property() && path.is_absolute());
    unpack();
    auto const [spec, made] = emplace(path, kind);
    if (made) ensure(path.parent()).properties.push_back(path.name());
    spec->kind = kind;
    return *spec;
}

Spec& Layer::define_attribute(Path const& path, Token type_name, Value default_value, Variability variability,
                              bool custom)
{
    Spec& spec = property_spec(path, SpecKind::attribute);
    // OpenUSD authors these three on every attribute, in both formats.
    spec.set(field::custom, Value(custom));
    spec.set(field::type_name, Value(type_name));
    spec.set(field::variability, Value(variability));
    if (!default_value.empty()) spec.set(field::default_value, std::move(default_value));
    return spec;
}

Spec& Layer::define_relationship(Path const& path, std::vector<Path> targets)
{
    Spec& spec = property_spec(path, SpecKind::relationship);
    spec.set(field::variability, Value(Variability::uniform));
    if (!targets.empty()) spec.set(field::target_paths, Value(PathListOp::make_explicit(std::move(targets))));
    return spec;
}

Spec& Layer::define_variant(Path const& prim, Token set, Token variant)
{
    SOULVAN_CHECK(prim.is_absolute() && (prim.is_prim() || prim.is_variant_selection()));
    return ensure(prim.variant(set, variant));
}

bool Layer::remove(Path const& path)
{
    auto const* spec = path.is_root() ? nullptr : edit(path);
    if (!spec) return false;
    auto const below = *spec;
    for (Token name : below.properties) remove(path.property(name));
    for (Token name : below.prim_children) remove(path.child(name));
    for (Token name : below.variant_sets) remove(path.variant(name, Token()));
    auto const [set, variant] = path.variant_selection();
    for (Token name : below.variants) remove(path.parent().variant(set, name));
    index_.erase(path);
    bool const of_variant = path.is_variant_selection() && !variant.empty();
    auto* above = edit(of_variant ? path.parent().variant(set, Token()) : path.parent());
    if (!above) return true;
    if (of_variant)
        std::erase(above->variants, variant);
    else if (path.is_variant_selection())
        std::erase(above->variant_sets, set);
    else
        std::erase(path.is_property() ? above->properties : above->prim_children, path.name());
    return true;
}

std::pair<Spec*, bool> Layer::emplace(Path const& path, SpecKind kind)
{
    SOULVAN_CHECK(!path.empty());
    unpack();
    auto const [at, made] = index_.try_emplace(path, specs_.size());
    if (!made) return {&specs_[at->second], false};
    Spec& spec = specs_.emplace_back();
    spec.kind = kind;
    return {&spec, true};
}

Token Layer::default_prim() const
{
    return pseudo_root().get_or(field::default_prim, Token());
}

std::size_t Layer::size() const
{
    return packed_ ? packed_->size() : index_.size();
}

std::vector<Path> Layer::paths() const
{
    std::vector<Path> paths;
    paths.reserve(size());
    if (packed_) packed_->each([&](SpecTable::Index index) { paths.push_back(packed_->path(index)); });
    for (auto const& [path, index] : index_) paths.push_back(path);
    std::sort(paths.begin(), paths.end());
    return paths;
}

bool operator==(Layer const& a, Layer const& b)
{
    if (a.size() != b.size()) return false;
    auto const paths = a.paths();
    return std::all_of(paths.begin(), paths.end(), [&](Path const& path) {
        auto const other = b.find(path);
        return other && a.find(path) == other;
    });
}

Result<> Layer::check() const
{
    if (packed_) packed_->check();
    auto const found = damage();
    if (!found.empty()) return std::unexpected(found.front());
    return {};
}

std::vector<Error> Layer::damage() const
{
    return packed_ ? packed_->damage() : std::vector<Error>();
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

/// What is read, and what it is called in messages.
struct Source {
    std::shared_ptr<void const> owner; ///< keeps the bytes alive
    std::span<std::byte const> bytes;
    std::string name;
    package::Cache* packages = nullptr; ///< null: read from memory
    std::string identifier = {};        ///< in `packages`
};

Result<Layer> read_source(Source source, std::string_view entry, ReadLimits const& limits, int nesting);

/// The entry called `entry`, or the first one, which is a package's root layer (OpenUSD, spec_usdz).
Result<Layer> read_from_package(Source source, std::string_view entry, ReadLimits const& limits, int nesting)
{
    auto const& name = source.name;
    if (nesting > package::max_nesting)
        return fail(Errc::limit, "{}: packages lie inside packages more than {} deep", name,
                    package::max_nesting);
    auto const opened = source.packages ? TRY(source.packages->open(source.identifier))
                                        : TRY(Package::open(source.bytes, std::move(source.owner), name));
    std::string_view inner;
    if (auto const bracket = entry.find('['); bracket != entry.npos && entry.ends_with(']')) {
        inner = entry.substr(bracket + 1, entry.size() - bracket - 2);
        entry = entry.substr(0, bracket);
    }
    if (entry.empty() && opened->entries().empty())
        return fail(Errc::invalid_input, "{}: the package is empty", name);
    auto const* found = entry.empty() ? &opened->entries().front() : opened->find(entry);
    if (!found) return fail(Errc::not_found, "{}: the package has no entry '{}'", name, entry);
    return read_source({.owner = opened,
                        .bytes = opened->bytes(*found),
                        .name = fmt::format("{}[{}]", name, found->name),
                        .packages = source.packages,
                        .identifier = package::inside(source.identifier, found->name)},
                       inner, limits, nesting + 1);
}

Result<Layer> read_source(Source source, std::string_view entry, ReadLimits const& limits, int nesting)
{
    auto const& name = source.name;
    if (source.bytes.size() > limits.bytes)
        return fail(Errc::limit, "{}: {} bytes, the limit is {}", name, source.bytes.size(), limits.bytes);
    auto const text = as_text(source.bytes);
    if (is_package(source.bytes)) return read_from_package(std::move(source), entry, limits, nesting);
    if (!entry.empty())
        return fail(Errc::invalid_input, "{}: no package, so it has no entry '{}'", name, entry);
    if (text.starts_with("PXR-USDC")) return read_crate(std::move(source.owner), source.bytes, name, limits);
    if (text.starts_with("#usda") || text.starts_with("#sdf")) return read_text(text, name, limits);
    return fail(Errc::invalid_input,
                "{}:1:1: no USD layer: it starts neither with '#usda 1.0' nor as a crate or a package", name);
}

} // namespace

Result<std::shared_ptr<Layer const>> open_layer(std::string const& path, ReadLimits const& limits,
                                                package::Cache& packages)
{
    auto const [file, entry] = package::split(path);
    auto mapped = std::make_shared<MappedFile const>(TRY(MappedFile::open(file)));
    auto const bytes = mapped->bytes();
    bool const is_text =
        entry.empty() && (as_text(bytes).starts_with("#usda") || as_text(bytes).starts_with("#sdf"));
    auto layer =
        is_text
            ? TRY(read_text(as_text(bytes), file, limits, [&](std::size_t done) { mapped->forget(done); }))
            : TRY(read_source(
                  {.owner = mapped, .bytes = bytes, .name = file, .packages = &packages, .identifier = file},
                  entry, limits, 0));
    std::error_code ignored; // a file that was just mapped has an absolute path
    auto const absolute = std::filesystem::absolute(file, ignored).lexically_normal().string();
    // A package is named by its root layer, so that what that layer names is looked for inside.
    layer.identifier =
        package::root_layer(entry.empty() ? absolute : fmt::format("{}[{}]", absolute, entry), packages);
    return std::make_shared<Layer const>(std::move(layer));
}

Result<std::shared_ptr<Layer const>> Layer::open(std::filesystem::path const& path, ReadLimits const& limits)
{
    package::Cache packages;
    return open_layer(path.string(), limits, packages);
}

Result<Layer> Layer::read(std::span<std::byte const> bytes, std::string const& name, ReadLimits const& limits)
{
    if (as_text(bytes).starts_with("#"))
        return read_source({.owner = nullptr, .bytes = bytes, .name = name}, "", limits, 0);
    // Arrays of a crate may point into its bytes for as long as the layer lives.
    auto const kept = std::make_shared<std::vector<std::byte> const>(bytes.begin(), bytes.end());
    return read_source({.owner = kept, .bytes = *kept, .name = name, .identifier = name}, "", limits, 0);
}

Result<> save(Layer const& layer, std::filesystem::path const& path, std::string_view format)
{
    auto const extension = path.extension();
    if (extension != ".usda" && extension != ".usdc" && extension != ".usd")
        return fail(Errc::unsupported, "{}: layers are written as .usda, .usdc or .usd, not as '{}'",
                    path.string(), extension.string());
    bool const as_text = format.empty() ? extension == ".usda" : format == "usda";
    return write_file(path, [&](FileWriter& file) -> Result<> {
        Output output(file);
        if (!as_text) return write_crate(layer, output);
        TRY(write_text(layer, output));
        if (auto const damage = layer.damage(); !damage.empty()) return std::unexpected(damage.front());
        return {};
    });
}

} // namespace soulvan::usd
