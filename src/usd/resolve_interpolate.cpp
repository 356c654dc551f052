// What lies between two time samples? Linear for real-valued types, spherical for quaternions, else nothing.
#include "stage_data.h"

#include <cmath>
#include <type_traits>

namespace soulvan::usd::resolve {

namespace {

double mix(double a, double b, double alpha)
{
    return (1 - alpha) * a + alpha * b;
}

half lerp(half a, half b, double alpha)
{
    return half(static_cast<float>(mix(static_cast<float>(a), static_cast<float>(b), alpha)));
}
float lerp(float a, float b, double alpha)
{
    return static_cast<float>(mix(a, b, alpha));
}
double lerp(double a, double b, double alpha)
{
    return mix(a, b, alpha);
}
TimeCode lerp(TimeCode a, TimeCode b, double alpha)
{
    return {mix(a.value, b.value, alpha)};
}

/// Of a vector: OpenUSD multiplies vectors of halves by a number in place, so each product is rounded.
half component(half a, half b, double alpha)
{
    half const first(static_cast<float>(a) * static_cast<float>(1 - alpha));
    half const second(static_cast<float>(b) * static_cast<float>(alpha));
    return half(static_cast<float>(first) + static_cast<float>(second));
}
float component(float a, float b, double alpha)
{
    return lerp(a, b, alpha);
}
double component(double a, double b, double alpha)
{
    return lerp(a, b, alpha);
}

template <class T>
Imath::Vec2<T> lerp(Imath::Vec2<T> const& a, Imath::Vec2<T> const& b, double alpha)
{
    return {component(a.x, b.x, alpha), component(a.y, b.y, alpha)};
}
template <class T>
Imath::Vec3<T> lerp(Imath::Vec3<T> const& a, Imath::Vec3<T> const& b, double alpha)
{
    return {component(a.x, b.x, alpha), component(a.y, b.y, alpha), component(a.z, b.z, alpha)};
}
template <class T>
Imath::Vec4<T> lerp(Imath::Vec4<T> const& a, Imath::Vec4<T> const& b, double alpha)
{
    return {component(a.x, b.x, alpha), component(a.y, b.y, alpha), component(a.z, b.z, alpha),
            component(a.w, b.w, alpha)};
}

template <class M>
M lerp_matrix(M const& a, M const& b, double alpha, int size)
{
    M result;
    for (int row = 0; row < size; ++row)
        for (int column = 0; column < size; ++column)
            result[row][column] = mix(a[row][column], b[row][column], alpha);
    return result;
}
Matrix2d lerp(Matrix2d const& a, Matrix2d const& b, double alpha)
{
    return lerp_matrix(a, b, alpha, 2);
}
Matrix3d lerp(Matrix3d const& a, Matrix3d const& b, double alpha)
{
    return lerp_matrix(a, b, alpha, 3);
}
Matrix4d lerp(Matrix4d const& a, Matrix4d const& b, double alpha)
{
    return lerp_matrix(a, b, alpha, 4);
}

/// Shoemake 1985, along the shorter arc; nearly equal rotations are mixed linearly, as the sine goes to 0.
/// Rounded where OpenUSD rounds: the angle, its sine, both weights and each product are kept as components
/// are.
template <class T>
Imath::Quat<T> lerp(Imath::Quat<T> const& a, Imath::Quat<T> const& b, double alpha)
{
    using Real = std::conditional_t<std::is_same_v<T, double>, double, float>; // halves are added as floats
    auto const real = [](T value) { return static_cast<Real>(value); };
    auto const rounded = [&](auto value) { return T(static_cast<Real>(value)); };
    T const imaginary =
        rounded(real(a.v.x) * real(b.v.x) + real(a.v.y) * real(b.v.y) + real(a.v.z) * real(b.v.z));
    double cosine = real(imaginary) + real(a.r) * real(b.r);
    bool const flip = cosine < 0;
    if (flip) cosine = -cosine;
    double weight_a = 1 - alpha, weight_b = alpha;
    if (1 - cosine > 1e-5) {
        Real const angle = real(rounded(std::acos(cosine))), sine = real(rounded(std::sin(angle)));
        weight_a = std::sin((1 - alpha) * angle) / sine;
        weight_b = std::sin(alpha * angle) / sine;
    }
    if (flip) weight_b = -weight_b;
    Real const of_a = real(rounded(weight_a)), of_b = real(rounded(weight_b));
    auto const part = [&](T x, T y) {
        T const first = rounded(real(x) * of_a), second = rounded(real(y) * of_b);
        return rounded(real(first) + real(second));
    };
    return {part(a.r, b.r), {part(a.v.x, b.v.x), part(a.v.y, b.v.y), part(a.v.z, b.v.z)}};
}

/// Whether both hold T or arrays of T of one size; fills `result` then.
template <class T>
bool try_type(Value const& lower, Value const& upper, double alpha, Value& result)
{
    if (auto const* a = lower.get<T>()) {
        auto const* b = upper.get<T>();
        if (b) result = Value(T(lerp(*a, *b, alpha)));
        return true;
    }
    auto const* a = lower.get<Array<T>>();
    if (!a) return false;
    auto const* b = upper.get<Array<T>>();
    if (!b || a->size() != b->size()) return true; // held
    std::vector<T> mixed;
    mixed.reserve(a->size());
    for (std::size_t i = 0; i < a->size(); ++i) mixed.push_back(lerp((*a)[i], (*b)[i], alpha));
    result = Value(Array<T>(std::move(mixed)));
    return true;
}

template <class... Types>
Value try_types(Value const& lower, Value const& upper, double alpha)
{
    Value result;
    (void)(try_type<Types>(lower, upper, alpha, result) || ...);
    return result;
}

} // namespace

Value interpolated(Value const& lower, Value const& upper, double alpha)
{
    return try_types<float, double, half, TimeCode, Vec3f, Vec3d, Vec3h, Vec2f, Vec2d, Vec2h, Vec4f, Vec4d,
                     Vec4h, Matrix4d, Matrix3d, Matrix2d, Quatf, Quatd, Quath>(lower, upper, alpha);
}

} // namespace soulvan::usd::resolve
