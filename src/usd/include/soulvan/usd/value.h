// Values: one type that holds anything a field can hold, and the value types of USD by name.
#pragma once

#include "soulvan/base/math.h"
#include "soulvan/base/result.h"
#include "soulvan/usd/path.h"
#include "soulvan/usd/token.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <map>
#include <memory>
#include <new>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace soulvan::usd {

class Value;

/// A shared, immutable array. Copying costs a reference count. The elements may lie in memory that something
/// else keeps alive (a mapped crate file): `owner` holds it.
template <class T>
class Array {
public:
    using value_type = T;
    Array() = default;
    Array(std::vector<T> elements)
    {
        auto kept = std::make_shared<std::vector<T> const>(std::move(elements));
        data_ = kept->data();
        size_ = kept->size();
        owner_ = std::move(kept);
    }
    Array(T const* data, std::size_t size, std::shared_ptr<void const> owner)
        : owner_(std::move(owner)),
          data_(data),
          size_(size)
    {}
    std::size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }
    T const* data() const { return data_; }
    T const* begin() const { return data_; }
    T const* end() const { return data_ + size_; }
    T const& operator[](std::size_t i) const { return data_[i]; }
    operator std::span<T const>() const { return {data_, size_}; }
    friend bool operator==(Array const& a, Array const& b)
    {
        if (a.size_ != b.size_) return false;
        if (a.data_ == b.data_) return true;
        for (std::size_t i = 0; i < a.size_; ++i)
            if (!(a.data_[i] == b.data_[i])) return false;
        return true;
    }

private:
    std::shared_ptr<void const> owner_;
    T const* data_ = nullptr;
    std::size_t size_ = 0;
};

template <>
class Array<bool>; // bool arrays are Array<Bool>: std::vector<bool> has no elements to point at

/// One byte that prints as true or false.
struct Bool {
    bool value = false;
    friend auto operator<=>(Bool, Bool) = default;
};

struct TimeCode {
    double value = 0;
    friend auto operator<=>(TimeCode, TimeCode) = default;
};

/// `@authored@`. Resolution against the layer it stands in is the stage's work (Stage::resolve_asset).
struct AssetPath {
    std::string authored;
    friend auto operator<=>(AssetPath const&, AssetPath const&) = default;
};

struct PathExpression {
    std::string text;
    friend auto operator<=>(PathExpression const&, PathExpression const&) = default;
};

/// Blocks weaker opinions: `None`.
struct ValueBlock {
    friend auto operator<=>(ValueBlock, ValueBlock) = default;
};

/// As a default: blocks weaker samples, splines and clips, but not weaker defaults.
struct AnimationBlock {
    friend auto operator<=>(AnimationBlock, AnimationBlock) = default;
};

enum class Specifier : std::uint8_t { def, over, class_ };
enum class Variability : std::uint8_t { varying, uniform };
enum class Permission : std::uint8_t { public_, private_ };

struct LayerOffset {
    double offset = 0;
    double scale = 1;
    bool is_identity() const { return offset == 0 && scale == 1; }
    double operator()(double time) const { return time * scale + offset; }
    /// `outer(inner(t))`
    friend LayerOffset compose(LayerOffset outer, LayerOffset inner)
    {
        return {outer.offset + outer.scale * inner.offset, outer.scale * inner.scale};
    }
    friend auto operator<=>(LayerOffset, LayerOffset) = default;
};

/// string → value, in key order.
using Dictionary = std::map<std::string, Value, std::less<>>;

struct Reference {
    std::string asset; ///< "" is an internal reference
    Path prim;         ///< empty: the target layer's default prim
    LayerOffset offset;
    std::shared_ptr<Dictionary const> custom_data; ///< null when there is none
    friend bool operator==(Reference const& a, Reference const& b);
};

struct Payload {
    std::string asset;
    Path prim;
    LayerOffset offset;
    friend bool operator==(Payload const&, Payload const&) = default;
};

/// The six lists that edit a list: explicit replaces; else delete, add, prepend, append, order are applied.
template <class T>
struct ListOp {
    bool is_explicit = false;
    std::vector<T> explicit_items{}, added{}, prepended{}, appended{}, deleted{}, ordered{};

    static ListOp make_explicit(std::vector<T> items)
    {
        return {.is_explicit = true, .explicit_items = std::move(items)};
    }
    static ListOp make_prepended(std::vector<T> items) { return {.prepended = std::move(items)}; }
    bool empty() const
    {
        return !is_explicit && added.empty() && prepended.empty() && appended.empty() && deleted.empty() &&
               ordered.empty();
    }
    /// Edits `items` in place, as SdfListOp::ApplyOperations does.
    void apply(std::vector<T>& items) const;
    friend bool operator==(ListOp const&, ListOp const&) = default;
};

using TokenListOp = ListOp<Token>;
using StringListOp = ListOp<std::string>;
using PathListOp = ListOp<Path>;
using ReferenceListOp = ListOp<Reference>;
using PayloadListOp = ListOp<Payload>;
using IntListOp = ListOp<std::int32_t>;
using UIntListOp = ListOp<std::uint32_t>;
using Int64ListOp = ListOp<std::int64_t>;
using UInt64ListOp = ListOp<std::uint64_t>;

/// set → selection
using VariantSelections = std::map<std::string, std::string>;
/// (source, target) pairs as authored
using Relocates = std::vector<std::pair<Path, Path>>;
/// time → value, in time order. Values that stand in a file are read when they are asked for, so what can be
/// cheap to hold (a cache of ten thousand frames) is. Copies share.
class TimeSamples {
public:
    /// Where the values of a file stand.
    class Source {
    public:
        virtual ~Source() = default;
        /// The value at `index` of the times; holds nothing, and the source tells its owner, when the file is
        /// damaged there.
        virtual Value value(std::size_t index) const = 0;
    };
    using value_type = std::pair<double, Value>;

    TimeSamples() = default;
    TimeSamples(std::initializer_list<value_type> samples);
    explicit TimeSamples(std::map<double, Value> const& samples);
    /// `times` ascend, each once; nobody changes them any more.
    TimeSamples(std::shared_ptr<std::vector<double>> times, std::shared_ptr<Source const> source)
        : times_(std::move(times)),
          source_(std::move(source))
    {}

    bool empty() const { return size() == 0; }
    std::size_t size() const { return times_ ? times_->size() : 0; }
    std::vector<double> const& times() const;
    double time(std::size_t index) const { return (*times_)[index]; }
    Value value(std::size_t index) const;
    /// How many times are not above `time`.
    std::size_t upper_bound(double time) const;
    std::optional<std::size_t> find(double time) const; ///< the index of exactly that time
    /// Replaces the value at `time` or puts it in. Reads all values of a file first.
    void set(double time, Value value);

    class Iterator {
    public:
        using difference_type = std::ptrdiff_t;
        using value_type = TimeSamples::value_type;
        Iterator() = default;
        Iterator(TimeSamples const* samples, std::size_t at) : samples_(samples), at_(at) {}
        value_type operator*() const;
        Iterator& operator++()
        {
            ++at_;
            return *this;
        }
        Iterator operator++(int)
        {
            auto const before = *this;
            ++at_;
            return before;
        }
        friend bool operator==(Iterator const& a, Iterator const& b) { return a.at_ == b.at_; }

    private:
        TimeSamples const* samples_ = nullptr;
        std::size_t at_ = 0;
    };
    Iterator begin() const { return {this, 0}; }
    Iterator end() const { return {this, size()}; }
    friend bool operator==(TimeSamples const& a, TimeSamples const& b);

private:
    std::shared_ptr<std::vector<double>> times_; ///< changed by their only owner alone
    std::shared_ptr<Source const> source_;       ///< or, when null:
    std::shared_ptr<std::vector<Value>> values_;
};

/// How a spline goes on from a knot, or beyond its ends. `none` is no value at all.
enum class SplineInterpolation : std::uint8_t { none, held, linear, curve };
enum class SplineExtrapolationMode : std::uint8_t {
    none,
    held,
    linear,
    sloped,
    loop_repeat,
    loop_reset,
    loop_oscillate
};
enum class SplineCurve : std::uint8_t { bezier, hermite };

struct SplineExtrapolation {
    SplineExtrapolationMode mode = SplineExtrapolationMode::held;
    double slope = 0; ///< sloped
    friend bool operator==(SplineExtrapolation const&, SplineExtrapolation const&) = default;
};

/// The knots in [proto_start, proto_end) are repeated before and after.
struct SplineLoop {
    double proto_start = 0, proto_end = 0;
    std::int32_t loops_before = 0, loops_after = 0;
    double value_offset = 0; ///< added per repetition
    friend bool operator==(SplineLoop const&, SplineLoop const&) = default;
};

/// Who says what a tangent is: the file, or a rule that looks at the neighbouring knots (SplineKnot holds
/// what came of it).
enum class SplineTangent : std::uint8_t { none, custom, auto_ease };

struct SplineKnot {
    double time = 0;
    double value = 0;
    std::optional<double> value_before; ///< of a knot with two values: the limit from the left
    SplineInterpolation next = SplineInterpolation::held;
    double slope_before = 0, slope_after = 0; ///< of the tangents, in value per time
    double width_before = 0, width_after = 0; ///< in time; hermite curves have none
    SplineTangent tangent_before = SplineTangent::none, tangent_after = SplineTangent::none;
    std::shared_ptr<Dictionary const> custom_data; ///< null when there is none
    friend bool operator==(SplineKnot const& a, SplineKnot const& b);
};

/// An animation curve over time, knots in time order. Values are doubles that `value_type` holds exactly.
struct Spline {
    enum class ValueType : std::uint8_t { double_, float_, half_ };
    ValueType value_type = ValueType::double_;
    bool time_valued = false; ///< of a timecode attribute: layer offsets map the values too
    SplineCurve curve = SplineCurve::bezier;
    SplineExtrapolation before, after;
    SplineLoop loop; ///< all zero: none
    std::vector<SplineKnot> knots;
    friend bool operator==(Spline const&, Spline const&) = default;
};

/// A field that this version keeps but does not understand (metadata of plug-ins, values of unknown types):
/// the text between the field's "=" and its end, written back unchanged.
struct Opaque {
    std::string type; ///< "" for now
    std::string text;
    friend bool operator==(Opaque const&, Opaque const&) = default;
};
/// A list edit of an unregistered field.
using OpaqueListOp = ListOp<Opaque>;

/// The scalar value types that attributes can have, each with an Array<> beside it. Role names (color3f,
/// point3f, texCoord2f, …) are declared types of attributes, not types of values: see ValueTypeName.
// clang-format off
#define SOULVAN_USD_SCALARS(X)                                                                               \
    X(Bool)                                                                                                  \
    X(std::uint8_t)                                                                                          \
    X(std::int32_t)                                                                                          \
    X(std::uint32_t)                                                                                         \
    X(std::int64_t)                                                                                          \
    X(std::uint64_t) X(half) X(float) X(double) X(TimeCode) X(std::string) X(Token) X(AssetPath)             \
        X(PathExpression) X(Matrix2d) X(Matrix3d) X(Matrix4d) X(Quath) X(Quatf) X(Quatd) X(Vec2h) X(Vec2f)   \
            X(Vec2d) X(Vec2i) X(Vec3h) X(Vec3f) X(Vec3d) X(Vec3i) X(Vec4h) X(Vec4f) X(Vec4d) X(Vec4i)
// clang-format on

/// Anything that a field can hold. Immutable after construction. Small things (names, flags, numbers up to
/// eight bytes) stand in the value itself; all else is shared, so that a copy costs a reference count.
/// `get<T>()` returns null when another type is held; no conversion happens behind the caller's back.
class Value {
public:
    Value() = default; ///< holds nothing
    template <class T>
    requires(!std::is_same_v<std::decay_t<T>, Value>) Value(T&& value) : type_(&type_of<std::decay_t<T>>)
    {
        using Held = std::decay_t<T>;
        static_assert(!std::is_same_v<Held, long long> && !std::is_same_v<Held, unsigned long long> &&
                          !std::is_same_v<Held, char> && !std::is_same_v<Held, std::string_view> &&
                          !std::is_pointer_v<Held>,
                      "nobody asks a Value for this type: name one of USD's");
        if constexpr (is_local<Held>)
            new (local_) Held(std::forward<T>(value)); // the bytes behind it stay zero
        else
            shared_ = new Shared<Held>(std::forward<T>(value));
    }
    Value(bool value) : Value(Bool{value}) {}
    Value(char const* text) : Value(std::string(text)) {}
    Value(Value const& other) noexcept : type_(other.type_)
    {
        std::memcpy(local_, other.local_, sizeof local_);
        if (is_shared()) shared_->users.fetch_add(1, std::memory_order_relaxed);
    }
    Value(Value&& other) noexcept : type_(std::exchange(other.type_, nullptr))
    {
        std::memcpy(local_, other.local_, sizeof local_);
    }
    Value& operator=(Value other) noexcept
    {
        std::swap(type_, other.type_);
        std::swap(local_, other.local_);
        return *this;
    }
    ~Value()
    {
        if (is_shared() && shared_->users.fetch_sub(1, std::memory_order_acq_rel) == 1)
            type_->destroy(shared_);
    }

    bool empty() const { return type_ == nullptr; }
    /// Valid while this value, or for shared types any copy of it, lives.
    template <class T>
    T const* get() const
    {
        if (type_ != &type_of<T>) return nullptr;
        if constexpr (is_local<T>)
            return std::launder(reinterpret_cast<T const*>(local_));
        else
            return &static_cast<Shared<T> const*>(shared_)->value;
    }
    template <class T>
    bool holds() const
    {
        return type_ == &type_of<T>;
    }
    template <class T>
    T get_or(T fallback) const
    {
        auto const* value = get<T>();
        return value ? *value : fallback;
    }
    bool is_block() const { return holds<ValueBlock>(); }
    /// For tables that store a small value once: values of equal type and bits are equal. The first is null
    /// for shared values.
    std::pair<void const*, std::uint64_t> bits() const
    {
        std::uint64_t bits = 0;
        if (is_shared()) return {nullptr, 0};
        std::memcpy(&bits, local_, sizeof bits);
        return {type_, bits};
    }
    /// Same type and equal contents; NaN equals NaN so that files can be compared.
    friend bool operator==(Value const& a, Value const& b)
    {
        if (a.type_ != b.type_) return false;
        return a.type_ == nullptr || a.type_->equal(a, b);
    }

private:
    struct Users {
        std::atomic<std::uint32_t> users{1};
    };
    template <class T>
    struct Shared final : Users {
        T value;
        template <class U>
        explicit Shared(U&& from) : value(std::forward<U>(from))
        {}
    };
    struct Type {
        bool is_shared;
        void (*destroy)(Users*);
        bool (*equal)(Value const&, Value const&);
    };
    /// Imath's types have copy constructors of their own that do no more than copying bytes.
    template <class T>
    static constexpr bool is_local = sizeof(T) <= 8 &&
                                     alignof(T) <= 8 && std::is_trivially_destructible_v<T> &&
                                     (std::is_trivially_copyable_v<T> || std::is_class_v<T>);
    template <class T>
    static void destroy(Users* held)
    {
        delete static_cast<Shared<T>*>(held);
    }
    template <class T>
    static bool equal(Value const& a, Value const& b);
    template <class T>
    static inline constinit Type const type_of{!is_local<T>, is_local<T> ? nullptr : &destroy<T>, &equal<T>};
    bool is_shared() const { return type_ != nullptr && type_->is_shared; }

    Type const* type_ = nullptr;
    union {
        alignas(8) std::byte local_[8] = {};
        Users* shared_;
    };
};

/// Equality in which NaN equals NaN, at any depth of vectors, matrices and arrays.
template <class T>
bool same_value(T const& a, T const& b)
{
    if constexpr (std::is_floating_point_v<T> || std::is_same_v<T, half>) {
        return a == b || (a != a && b != b);
    } else if constexpr (std::is_same_v<T, TimeCode>) {
        return same_value(a.value, b.value);
    } else if constexpr (std::is_same_v<T, LayerOffset>) {
        return same_value(a.offset, b.offset) && same_value(a.scale, b.scale);
    } else if constexpr (requires {
                             a.data();
                             a.size();
                             typename T::value_type;
                         }) {
        if (a.size() != b.size()) return false;
        if (a.data() == b.data()) return true;
        for (std::size_t i = 0; i < a.size(); ++i)
            if (!same_value(a[i], b[i])) return false;
        return true;
    } else if constexpr (
        requires {
            T::dimensions();
            typename T::BaseType;
            a.getValue();
        } &&
        requires { &a[0][0]; }) { // Imath's square matrices
        for (unsigned i = 0; i < T::dimensions(); ++i)
            for (unsigned j = 0; j < T::dimensions(); ++j)
                if (!same_value(a[static_cast<int>(i)][static_cast<int>(j)],
                                b[static_cast<int>(i)][static_cast<int>(j)]))
                    return false;
        return true;
    } else if constexpr (requires {
                             T::dimensions();
                             typename T::BaseType;
                         }) { // and vectors
        for (unsigned i = 0; i < T::dimensions(); ++i)
            if (!same_value(a[static_cast<int>(i)], b[static_cast<int>(i)])) return false;
        return true;
    } else if constexpr (requires {
                             a.r;
                             a.v;
                         }) { // and quaternions
        return same_value(a.r, b.r) && same_value(a.v, b.v);
    } else {
        return a == b;
    }
}

template <class T>
bool Value::equal(Value const& a, Value const& b)
{
    if constexpr (!is_local<T>)
        if (a.shared_ == b.shared_) return true;
    return same_value(*a.get<T>(), *b.get<T>());
}

/// What stands before an attribute's name: "color3f[]". Knows the value type behind the role.
struct ValueTypeName {
    Token name; ///< with "[]" when an array
    bool is_array = false;
    std::string_view scalar; ///< the value type behind the role: "float3", "matrix4d", "token"
    std::string_view
        role;       ///< "Color", "Point", "Normal", "Vector", "TextureCoordinate", "Frame", "Group", or ""
    Value fallback; ///< zero value of the type
};
/// The table of the data types of USD, with the old names ("Vec3f", "PointFloat") that lead to the same
/// entries; nullptr for names that are not in it.
ValueTypeName const* find_value_type(std::string_view name);

} // namespace soulvan::usd
