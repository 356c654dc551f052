// Value reps to values: what the bytes that a field points at mean.
#include "crate_values.h"

#include "crate_coding.h"
#include "crate_spline.h"
#include "soulvan/usd/array_edit.h"

#include <cmath>
#include <limits>
#include <type_traits>

namespace soulvan::usd::crate {
namespace {

/// Bytes that one item takes at least in a file.
template <class T>
constexpr std::size_t item_size = sizeof(std::uint32_t); // an index into tokens, strings or paths
template <class T>
requires(is_plain<T> || is_quaternion<T>) constexpr std::size_t item_size<T> = sizeof(T);
template <>
constexpr std::size_t item_size<Bool> = 1;
template <>
constexpr std::size_t item_size<Reference> = 32;
template <>
constexpr std::size_t item_size<Payload> = 8;
template <>
constexpr std::size_t item_size<LayerOffset> = 16;
template <>
constexpr std::size_t item_size<std::pair<Path, Path>> = 8;
template <>
constexpr std::size_t item_size<std::pair<std::string, std::string>> = 8;
template <>
constexpr std::size_t item_size<Opaque> = 16;

template <class T>
T from_bytes(void const* bytes)
{
    T value;
    // Imath's types have copy constructors of their own that do no more than this.
    std::memcpy(static_cast<void*>(&value), bytes, sizeof value);
    return value;
}

/// What converts to T without loss of meaning: half has no conversion from double.
template <class T>
using float_of = std::conditional_t<std::is_same_v<T, double>, double, float>;

template <class T>
constexpr bool is_compressible_integer =
    std::is_same_v<T, std::int32_t> || std::is_same_v<T, std::uint32_t> || std::is_same_v<T, std::int64_t> ||
    std::is_same_v<T, std::uint64_t>;
template <class T>
constexpr bool is_compressible_float =
    std::is_same_v<T, half> || std::is_same_v<T, float> || std::is_same_v<T, double>;

} // namespace

ValueReader::ValueReader(Contents const& contents)
    : contents_(contents),
      budget_(contents.limits.bytes),
      work_left_(2 * contents.bytes.size()),
      elements_left_(contents.limits.array_elements)
{}

Result<Token> ValueReader::token(std::uint32_t index, Cursor const& where) const
{
    if (index >= contents_.tokens.size()) return where.bad("token {} of {}", index, contents_.tokens.size());
    return contents_.tokens[index];
}

Result<Token> ValueReader::string(std::uint32_t index, Cursor const& where) const
{
    if (index >= contents_.strings.size())
        return where.bad("string {} of {}", index, contents_.strings.size());
    return contents_.tokens[contents_.strings[index]];
}

Result<> ValueReader::work(std::uint64_t count, std::uint64_t size, Cursor const& where)
{
    if (count > work_left_ / size) return where.bad("values overlap: together they are larger than the file");
    work_left_ -= count * size;
    return {};
}

template <class T>
Result<T> ValueReader::read_item(Cursor& cursor, int depth)
{
    if constexpr (is_plain<T>) {
        return from_bytes<T>(TRY(cursor.take(sizeof(T))).data());
    } else if constexpr (std::is_same_v<T, Bool>) {
        return Bool{TRY(cursor.read<std::uint8_t>()) != 0};
    } else if constexpr (is_quaternion<T>) {
        // Imaginary part first; in memory and in text the real part comes first.
        using Component = decltype(T::r);
        auto const bytes = TRY(cursor.take(4 * sizeof(Component))).data();
        auto component = [&](int i) { return from_bytes<Component>(bytes + i * sizeof(Component)); };
        return T(component(3), component(0), component(1), component(2));
    } else if constexpr (std::is_same_v<T, Token>) {
        return token(TRY(cursor.read<std::uint32_t>()), cursor);
    } else if constexpr (std::is_same_v<T, std::string>) {
        auto const index = TRY(cursor.read<std::uint32_t>());
        return TRY(string(index, cursor)).str();
    } else if constexpr (std::is_same_v<T, AssetPath> || std::is_same_v<T, PathExpression>) {
        auto text = TRY(read_item<std::string>(cursor, depth));
        return T{std::move(text)};
    } else if constexpr (std::is_same_v<T, Path>) {
        auto const index = TRY(cursor.read<std::uint32_t>());
        if (index >= contents_.path_count) return cursor.bad("path {} of {}", index, contents_.path_count);
        return contents_.specs->path(index);
    } else if constexpr (std::is_same_v<T, LayerOffset>) {
        auto const offset = TRY(cursor.read<double>());
        auto const scale = TRY(cursor.read<double>());
        if (!std::isfinite(offset) || !std::isfinite(scale))
            return cursor.bad("a layer is offset by {} and scaled by {}", offset, scale);
        return LayerOffset{offset, scale};
    } else if constexpr (std::is_same_v<T, Reference>) {
        Reference reference{TRY(read_item<std::string>(cursor, depth))};
        reference.prim = TRY(read_item<Path>(cursor, depth));
        reference.offset = TRY(read_item<LayerOffset>(cursor, depth));
        auto data = TRY(read_dictionary(cursor, depth));
        if (!data.empty()) reference.custom_data = std::make_shared<Dictionary const>(std::move(data));
        return reference;
    } else if constexpr (std::is_same_v<T, Payload>) {
        Payload payload{TRY(read_item<std::string>(cursor, depth))};
        payload.prim = TRY(read_item<Path>(cursor, depth));
        if (!before(8)) payload.offset = TRY(read_item<LayerOffset>(cursor, depth));
        return payload;
    } else if constexpr (std::is_same_v<T, Opaque>) {
        auto const value = TRY(read_nested(cursor, depth));
        auto const* const text = value.template get<std::string>();
        if (!text) return cursor.bad("an unregistered list edit holds something other than text");
        return Opaque{"", *text};
    } else {
        static_assert(std::is_same_v<T, typename T::first_type>, "read_item has no case for this type");
    }
}

template <>
Result<std::pair<Path, Path>> ValueReader::read_item(Cursor& cursor, int depth)
{
    auto source = TRY(read_item<Path>(cursor, depth));
    return std::pair{std::move(source), TRY(read_item<Path>(cursor, depth))};
}

template <>
Result<std::pair<std::string, std::string>> ValueReader::read_item(Cursor& cursor, int depth)
{
    auto set = TRY(read_item<std::string>(cursor, depth));
    return std::pair{std::move(set), TRY(read_item<std::string>(cursor, depth))};
}

template <class T>
Result<std::vector<T>> ValueReader::read_vector(Cursor& cursor, int depth)
{
    auto const count = TRY(cursor.read_count(item_size<T>));
    TRY(work(count, item_size<T>, cursor));
    TRY(budget_.take(count, sizeof(T), cursor));
    std::vector<T> items;
    items.reserve(count);
    for (std::size_t i = 0; i < count; ++i) items.push_back(TRY(read_item<T>(cursor, depth)));
    return items;
}

template <class T>
Result<ListOp<T>> ValueReader::read_list_op(Cursor& cursor, int depth)
{
    auto const bits = TRY(cursor.read<std::uint8_t>());
    ListOp<T> edit;
    edit.is_explicit = (bits & list_op_explicit) != 0;
    // In the order in which they stand, which is not that of the bits.
    if (bits & list_op_explicit_items) edit.explicit_items = TRY(read_vector<T>(cursor, depth));
    if (bits & list_op_added) edit.added = TRY(read_vector<T>(cursor, depth));
    if (bits & list_op_prepended) edit.prepended = TRY(read_vector<T>(cursor, depth));
    if (bits & list_op_appended) edit.appended = TRY(read_vector<T>(cursor, depth));
    if (bits & list_op_deleted) edit.deleted = TRY(read_vector<T>(cursor, depth));
    if (bits & list_op_ordered) edit.ordered = TRY(read_vector<T>(cursor, depth));
    return edit;
}

/// An int64 relative to its own position leads to a rep; the bytes of the nested value lie between.
Result<Value> ValueReader::read_nested(Cursor& cursor, int depth)
{
    if (depth >= contents_.limits.nesting)
        return cursor.bad("values are nested more than {} deep", contents_.limits.nesting);
    auto const start = cursor.at();
    auto const distance = TRY(cursor.read<std::int64_t>());
    auto const passed = static_cast<std::int64_t>(cursor.at() - start);
    if (distance < passed || static_cast<std::uint64_t>(distance - passed) > cursor.left())
        return cursor.bad("a nested value is said to stand {} bytes further", distance);
    cursor.skip(static_cast<std::uint64_t>(distance - passed));
    ValueRep const rep{TRY(cursor.read<std::uint64_t>())};
    return read(rep, depth + 1);
}

Result<Dictionary> ValueReader::read_dictionary(Cursor& cursor, int depth)
{
    constexpr std::size_t entry_size = 4 + 8 + 8; // key, distance, rep
    auto const count = TRY(cursor.read_count(entry_size));
    TRY(work(count, entry_size, cursor));
    TRY(budget_.take(count, 128, cursor));
    Dictionary dictionary;
    for (std::size_t i = 0; i < count; ++i) {
        auto key = TRY(read_item<std::string>(cursor, depth));
        dictionary.insert_or_assign(std::move(key), TRY(read_nested(cursor, depth)));
    }
    return dictionary;
}

Result<std::shared_ptr<std::vector<double>>> ValueReader::read_times(ValueRep rep, Cursor const& where)
{
    {
        std::scoped_lock const lock(contents_.times_mutex);
        if (auto const known = contents_.times.find(rep.bits); known != contents_.times.end())
            return known->second;
    }
    std::shared_ptr<std::vector<double>> times;
    if (rep.type() == Type::double_vector) {
        auto cursor = at(rep);
        times = std::make_shared<std::vector<double>>(TRY(read_vector<double>(cursor, 0)));
    } else {
        auto const value = TRY(read(rep, 0));
        auto const* const array = value.get<Array<double>>();
        if (!array) return where.bad("the times of samples have type {}", static_cast<int>(rep.type()));
        times = std::make_shared<std::vector<double>>(array->begin(), array->end());
    }
    for (std::size_t i = 0; i < times->size(); ++i) {
        if ((*times)[i] != (*times)[i]) return where.bad("the time of a sample is no number");
        if (i > 0 && !((*times)[i - 1] < (*times)[i])) return where.bad("the times of samples do not ascend");
    }
    std::scoped_lock const lock(contents_.times_mutex);
    return contents_.times.emplace(rep.bits, std::move(times)).first->second;
}

namespace {

/// Samples whose values stand in a crate file.
class CrateSamples final : public TimeSamples::Source {
public:
    CrateSamples(SpecTable const& specs, Contents const& contents, std::uint64_t reps)
        : specs_(specs.shared_from_this()),
          contents_(contents),
          reps_(reps)
    {}
    Value value(std::size_t index) const override
    {
        Cursor cursor(contents_.bytes, reps_ + index * sizeof(std::uint64_t), contents_.name);
        auto read = [&]() -> Result<Value> {
            ValueRep const rep{TRY(cursor.read<std::uint64_t>())};
            if (rep.type() == Type::time_samples) return cursor.bad("a time sample holds time samples");
            return ValueReader(contents_).read(rep);
        };
        auto value = read();
        if (value) return *std::move(value);
        specs_->report(std::move(value).error());
        return {};
    }

private:
    std::shared_ptr<SpecTable const> specs_; ///< has the contents
    Contents const& contents_;
    std::uint64_t reps_;
};

} // namespace

Result<TimeSamples> ValueReader::read_time_samples(Cursor& cursor, int depth)
{
    auto follow = [](Cursor& c) -> Result<> {
        auto const start = c.at();
        auto const distance = TRY(c.read<std::int64_t>());
        auto const passed = static_cast<std::int64_t>(c.at() - start);
        if (distance < passed || static_cast<std::uint64_t>(distance - passed) > c.left())
            return c.bad("time samples are said to continue {} bytes further", distance);
        c.skip(static_cast<std::uint64_t>(distance - passed));
        return {};
    };
    TRY(follow(cursor));
    ValueRep const times_rep{TRY(cursor.read<std::uint64_t>())};
    if (times_rep.type() == Type::time_samples || depth >= contents_.limits.nesting)
        return cursor.bad("time samples hold time samples");
    auto const times = TRY(read_times(times_rep, cursor));
    TRY(follow(cursor));
    auto const count = TRY(cursor.read_count(sizeof(std::uint64_t)));
    if (count != times->size()) return cursor.bad("{} samples at {} times", count, times->size());
    return TimeSamples(times, std::make_shared<CrateSamples>(*contents_.specs, contents_, cursor.at()));
}

Result<Names> ValueReader::read_names(ValueRep rep)
{
    auto cursor = at(rep);
    if (rep.type() != Type::token_vector || rep.is_inlined())
        return cursor.bad("the names of children have type {}", static_cast<int>(rep.type()));
    auto const count = TRY(cursor.read_count(sizeof(std::uint32_t)));
    return Names(contents_.tokens, cursor.data(), count);
}

/// The curve as a block of bytes, then the custom data of knots by their time, in any order.
Result<Spline> ValueReader::read_spline(Cursor& cursor, int depth)
{
    auto const size = TRY(cursor.read_count(1));
    TRY(work(size, 1, cursor));
    auto spline =
        TRY(spline_from_bytes({contents_.bytes.first(cursor.at() + size), cursor.at(), contents_.name}));
    cursor.skip(size);
    auto const count = TRY(cursor.read_count(16));
    TRY(work(count, 16, cursor));
    for (std::size_t i = 0; i < count; ++i) {
        auto const time = TRY(cursor.read<double>());
        auto const knot = std::lower_bound(spline.knots.begin(), spline.knots.end(), time,
                                           [](SplineKnot const& k, double t) { return k.time < t; });
        if (knot == spline.knots.end() || knot->time != time)
            return cursor.bad("custom data stands at {}, where no knot is", time);
        auto data = TRY(read_dictionary(cursor, depth));
        if (!data.empty()) knot->custom_data = std::make_shared<Dictionary const>(std::move(data));
    }
    return spline;
}

template <class T>
Result<Value> ValueReader::read_array(ValueRep rep)
{
    if (rep.payload() == 0) return Value(Array<T>());
    auto cursor = at(rep);
    if (before(5)) TRY(cursor.read<std::uint32_t>()); // the rank, always 1
    std::uint64_t const count =
        before(7) ? TRY(cursor.read<std::uint32_t>()) : TRY(cursor.read<std::uint64_t>());
    if (count > elements_left_)
        return fail(Errc::limit, "{}: offset {}: arrays of more than {} elements in all", contents_.name,
                    rep.payload(), contents_.limits.array_elements);
    elements_left_ -= static_cast<std::size_t>(count);
    if (!rep.is_compressed()) return read_raw_array<T>(cursor, count);
    if constexpr (is_compressible_integer<T> || is_compressible_float<T>)
        return read_compressed_array<T>(cursor, count);
    return cursor.bad("arrays of type {} are never compressed", static_cast<int>(rep.type()));
}

template <class T>
Result<Value> ValueReader::read_raw_array(Cursor cursor, std::uint64_t count)
{
    if (count > cursor.left() / item_size<T>)
        return cursor.bad("an array of {} elements leaves the file", count);
    auto const size = static_cast<std::size_t>(count);
    if (size == 0) return Value(Array<T>());
    if constexpr (is_plain<T>) {
        // No copy: the layer keeps the file mapped for as long as anybody has the array.
        if (contents_.owner && reinterpret_cast<std::uintptr_t>(cursor.data()) % alignof(T) == 0)
            return Value(Array<T>(reinterpret_cast<T const*>(cursor.data()), size, contents_.owner));
    }
    TRY(work(count, item_size<T>, cursor));
    TRY(budget_.take(count, sizeof(T), cursor));
    std::vector<T> elements;
    if constexpr (is_plain<T>) {
        elements.resize(size);
        std::memcpy(static_cast<void*>(elements.data()), cursor.data(), size * sizeof(T));
    } else {
        elements.reserve(size);
        for (std::size_t i = 0; i < size; ++i) elements.push_back(TRY(read_item<T>(cursor, 0)));
    }
    return Value(Array<T>(std::move(elements)));
}

template <class T>
Result<Value> ValueReader::read_compressed_array(Cursor cursor, std::uint64_t count)
{
    auto integers = [&]<class Int>(Int) -> Result<std::vector<Int>> {
        auto const size = TRY(cursor.read<std::uint64_t>());
        auto const where = cursor;
        auto const block = TRY(cursor.take(size));
        if (count > most_integers(block.size()))
            return where.bad("{} compressed bytes cannot hold {} integers", size, count);
        TRY(work(size, 1, where));
        TRY(budget_.take(count, sizeof(Int), where));
        std::vector<Int> numbers(static_cast<std::size_t>(count));
        if (auto const decoded = decode_integers<Int>(block, numbers); !decoded)
            return where.bad(decoded.error());
        return numbers;
    };
    if (before(7) && count < smallest_compressed_array) return read_raw_array<T>(cursor, count);
    if constexpr (is_compressible_integer<T>) {
        auto numbers = TRY(integers(T{}));
        return Value(Array<T>(std::move(numbers)));
    } else {
        auto const code = TRY(cursor.read<std::uint8_t>());
        std::vector<T> elements;
        if (code == 'i') {
            auto const numbers = TRY(integers(std::int32_t{}));
            TRY(budget_.take(count, sizeof(T), cursor));
            elements.reserve(numbers.size());
            for (auto const number : numbers)
                elements.push_back(static_cast<T>(static_cast<float_of<T>>(number)));
        } else if (code == 't') {
            auto const table_size = TRY(cursor.read<std::uint32_t>());
            if (table_size > cursor.left() / sizeof(T)) return cursor.bad("a table of {} values", table_size);
            auto const* const table = TRY(cursor.take(table_size * sizeof(T))).data();
            auto const indexes = TRY(integers(std::uint32_t{}));
            TRY(budget_.take(count, sizeof(T), cursor));
            elements.reserve(indexes.size());
            for (auto const index : indexes) {
                if (index >= table_size) return cursor.bad("value {} of a table of {}", index, table_size);
                elements.push_back(from_bytes<T>(table + index * sizeof(T)));
            }
        } else {
            return cursor.bad("numbers are compressed by an unknown method {}", code);
        }
        return Value(Array<T>(std::move(elements)));
    }
}

template <class T>
Result<Value> ValueReader::read_inlined(ValueRep rep)
{
    auto const payload = static_cast<std::uint32_t>(rep.payload());
    // A failure cannot say where its rep stands; the indexes in the sentence find it.
    Cursor const where(contents_.bytes, 0, contents_.name);
    [[maybe_unused]] auto small = [&](int i) { return static_cast<std::int8_t>(payload >> 8 * i & 0xFF); };
    if constexpr (std::is_same_v<T, Bool>) {
        return Value(Bool{(payload & 0xFF) != 0});
    } else if constexpr (std::is_same_v<T, Token>) {
        return Value(TRY(token(payload, where)));
    } else if constexpr (std::is_same_v<T, AssetPath>) {
        // A token here, though an asset inside anything else is a string.
        return Value(AssetPath{TRY(token(payload, where)).str()});
    } else if constexpr (std::is_same_v<T, std::string>) {
        return Value(TRY(string(payload, where)).str());
    } else if constexpr (std::is_same_v<T, PathExpression>) {
        return Value(PathExpression{TRY(string(payload, where)).str()});
    } else if constexpr (is_plain<T> && sizeof(T) <= sizeof payload) {
        return Value(from_bytes<T>(&payload));
    } else if constexpr (std::is_same_v<T, double>) {
        return Value(static_cast<double>(std::bit_cast<float>(payload)));
    } else if constexpr (std::is_same_v<T, TimeCode>) {
        return Value(TimeCode{static_cast<double>(std::bit_cast<float>(payload))});
    } else if constexpr (std::is_same_v<T, std::int64_t>) {
        return Value(static_cast<std::int64_t>(static_cast<std::int32_t>(payload)));
    } else if constexpr (std::is_same_v<T, std::uint64_t>) {
        return Value(static_cast<std::uint64_t>(payload));
    } else if constexpr (vector_size<T> != 0) {
        T value;
        for (int i = 0; i < vector_size<T>; ++i)
            value[i] = static_cast<typename T::BaseType>(static_cast<float>(small(i)));
        return Value(value);
    } else if constexpr (matrix_size<T> != 0) {
        T value(0.0);
        for (int i = 0; i < matrix_size<T>; ++i) value[i][i] = small(i);
        return Value(value);
    } else {
        return where.bad("a value of type {} cannot be inlined", static_cast<int>(rep.type()));
    }
}

template <class T>
Result<Value> ValueReader::read_typed(ValueRep rep)
{
    if (rep.is_array()) return read_array<T>(rep);
    if (rep.is_inlined()) return read_inlined<T>(rep);
    auto cursor = at(rep);
    TRY(work(1, item_size<T>, cursor));
    return Value(TRY(read_item<T>(cursor, 0)));
}

constexpr bool has_arrays(Type type)
{
    switch (type) {
#define SOULVAN_USD_SCALAR_CASE(T, name, code) case Type::name:
        SOULVAN_USD_CRATE_SCALARS(SOULVAN_USD_SCALAR_CASE)
#undef SOULVAN_USD_SCALAR_CASE
        return true;
    default:
        return false;
    }
}

/// The literals, the instructions (each a number of repetitions with the operation in its top byte, then that
/// many times its operands), and whether it is no edit but a whole array.
Result<Value> ValueReader::read_array_edit(ValueRep rep, int depth)
{
    auto cursor = at(rep);
    if (depth >= contents_.limits.nesting) return cursor.bad("array edits are nested");
    if (!has_arrays(rep.type())) return cursor.bad("arrays of that type cannot be edited");
    if (rep.payload() == 0) // no instructions
        return Value(ArrayEdit{TRY(read(ValueRep::make(rep.type(), ValueRep::array_bit, 0), depth + 1)), {}});
    ValueRep const literals{TRY(cursor.read<std::uint64_t>())}, steps{TRY(cursor.read<std::uint64_t>())};
    bool const is_whole = TRY(cursor.read<std::uint8_t>()) != 0;
    if (literals.is_array_edit() || steps.is_array_edit()) return cursor.bad("array edits are nested");
    if (!literals.is_array() || literals.type() != rep.type())
        return cursor.bad("the literals of an array edit are no array of its type");
    auto items = TRY(read(literals, depth + 1));
    if (is_whole) return items;
    ArrayEdit edit;
    edit.literals = std::move(items);
    auto const numbers = TRY(read(steps, depth + 1)).get_or(Array<std::int64_t>());
    for (std::size_t i = 0; i < numbers.size();) {
        auto const head = static_cast<std::uint64_t>(numbers[i++]);
        auto const op = static_cast<ArrayEdit::Op>(head >> 56);
        if (op > ArrayEdit::Op::max_size) return cursor.bad("the array edit {} is unknown", head >> 56);
        bool const has_one = op == ArrayEdit::Op::erase || op == ArrayEdit::Op::min_size ||
                             op == ArrayEdit::Op::set_size || op == ArrayEdit::Op::max_size;
        std::size_t const operands = has_one ? 1 : 2;
        for (auto count = head & ((std::uint64_t{1} << 56) - 1); count > 0; --count, i += operands) {
            if (numbers.size() - i < operands) return cursor.bad("an array edit ends within an instruction");
            edit.instructions.push_back({op, numbers[i], has_one ? 0 : numbers[i + 1]});
        }
    }
    return Value(canonical(std::move(edit)));
}

Result<Value> ValueReader::read(ValueRep rep, int depth)
{
    auto cursor = at(rep);
    if (rep.is_array_edit()) return read_array_edit(rep, depth);
    auto enumerator = [&]<class Enum>(Enum last, std::string_view what) -> Result<Value> {
        auto const number = rep.payload();
        if (number > static_cast<std::uint64_t>(last)) return cursor.bad("{} is no {}", number, what);
        return Value(static_cast<Enum>(number));
    };
    switch (rep.type()) {
#define SOULVAN_USD_READ(T, name, code)                                                                      \
    case Type::name:                                                                                         \
        return read_typed<T>(rep);
        SOULVAN_USD_CRATE_SCALARS(SOULVAN_USD_READ)
#undef SOULVAN_USD_READ
    case Type::dictionary:
        if (rep.is_inlined()) return Value(Dictionary());
        return Value(TRY(read_dictionary(cursor, depth)));
    case Type::token_list_op:
        return Value(TRY(read_list_op<Token>(cursor, depth)));
    case Type::string_list_op:
        return Value(TRY(read_list_op<std::string>(cursor, depth)));
    case Type::path_list_op:
        return Value(TRY(read_list_op<Path>(cursor, depth)));
    case Type::reference_list_op:
        return Value(TRY(read_list_op<Reference>(cursor, depth)));
    case Type::int_list_op:
        return Value(TRY(read_list_op<std::int32_t>(cursor, depth)));
    case Type::int64_list_op:
        return Value(TRY(read_list_op<std::int64_t>(cursor, depth)));
    case Type::uint_list_op:
        return Value(TRY(read_list_op<std::uint32_t>(cursor, depth)));
    case Type::uint64_list_op:
        return Value(TRY(read_list_op<std::uint64_t>(cursor, depth)));
    case Type::payload_list_op:
        return Value(TRY(read_list_op<Payload>(cursor, depth)));
    case Type::unregistered_list_op:
        return Value(TRY(read_list_op<Opaque>(cursor, depth)));
    case Type::path_vector:
        return Value(TRY(read_vector<Path>(cursor, depth)));
    case Type::token_vector:
        return Value(TRY(read_vector<Token>(cursor, depth)));
    case Type::string_vector:
        return Value(TRY(read_vector<std::string>(cursor, depth)));
    case Type::double_vector:
        return Value(TRY(read_vector<double>(cursor, depth)));
    case Type::layer_offset_vector:
        return Value(TRY(read_vector<LayerOffset>(cursor, depth)));
    case Type::relocates:
        return Value(TRY((read_vector<std::pair<Path, Path>>(cursor, depth))));
    case Type::variant_selections: {
        auto pairs = TRY((read_vector<std::pair<std::string, std::string>>(cursor, depth)));
        return Value(VariantSelections(pairs.begin(), pairs.end()));
    }
    case Type::specifier:
        return enumerator(Specifier::class_, "specifier");
    case Type::permission:
        return enumerator(Permission::private_, "permission");
    case Type::variability:
        // 2 was "config", which is as uniform as it gets.
        if (rep.payload() == 2) return Value(Variability::uniform);
        return enumerator(Variability::uniform, "variability");
    case Type::time_samples:
        return Value(TRY(read_time_samples(cursor, depth)));
    case Type::payload:
        return Value(TRY(read_item<Payload>(cursor, depth)));
    case Type::value_block:
        return Value(ValueBlock{});
    case Type::value:
        return read_nested(cursor, depth);
    case Type::unregistered_value: {
        auto value = TRY(read_nested(cursor, depth));
        // Text stays as it was written; a dictionary has its structure.
        if (auto const* const text = value.get<std::string>()) return Value(Opaque{"", *text});
        return value;
    }
    case Type::spline:
        if (rep.is_inlined()) return Value(Spline());
        return Value(TRY(read_spline(cursor, depth)));
    case Type::animation_block:
        return Value(AnimationBlock{});
    case Type::invalid:
        break;
    }
    return cursor.bad("values of type {} are unknown", static_cast<int>(rep.type()));
}

} // namespace soulvan::usd::crate
