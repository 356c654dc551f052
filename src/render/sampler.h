// Which numbers a sample uses: Owen-scrambled Sobol points, addressable by pixel, sample, dimension and seed.
//
// Source  Burley 2020, "Practical Hash-based Owen Scrambling": every pair of dimensions is the (0,2)-sequence
// in
//         base 2, its order and digits scrambled by hashes of pixel and dimension (padding). Its second axis
//         is the Pascal matrix modulo 2, applied in five steps.
#pragma once

#include "soulvan/base/hash.h"
#include "vector.h"

#include <bit>
#include <cstdint>

namespace soulvan::render {

inline std::uint32_t reverse_bits(std::uint32_t x)
{
    x = std::byteswap(x);
    x = ((x & 0x0f0f0f0fu) << 4) | ((x >> 4) & 0x0f0f0f0fu);
    x = ((x & 0x33333333u) << 2) | ((x >> 2) & 0x33333333u);
    return ((x & 0x55555555u) << 1) | ((x >> 1) & 0x55555555u);
}

/// A random binary tree's permutation of bit-reversed digits: bit i depends on the bits below it only
/// (Laine & Karras 2011, constants by Vegdahl 2021).
inline std::uint32_t owen_scramble_reversed(std::uint32_t x, std::uint32_t seed)
{
    x ^= x * 0x3d20adeau;
    x += seed;
    x *= (seed >> 16) | 1u;
    x ^= x * 0x05526c56u;
    x ^= x * 0x53a22864u;
    return x;
}

/// The second Sobol axis of `index`, digits reversed (least significant first).
inline std::uint32_t sobol1_reversed(std::uint32_t index)
{
    // Pascal's triangle mod 2 is the 5-fold Kronecker power of [1 1; 0 1].
    index ^= (index >> 1) & 0x55555555u;
    index ^= (index >> 2) & 0x33333333u;
    index ^= (index >> 4) & 0x0f0f0f0fu;
    index ^= (index >> 8) & 0x00ff00ffu;
    index ^= (index >> 16) & 0x0000ffffu;
    return index;
}

/// [0, 1): 24 bits, so that the result never rounds up to 1.
inline float unit_float(std::uint32_t bits)
{
    return static_cast<float>(bits >> 8) * 0x1p-24f;
}

/// The numbers of one sample of one pixel. Cheap to copy; asking twice for one dimension gives one answer.
class Sampler {
public:
    Sampler(int x, int y, std::uint32_t sample, std::uint64_t seed)
        : pixel_(mix64(seed ^ mix64((static_cast<std::uint64_t>(static_cast<std::uint32_t>(y)) << 32) |
                                    static_cast<std::uint32_t>(x)))),
          reversed_index_(reverse_bits(sample))
    {}

    /// The point of pair `dimension`: stratified over the samples of this pixel, independent of other pairs.
    Vec2f get_2d(std::uint32_t dimension) const
    {
        std::uint64_t const hash = mix64(pixel_ + dimension * 0x9e3779b97f4a7c15ull);
        auto const low = static_cast<std::uint32_t>(hash), high = static_cast<std::uint32_t>(hash >> 32);
        std::uint32_t const index = shuffled_index(low);
        return {unit_float(reverse_bits(owen_scramble_reversed(index, high))),
                unit_float(
                    reverse_bits(owen_scramble_reversed(sobol1_reversed(index), low * 0x9e3779b9u ^ high)))};
    }
    float get_1d(std::uint32_t dimension) const
    {
        std::uint64_t const hash = mix64(pixel_ + dimension * 0x9e3779b97f4a7c15ull);
        auto const low = static_cast<std::uint32_t>(hash), high = static_cast<std::uint32_t>(hash >> 32);
        return unit_float(reverse_bits(owen_scramble_reversed(shuffled_index(low), high)));
    }
    /// A plain random number for what needs no stratification, equal for equal arguments.
    std::uint32_t hash(std::uint32_t dimension) const
    {
        return static_cast<std::uint32_t>(
            mix64(pixel_ ^ mix64(reversed_index_ + (std::uint64_t{dimension} << 32))));
    }

private:
    std::uint32_t shuffled_index(std::uint32_t seed) const
    {
        return reverse_bits(owen_scramble_reversed(reversed_index_, seed));
    }
    std::uint64_t pixel_;
    std::uint32_t reversed_index_;
};

} // namespace soulvan::render
