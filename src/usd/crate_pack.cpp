// Values to value reps: how a value is laid out in a crate file, each distinct one once.
#include "crate_pack.h"

#include "crate_coding.h"
#include "crate_spline.h"

#include <algorithm>
#include <cstring>
#include <optional>

namespace soulvan::usd::crate {
namespace {

constexpr int deepest_value = 256;

template <class T>
void append(std::string& out, T const& value)
{
    out.append(reinterpret_cast<char const*>(&value), sizeof value);
}

template <class T>
bool same_bits(T const& a, T const& b)
{
    return std::memcmp(&a, &b, sizeof a) == 0;
}

/// The whole number that `value` is, bit for bit (so not -0), when it fits Int.
template <class Int, class Float>
std::optional<Int> exact(Float value)
{
    auto const wide = static_cast<double>(value);
    if (!(wide >= static_cast<double>(std::numeric_limits<Int>::min()) &&
          wide <= static_cast<double>(std::numeric_limits<Int>::max())))
        return std::nullopt;
    auto const whole = static_cast<Int>(wide);
    if (!same_bits(static_cast<double>(whole), wide)) return std::nullopt;
    return whole;
}

/// `components` small whole numbers as one byte each.
template <class Component>
std::optional<std::uint32_t> small_numbers(int count, Component const& component)
{
    std::uint32_t payload = 0;
    for (int i = 0; i < count; ++i) {
        auto const number = exact<std::int8_t>(component(i));
        if (!number) return std::nullopt;
        payload |= std::uint32_t{static_cast<std::uint8_t>(*number)} << 8 * i;
    }
    return payload;
}

template <class T>
std::uint32_t payload_of(T const& value)
{
    std::uint32_t payload = 0;
    static_assert(sizeof value <= sizeof payload);
    std::memcpy(&payload, &value, sizeof value);
    return payload;
}

/// What fits into a rep itself.
template <class T>
std::optional<std::uint32_t> inlined(T const& value)
{
    if constexpr (std::is_same_v<T, Bool>) {
        return value.value ? 1u : 0u;
    } else if constexpr (is_plain<T> && sizeof(T) <= 4) {
        return payload_of(value);
    } else if constexpr (std::is_same_v<T, double>) {
        auto const narrow = static_cast<float>(value);
        if (same_bits(static_cast<double>(narrow), value)) return payload_of(narrow);
    } else if constexpr (std::is_same_v<T, std::int64_t>) {
        auto const narrow = static_cast<std::int32_t>(value);
        if (narrow == value) return payload_of(narrow);
    } else if constexpr (std::is_same_v<T, std::uint64_t>) {
        if (value <= 0xFFFFFFFFu) return static_cast<std::uint32_t>(value);
    } else if constexpr (vector_size<T> != 0) {
        return small_numbers(vector_size<T>, [&](int i) { return value[i]; });
    } else if constexpr (matrix_size<T> != 0) {
        for (int i = 0; i < matrix_size<T>; ++i)
            for (int j = 0; j < matrix_size<T>; ++j)
                if (i != j && !same_bits(value[i][j], 0.0)) return std::nullopt;
        return small_numbers(matrix_size<T>, [&](int i) { return value[i][i]; });
    }
    return std::nullopt;
}

} // namespace

ValuePacker::ValuePacker(Output& output) : output_(output)
{
    // The sign of a path element marks properties, so token 0 must never name one; this text cannot.
    SOULVAN_CHECK(token(";-)").has_value());
}

void ValuePacker::require(Version version)
{
    version_ = std::max(version_, version);
}

Result<std::uint32_t> ValuePacker::token(std::string_view text)
{
    auto const [entry, is_new] =
        token_index_.try_emplace(std::string(text), static_cast<std::uint32_t>(tokens_.size()));
    if (!is_new) return entry->second;
    if (text.find('\0') != text.npos)
        return fail(Errc::invalid_input, "crate files cannot hold the text '{}': it has a NUL character",
                    text.substr(0, text.find('\0')));
    if (tokens_.size() > 0x7FFFFFFF)
        return fail(Errc::limit, "a crate file holds at most 2^31 names and texts");
    tokens_.push_back(entry->first);
    return entry->second;
}

Result<std::uint32_t> ValuePacker::string(std::string_view text)
{
    auto const index = TRY(token(text));
    auto const [entry, is_new] =
        string_index_.try_emplace(index, static_cast<std::uint32_t>(strings_.size()));
    if (is_new) strings_.push_back(index);
    return entry->second;
}

Result<std::uint32_t> ValuePacker::path(Path const& path)
{
    if (auto const found = path_index_.find(path); found != path_index_.end()) return found->second;
    if (!path.empty() && !path.is_absolute())
        return fail(Errc::unsupported, "crate files hold absolute paths only: make '{}' absolute",
                    path.str());
    if (path.is_target()) TRY(this->path(path.target()));
    bool const has_parent = !path.empty() && !path.is_root();
    std::uint32_t const parent = has_parent ? TRY(this->path(path.parent())) : 0;
    auto const index = static_cast<std::uint32_t>(paths_.size());
    path_index_.emplace(path, index);
    paths_.push_back(path);
    parents_.push_back(has_parent ? parent : index);
    return index;
}

Result<ValueRep> ValuePacker::store(Type type, std::uint64_t flags, std::string const& body,
                                    std::size_t alignment)
{
    auto const kind = ValueRep::make(type, flags, 0).bits;
    auto const hash = std::hash<std::string_view>{}(body) ^ static_cast<std::size_t>(kind >> 32);
    auto const [first, last] = places_.equal_range(hash);
    for (auto place = first; place != last; ++place) {
        auto const& [offset, size, stored_kind] = place->second;
        if (stored_kind == kind && size == body.size() && TRY(output_.holds(offset, body)))
            return ValueRep::make(type, flags, offset);
    }
    auto const gap = (alignment - output_.size() % alignment) % alignment;
    TRY(output_.append(std::string(static_cast<std::size_t>(gap), '\0')));
    Place const place{output_.size(), body.size(), kind};
    TRY(output_.append(body));
    places_.emplace(hash, place);
    return ValueRep::make(type, flags, place.offset);
}

template <class T>
Result<> ValuePacker::put(std::string& body, T const& item)
{
    if constexpr (is_plain<T>) {
        append(body, item);
    } else if constexpr (std::is_same_v<T, Bool>) {
        append(body, std::uint8_t{item.value});
    } else if constexpr (is_quaternion<T>) {
        append(body, item.v);
        append(body, item.r);
    } else if constexpr (std::is_same_v<T, Token>) {
        append(body, TRY(token(item.view())));
    } else if constexpr (std::is_same_v<T, std::string>) {
        append(body, TRY(string(item)));
    } else if constexpr (std::is_same_v<T, AssetPath>) {
        append(body, TRY(string(item.authored)));
    } else if constexpr (std::is_same_v<T, PathExpression>) {
        append(body, TRY(string(item.text)));
    } else if constexpr (std::is_same_v<T, Path>) {
        append(body, TRY(path(item)));
    } else if constexpr (std::is_same_v<T, LayerOffset>) {
        append(body, item.offset);
        append(body, item.scale);
    } else if constexpr (std::is_same_v<T, Reference>) {
        append(body, TRY(string(item.asset)));
        append(body, TRY(path(item.prim)));
        TRY(put(body, item.offset));
        TRY(put_dictionary(body, item.custom_data ? *item.custom_data : Dictionary()));
    } else if constexpr (std::is_same_v<T, Payload>) {
        append(body, TRY(string(item.asset)));
        append(body, TRY(path(item.prim)));
        TRY(put(body, item.offset));
    } else if constexpr (std::is_same_v<T, Opaque>) {
        TRY(put_nested(body, Value(item.text)));
    } else { // a pair
        TRY(put(body, item.first));
        TRY(put(body, item.second));
    }
    return {};
}

template <class T>
Result<> ValuePacker::put_vector(std::string& body, std::vector<T> const& items)
{
    append(body, std::uint64_t{items.size()});
    for (auto const& item : items) TRY(put(body, item));
    return {};
}

/// Nested values that lie out of line are stored first, so that the distance to the rep is always 8 and equal
/// values have equal bytes wherever they stand.
Result<> ValuePacker::put_nested(std::string& body, Value const& value)
{
    if (depth_ >= deepest_value)
        return fail(Errc::limit, "values are nested more than {} deep", deepest_value);
    ++depth_;
    auto const rep = pack(value);
    --depth_;
    if (!rep) return std::unexpected(rep.error());
    append(body, std::int64_t{8});
    append(body, rep->bits);
    return {};
}

Result<> ValuePacker::put_dictionary(std::string& body, Dictionary const& dictionary)
{
    append(body, std::uint64_t{dictionary.size()});
    for (auto const& [key, value] : dictionary) {
        append(body, TRY(string(key)));
        TRY(put_nested(body, value));
    }
    return {};
}

template <class T>
Result<ValueRep> ValuePacker::pack_list_op(Type type, ListOp<T> const& edit)
{
    std::pair<ListOpBits, std::vector<T> const*> const lists[] = {
        {list_op_explicit_items, &edit.explicit_items},
        {list_op_added, &edit.added},
        {list_op_prepended, &edit.prepended},
        {list_op_appended, &edit.appended},
        {list_op_deleted, &edit.deleted},
        {list_op_ordered, &edit.ordered}};
    unsigned bits = edit.is_explicit ? unsigned{list_op_explicit} : 0u;
    std::string body(1, '\0');
    for (auto const& [bit, items] : lists) {
        if (items->empty()) continue;
        bits |= bit;
        TRY(put_vector(body, *items));
    }
    body[0] = static_cast<char>(bits);
    return store(type, 0, body);
}

template <class T>
Result<ValueRep> ValuePacker::pack_scalar(Type type, T const& value)
{
    if (std::is_same_v<T, TimeCode>) require({0, 9, 0});
    if (std::is_same_v<T, PathExpression>) require({0, 10, 0});
    auto inlined_rep = [&](std::uint32_t payload) {
        return ValueRep::make(type, ValueRep::inlined_bit, payload);
    };
    if constexpr (std::is_same_v<T, Token>) {
        return inlined_rep(TRY(token(value.view())));
    } else if constexpr (std::is_same_v<T, AssetPath>) {
        // A token here, though an asset inside anything else is a string.
        return inlined_rep(TRY(token(value.authored)));
    } else if constexpr (std::is_same_v<T, std::string>) {
        return inlined_rep(TRY(string(value)));
    } else {
        if (auto const payload = inlined(value)) return inlined_rep(*payload);
        std::string body;
        TRY(put(body, value));
        return store(type, 0, body);
    }
}

/// True when the elements went into `body` in fewer bytes.
template <class T>
bool ValuePacker::pack_compressed(std::string& body, Array<T> const& array)
{
    auto integers = [&]<class Int>(std::span<Int const> numbers) {
        auto const coded = encode_integers<Int>(numbers);
        append(body, std::uint64_t{coded.size()});
        body += coded;
    };
    if (array.size() < smallest_compressed_array) return false;
    if constexpr (std::is_same_v<T, std::int32_t> || std::is_same_v<T, std::uint32_t> ||
                  std::is_same_v<T, std::int64_t> || std::is_same_v<T, std::uint64_t>) {
        integers(std::span<T const>(array));
        return true;
    } else if constexpr (std::is_same_v<T, half> || std::is_same_v<T, float> || std::is_same_v<T, double>) {
        std::vector<std::int32_t> whole;
        for (T const number : array) {
            auto const exactly = exact<std::int32_t>(number);
            if (!exactly) break;
            whole.push_back(*exactly);
        }
        if (whole.size() == array.size()) {
            body.push_back('i');
            integers(std::span<std::int32_t const>(whole));
            return true;
        }
        auto const most = std::min(array.size() / 4, largest_lookup_table);
        std::unordered_map<std::string_view, std::uint32_t> known;
        std::vector<T> table;
        std::vector<std::uint32_t> indexes;
        for (T const& number : array) {
            std::string_view const bits(reinterpret_cast<char const*>(&number), sizeof number);
            auto const [entry, is_new] = known.try_emplace(bits, static_cast<std::uint32_t>(table.size()));
            if (is_new) table.push_back(number);
            if (table.size() > most) return false;
            indexes.push_back(entry->second);
        }
        body.push_back('t');
        append(body, static_cast<std::uint32_t>(table.size()));
        for (T const number : table) append(body, number);
        integers(std::span<std::uint32_t const>(indexes));
        return true;
    }
    return false;
}

template <class T>
Result<ValueRep> ValuePacker::pack_array(Type type, Array<T> const& array)
{
    if (std::is_same_v<T, TimeCode>) require({0, 9, 0});
    if (std::is_same_v<T, PathExpression>) require({0, 10, 0});
    if (array.empty()) return ValueRep::make(type, ValueRep::array_bit, 0);
    std::string body;
    append(body, std::uint64_t{array.size()});
    if (pack_compressed(body, array))
        return store(type, ValueRep::array_bit | ValueRep::compressed_bit, body);
    if constexpr (is_plain<T>) {
        body.append(reinterpret_cast<char const*>(array.data()), array.size() * sizeof(T));
    } else {
        for (T const& element : array) TRY(put(body, element));
    }
    // Readers point into the mapped file where it is aligned.
    return store(type, ValueRep::array_bit, body, 8);
}

Result<ValueRep> ValuePacker::pack_time_samples(std::vector<double> const& times,
                                                std::vector<ValueRep> const& values)
{
    std::string shared;
    TRY(put_vector(shared, times));
    auto const times_rep = TRY(store(Type::double_vector, 0, shared));
    std::string body;
    append(body, std::int64_t{8});
    append(body, times_rep.bits);
    append(body, std::int64_t{8});
    append(body, std::uint64_t{values.size()});
    for (auto const rep : values) append(body, rep.bits);
    return store(Type::time_samples, 0, body);
}

Result<ValueRep> ValuePacker::pack(Value const& value)
{
#define SOULVAN_USD_PACK(T, name, code)                                                                      \
    if (auto const* const scalar = value.get<T>()) return pack_scalar(Type::name, *scalar);                  \
    if (auto const* const array = value.get<Array<T>>()) return pack_array(Type::name, *array);
    SOULVAN_USD_CRATE_SCALARS(SOULVAN_USD_PACK)
#undef SOULVAN_USD_PACK
    return pack_structure(value);
}

Result<ValueRep> ValuePacker::pack_structure(Value const& value)
{
    auto enumerator = [](Type type, auto number) {
        return ValueRep::make(type, ValueRep::inlined_bit, static_cast<std::uint64_t>(number));
    };
    auto vector = [&](Type type, auto const& items) -> Result<ValueRep> {
        std::string body;
        TRY(put_vector(body, items));
        return store(type, 0, body);
    };
    if (auto const* v = value.get<Specifier>()) return enumerator(Type::specifier, *v);
    if (auto const* v = value.get<Variability>()) return enumerator(Type::variability, *v);
    if (auto const* v = value.get<Permission>()) return enumerator(Type::permission, *v);
    if (value.holds<ValueBlock>()) return enumerator(Type::value_block, 0);
    if (value.holds<AnimationBlock>()) return enumerator(Type::animation_block, 0);
    if (auto const* v = value.get<TokenListOp>()) return pack_list_op(Type::token_list_op, *v);
    if (auto const* v = value.get<StringListOp>()) return pack_list_op(Type::string_list_op, *v);
    if (auto const* v = value.get<PathListOp>()) return pack_list_op(Type::path_list_op, *v);
    if (auto const* v = value.get<ReferenceListOp>()) return pack_list_op(Type::reference_list_op, *v);
    if (auto const* v = value.get<PayloadListOp>()) return pack_list_op(Type::payload_list_op, *v);
    if (auto const* v = value.get<IntListOp>()) return pack_list_op(Type::int_list_op, *v);
    if (auto const* v = value.get<UIntListOp>()) return pack_list_op(Type::uint_list_op, *v);
    if (auto const* v = value.get<Int64ListOp>()) return pack_list_op(Type::int64_list_op, *v);
    if (auto const* v = value.get<UInt64ListOp>()) return pack_list_op(Type::uint64_list_op, *v);
    if (auto const* v = value.get<OpaqueListOp>()) return pack_list_op(Type::unregistered_list_op, *v);
    if (auto const* v = value.get<std::vector<Token>>()) return vector(Type::token_vector, *v);
    if (auto const* v = value.get<std::vector<std::string>>()) return vector(Type::string_vector, *v);
    if (auto const* v = value.get<std::vector<Path>>()) return vector(Type::path_vector, *v);
    if (auto const* v = value.get<std::vector<double>>()) return vector(Type::double_vector, *v);
    if (auto const* v = value.get<std::vector<LayerOffset>>()) return vector(Type::layer_offset_vector, *v);
    if (auto const* v = value.get<Relocates>()) {
        require({0, 11, 0});
        return vector(Type::relocates, *v);
    }
    if (auto const* v = value.get<VariantSelections>())
        return vector(Type::variant_selections,
                      std::vector<std::pair<std::string, std::string>>(v->begin(), v->end()));
    if (auto const* v = value.get<Dictionary>()) {
        if (v->empty()) return enumerator(Type::dictionary, 0);
        std::string body;
        TRY(put_dictionary(body, *v));
        return store(Type::dictionary, 0, body);
    }
    if (auto const* v = value.get<Spline>()) return pack_spline(*v);
    if (auto const* v = value.get<ArrayEdit>()) return pack_array_edit(*v);
    if (value.holds<Opaque>()) return pack_unregistered(value);
    return fail(Errc::unsupported, "crate files cannot hold a value of its type; save as .usda instead");
}

Result<ValueRep> ValuePacker::pack_array_edit(ArrayEdit const& edit)
{
    require({0, 14, 0});
    std::vector<std::int64_t> numbers;
    auto const& steps = edit.instructions;
    for (std::size_t i = 0; i < steps.size();) {
        auto const op = steps[i].op;
        bool const has_one = op == ArrayEdit::Op::erase || op == ArrayEdit::Op::min_size ||
                             op == ArrayEdit::Op::set_size || op == ArrayEdit::Op::max_size;
        auto const head = numbers.size();
        numbers.push_back(0);
        std::uint64_t count = 0;
        for (; i < steps.size() && steps[i].op == op; ++i, ++count) {
            numbers.push_back(steps[i].a);
            if (!has_one) numbers.push_back(steps[i].b);
        }
        numbers[head] = static_cast<std::int64_t>(count | static_cast<std::uint64_t>(op) << 56);
    }
    auto const literals = TRY(pack(edit.literals));
    if (steps.empty()) return ValueRep::make(literals.type(), ValueRep::array_edit_bit, 0);
    auto const instructions = TRY(pack(Value(Array<std::int64_t>(std::move(numbers)))));
    std::string body;
    append(body, literals.bits);
    append(body, instructions.bits);
    append(body, std::uint8_t{0});
    return store(literals.type(), ValueRep::array_edit_bit, body);
}

Result<ValueRep> ValuePacker::pack_spline(Spline const& spline)
{
    require({0, static_cast<std::uint8_t>(has_tangent_rules(spline) ? 13 : 12), 0});
    if (spline == Spline{}) return ValueRep::make(Type::spline, ValueRep::inlined_bit, 0);
    auto const curve = spline_bytes(spline);
    std::string body;
    append(body, std::uint64_t{curve.size()});
    body += curve;
    auto const has_data = [](SplineKnot const& knot) {
        return knot.custom_data && !knot.custom_data->empty();
    };
    append(body,
           static_cast<std::uint64_t>(std::count_if(spline.knots.begin(), spline.knots.end(), has_data)));
    for (auto const& knot : spline.knots) {
        if (!has_data(knot)) continue;
        append(body, knot.time);
        TRY(put_dictionary(body, *knot.custom_data));
    }
    return store(Type::spline, 0, body);
}

Result<ValueRep> ValuePacker::pack_unregistered(Value const& value)
{
    std::string body;
    auto const* const opaque = value.get<Opaque>();
    TRY(put_nested(body, opaque ? Value(opaque->text) : value));
    return store(Type::unregistered_value, 0, body);
}

} // namespace soulvan::usd::crate
