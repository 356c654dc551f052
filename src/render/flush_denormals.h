// Denormals as zero, as Embree wants it, on whatever thread computes.
#pragma once

#include <pmmintrin.h>
#include <xmmintrin.h>

namespace soulvan::render {

/// While it lives; the caller's mode comes back.
class FlushDenormals {
public:
    FlushDenormals() : before_(_mm_getcsr())
    {
        _mm_setcsr(before_ | _MM_FLUSH_ZERO_ON | _MM_DENORMALS_ZERO_ON);
    }
    ~FlushDenormals() { _mm_setcsr(before_); }
    FlushDenormals(FlushDenormals const&) = delete;
    FlushDenormals& operator=(FlushDenormals const&) = delete;

private:
    unsigned before_;
};

} // namespace soulvan::render
