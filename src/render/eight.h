// Eight floats side by side: AVX without approximations, so that every machine gives equal bits.
#pragma once

#include <array>
#include <bit>
#include <cstddef>

#include <immintrin.h>

namespace soulvan::render {

/// Comparisons give masks of all ones; `&` and `|` combine them, and `&` with a value keeps it or gives zero.
struct Eight {
    __m256 v = _mm256_setzero_ps();

    Eight() = default;
    Eight(__m256 value) : v(value) {}
    Eight(float value) : v(_mm256_set1_ps(value)) {}
    std::array<float, 8> values() const { return std::bit_cast<std::array<float, 8>>(v); }
    void set(int i, float value)
    {
        auto all = values();
        all[static_cast<std::size_t>(i)] = value;
        v = std::bit_cast<__m256>(all);
    }

    friend Eight operator+(Eight a, Eight b) { return _mm256_add_ps(a.v, b.v); }
    friend Eight operator-(Eight a, Eight b) { return _mm256_sub_ps(a.v, b.v); }
    friend Eight operator*(Eight a, Eight b) { return _mm256_mul_ps(a.v, b.v); }
    friend Eight operator/(Eight a, Eight b) { return _mm256_div_ps(a.v, b.v); }
    friend Eight operator&(Eight a, Eight b) { return _mm256_and_ps(a.v, b.v); }
    friend Eight operator|(Eight a, Eight b) { return _mm256_or_ps(a.v, b.v); }
    friend Eight operator<=(Eight a, Eight b) { return _mm256_cmp_ps(a.v, b.v, _CMP_LE_OQ); }
    friend Eight operator>=(Eight a, Eight b) { return _mm256_cmp_ps(a.v, b.v, _CMP_GE_OQ); }
    friend Eight operator>(Eight a, Eight b) { return _mm256_cmp_ps(a.v, b.v, _CMP_GT_OQ); }
};

inline Eight sqrt(Eight a)
{
    return _mm256_sqrt_ps(a.v);
}
/// Of a NaN and a number: the number, when it is `b`.
inline Eight min(Eight a, Eight b)
{
    return _mm256_min_ps(a.v, b.v);
}
inline Eight max(Eight a, Eight b)
{
    return _mm256_max_ps(a.v, b.v);
}
inline Eight select(Eight mask, Eight yes, Eight no)
{
    return _mm256_blendv_ps(no.v, yes.v, mask.v);
}
inline unsigned bits(Eight mask)
{
    return static_cast<unsigned>(_mm256_movemask_ps(mask.v));
}

} // namespace soulvan::render
