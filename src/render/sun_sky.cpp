// A clear sky and its sun, from the physics of air, dust and ozone.
#include "soulvan/render/sun_sky.h"

#include "vector.h"

#include <array>

#include <tbb/parallel_for.h>

namespace soulvan::render {
namespace {

constexpr int wavelengths = 12;
constexpr float first_nm = 400, step_nm = 27.5f;
constexpr double ground_radius = 6360e3, top_radius = 6460e3;
constexpr double sun_half_angle = 0.533 / 2 * std::numbers::pi / 180;

/// One value a wavelength.
struct Spectrum {
    std::array<float, wavelengths> v{};
    float& operator[](int i) { return v[static_cast<std::size_t>(i)]; }
    float operator[](int i) const { return v[static_cast<std::size_t>(i)]; }
    Spectrum& operator+=(Spectrum const& o)
    {
        for (int i = 0; i < wavelengths; ++i) v[i] += o.v[i];
        return *this;
    }
    friend Spectrum operator*(Spectrum a, Spectrum const& b)
    {
        for (int i = 0; i < wavelengths; ++i) a.v[i] *= b.v[i];
        return a;
    }
    friend Spectrum operator*(Spectrum a, float s)
    {
        for (auto& x : a.v) x *= s;
        return a;
    }
    friend Spectrum operator+(Spectrum a, Spectrum const& b) { return a += b; }
};
Spectrum exp_of_minus(Spectrum const& depth)
{
    Spectrum out;
    for (int i = 0; i < wavelengths; ++i) out[i] = std::exp(-depth[i]);
    return out;
}

/// Wyman, Sloan & Shirley 2013, the multi-lobe fit of the CIE 1931 functions.
Vec3f color_matching(float nm)
{
    auto const lobe = [nm](float mean, float left, float right) {
        float const t = (nm - mean) / (nm < mean ? left : right);
        return std::exp(-0.5f * t * t);
    };
    return {1.056f * lobe(599.8f, 37.9f, 31.0f) + 0.362f * lobe(442.0f, 16.0f, 26.7f) -
                0.065f * lobe(501.1f, 20.4f, 26.2f),
            0.821f * lobe(568.8f, 46.9f, 40.5f) + 0.286f * lobe(530.9f, 16.3f, 31.1f),
            1.217f * lobe(437.0f, 11.8f, 36.0f) + 0.681f * lobe(459.0f, 26.0f, 13.8f)};
}

/// W/(m²·sr·nm) to nits of linear Rec.709.
Vec3f rgb_of(Spectrum const& s)
{
    Vec3f xyz(0, 0, 0);
    for (int i = 0; i < wavelengths; ++i)
        xyz += color_matching(first_nm + step_nm * static_cast<float>(i)) * (s[i] * step_nm * 683.002f);
    return {std::max(3.2404542f * xyz.x - 1.5371385f * xyz.y - 0.4985314f * xyz.z, 0.0f),
            std::max(-0.9692660f * xyz.x + 1.8760108f * xyz.y + 0.0415560f * xyz.z, 0.0f),
            std::max(0.0556434f * xyz.x - 0.2040259f * xyz.y + 1.0572252f * xyz.z, 0.0f)};
}

float rayleigh_phase(float cosine)
{
    return 3 / (16 * pi) * (1 + cosine * cosine);
}
/// Cornette & Shanks 1992, for dust of asymmetry 0.76.
float mie_phase(float cosine)
{
    constexpr float g = 0.76f;
    float const d = 1 + g * g - 2 * g * cosine;
    return 3 / (8 * pi) * (1 - g * g) * (1 + cosine * cosine) / ((2 + g * g) * d * std::sqrt(d));
}

/// The air around a round earth; heights in metres above the sea, cosines from the zenith.
class Atmosphere {
public:
    explicit Atmosphere(SkySettings const& settings);

    Spectrum transmittance_to_sun(double height, double cosine) const
    {
        // The limb of the earth hides the sun.
        double const r = ground_radius + height;
        double const horizon = -std::sqrt(std::max(0.0, 1 - square_of(ground_radius / r)));
        if (cosine < horizon) return {};
        return look_up(transmittance_, height, (cosine - horizon) / (1 - horizon));
    }
    /// Radiance along a ray, and what reaches its start of the light of its end. `cosine_view` from the
    /// zenith, `cosine_between` view and sun.
    Spectrum in_scattered(double height, double cosine_view, double cosine_sun, double cosine_between,
                          int steps, Spectrum* transmittance = nullptr) const;
    Spectrum const& sun() const { return sun_; } ///< irradiance above the air, W/(m²·nm)
    Spectrum ground_exitance(double cosine_sun) const;

private:
    static constexpr int heights = 32, cosines = 64;
    using Table = std::vector<Spectrum>;
    struct Medium {
        Spectrum rayleigh, mie, extinction;
    };
    static double square_of(double x) { return x * x; }
    Medium at(double height) const;
    Spectrum depth_to_top(double height, double cosine) const;
    /// x in [0, 1] runs over cosines; both tables.
    static Spectrum look_up(Table const& table, double height, double x);
    static double height_of(int row) { return 100e3 * square_of(static_cast<double>(row) / (heights - 1)); }
    /// Where a ray leaves the air or meets the ground.
    static double distance_to_end(double height, double cosine, bool& meets_ground);
    Spectrum further_orders(double height, double cosine_sun) const;

    Spectrum rayleigh_, mie_, ozone_, sun_;
    float mie_albedo_ = 0.95f, ground_albedo_;
    Table transmittance_, further_;
};

Atmosphere::Atmosphere(SkySettings const& settings) : ground_albedo_(settings.ground_albedo)
{
    // Ozone absorbs in Chappuis' band: cross sections in 10⁻²⁵ m² every 50 nm from 400 nm.
    constexpr std::array<float, 7> chappuis{0.0f, 0.17f, 1.2f, 3.3f, 5.1f, 2.5f, 0.9f};
    constexpr float dobson_300 = 8.07e22f,
                    ozone_thickness = 15e3f; // molecules/m²; integral of the tent below
    float const clean = 1.24062e-6f / std::pow(0.55f, 4.0f) * 8000;
    float const dust = (settings.turbidity - 1) * clean / 1200;
    for (int i = 0; i < wavelengths; ++i) {
        float const nm = first_nm + step_nm * static_cast<float>(i), um = nm / 1000;
        rayleigh_[i] = 1.24062e-6f / (um * um * um * um);
        mie_[i] = dust * std::pow(um / 0.55f, -1.3f); // Ångström's exponent of continental air
        float const x = (nm - 400) / 50;
        int const k = std::min(static_cast<int>(x), 5);
        float const section = lerp(chappuis[k], chappuis[k + 1], std::min(x - static_cast<float>(k), 1.0f));
        ozone_[i] = settings.ozone * section * 1e-25f * dobson_300 / ozone_thickness;
        // Planck's law at 5778 K over the sun's disk.
        double const l = nm * 1e-9;
        double const radiance =
            1.19104297e-16 / std::pow(l, 5) / (std::exp(0.0143877688 / (l * 5778)) - 1) * 1e-9;
        sun_[i] = static_cast<float>(radiance * std::numbers::pi * square_of(std::sin(sun_half_angle)));
    }
    transmittance_.resize(heights * cosines);
    tbb::parallel_for(0, heights, [&](int row) {
        double const height = height_of(row), r = ground_radius + height;
        double const horizon = -std::sqrt(std::max(0.0, 1 - square_of(ground_radius / r)));
        for (int c = 0; c < cosines; ++c) {
            double const x = square_of(static_cast<double>(c) / (cosines - 1));
            transmittance_[row * cosines + c] =
                exp_of_minus(depth_to_top(height, horizon + x * (1 - horizon)));
        }
    });
    Table further(heights * cosines);
    tbb::parallel_for(0, heights, [&](int row) {
        for (int c = 0; c < cosines; ++c)
            further[row * cosines + c] =
                further_orders(height_of(row), square_of(static_cast<double>(c) / (cosines - 1)) * 1.2 - 0.2);
    });
    further_ = std::move(further);
}

Atmosphere::Medium Atmosphere::at(double height) const
{
    auto const air = static_cast<float>(std::exp(-height / 8000)),
               dust = static_cast<float>(std::exp(-height / 1200));
    auto const ozone = static_cast<float>(std::max(0.0, 1 - std::abs(height - 25e3) / 15e3));
    Medium m;
    m.rayleigh = rayleigh_ * air;
    m.mie = mie_ * (dust * mie_albedo_);
    m.extinction = m.rayleigh + mie_ * dust + ozone_ * ozone;
    return m;
}

double Atmosphere::distance_to_end(double height, double cosine, bool& meets_ground)
{
    double const r = ground_radius + height;
    double const sine2 = r * r * (1 - cosine * cosine);
    meets_ground = cosine < 0 && sine2 < ground_radius * ground_radius;
    if (meets_ground) return -r * cosine - std::sqrt(ground_radius * ground_radius - sine2);
    return -r * cosine + std::sqrt(std::max(0.0, top_radius * top_radius - sine2));
}

Spectrum Atmosphere::depth_to_top(double height, double cosine) const
{
    constexpr int steps = 48;
    double const r = ground_radius + height;
    double const length =
        -r * cosine + std::sqrt(std::max(0.0, top_radius * top_radius - r * r * (1 - cosine * cosine)));
    Spectrum depth;
    for (int i = 0; i < steps; ++i) {
        // Denser near the start, where the air is.
        double const a = square_of(static_cast<double>(i) / steps), b = square_of((i + 1.0) / steps);
        double const t = length * (a + b) / 2;
        double const here = std::sqrt(r * r + t * t + 2 * r * t * cosine) - ground_radius;
        depth += at(std::max(here, 0.0)).extinction * static_cast<float>(length * (b - a));
    }
    return depth;
}

Spectrum Atmosphere::look_up(Table const& table, double height, double x)
{
    double const h = std::sqrt(std::clamp(height / 100e3, 0.0, 1.0)) * (heights - 1);
    double const c = std::sqrt(std::clamp(x, 0.0, 1.0)) * (cosines - 1);
    int const i = std::min(static_cast<int>(h), heights - 2), j = std::min(static_cast<int>(c), cosines - 2);
    auto const a = static_cast<float>(h - i), b = static_cast<float>(c - j);
    auto const* row = table.data() + i * cosines + j;
    return (row[0] * (1 - b) + row[1] * b) * (1 - a) + (row[cosines] * (1 - b) + row[cosines + 1] * b) * a;
}

Spectrum Atmosphere::in_scattered(double height, double cosine_view, double cosine_sun, double cosine_between,
                                  int steps, Spectrum* transmittance) const
{
    bool meets_ground;
    double const length = distance_to_end(height, cosine_view, meets_ground), r = ground_radius + height;
    auto const rayleigh = rayleigh_phase(static_cast<float>(cosine_between));
    auto const mie = mie_phase(static_cast<float>(cosine_between));
    Spectrum out, through;
    through.v.fill(1);
    for (int i = 0; i < steps; ++i) {
        double const a = square_of(static_cast<double>(i) / steps), b = square_of((i + 1.0) / steps);
        double const t = length * (a + b) / 2;
        auto const width = static_cast<float>(length * (b - a));
        double const here = std::sqrt(r * r + t * t + 2 * r * t * cosine_view);
        double const cosine_here = (r * cosine_sun + t * cosine_between) / here;
        auto const medium = at(std::max(here - ground_radius, 0.0));
        Spectrum const lit = transmittance_to_sun(here - ground_radius, cosine_here);
        Spectrum source = (medium.rayleigh * rayleigh + medium.mie * mie) * lit;
        if (!further_.empty())
            source += (medium.rayleigh + medium.mie) *
                      look_up(further_, here - ground_radius, (std::max(cosine_here, -0.2) + 0.2) / 1.2);
        for (int w = 0; w < wavelengths; ++w) {
            // The source is constant over the step, the light from its far end is not.
            float const thinned = std::exp(-medium.extinction[w] * width);
            out[w] += through[w] * source[w] * (1 - thinned) / std::max(medium.extinction[w], 1e-12f);
            through[w] *= thinned;
        }
    }
    if (transmittance) *transmittance = through;
    return out * sun_;
}

Spectrum Atmosphere::further_orders(double height, double cosine_sun) const
{
    // Hillaire 2020, section 5.5: light scattered once arrives from all sides (second), and the share of such
    // light that is scattered again (again) makes a geometric series.
    constexpr int rings = 6, around = 8, steps = 16;
    Spectrum second, again;
    double const sine_sun = std::sqrt(std::max(0.0, 1 - cosine_sun * cosine_sun)), r = ground_radius + height;
    for (int i = 0; i < rings; ++i)
        for (int j = 0; j < around; ++j) {
            double const c = 1 - 2 * (i + 0.5) / rings, s = std::sqrt(1 - c * c);
            double const between =
                c * cosine_sun + s * sine_sun * std::cos(2 * std::numbers::pi * (j + 0.5) / around);
            bool meets_ground;
            double const length = distance_to_end(height, c, meets_ground);
            Spectrum through;
            through.v.fill(1);
            for (int k = 0; k < steps; ++k) {
                double const t = length * (k + 0.5) / steps;
                double const here = std::sqrt(r * r + t * t + 2 * r * t * c);
                auto const medium = at(std::max(here - ground_radius, 0.0));
                Spectrum const scattering = medium.rayleigh + medium.mie;
                Spectrum const lit =
                    transmittance_to_sun(here - ground_radius, (r * cosine_sun + t * between) / here);
                for (int w = 0; w < wavelengths; ++w) {
                    float const thinned =
                        std::exp(-medium.extinction[w] * static_cast<float>(length / steps));
                    float const weight =
                        through[w] * scattering[w] * (1 - thinned) / std::max(medium.extinction[w], 1e-12f);
                    second[w] += weight * lit[w] / (4 * pi);
                    again[w] += weight;
                    through[w] *= thinned;
                }
            }
            if (meets_ground) {
                double const here = std::sqrt(r * r + length * length + 2 * r * length * c);
                double const cosine = (r * cosine_sun + length * between) / here;
                Spectrum const lit = transmittance_to_sun(0, cosine) * through;
                second += lit * (static_cast<float>(std::max(cosine, 0.0)) * ground_albedo_ / pi);
            }
        }
    Spectrum out;
    constexpr float share = 1.0f / (rings * around);
    for (int w = 0; w < wavelengths; ++w)
        out[w] = second[w] * share / (1 - std::min(again[w] * share, 0.99f));
    return out;
}

Spectrum Atmosphere::ground_exitance(double cosine_sun) const
{
    Spectrum irradiance =
        transmittance_to_sun(0, cosine_sun) * sun_ * static_cast<float>(std::max(cosine_sun, 0.0));
    constexpr int rings = 8, around = 12;
    double const sine_sun = std::sqrt(std::max(0.0, 1 - cosine_sun * cosine_sun));
    for (int i = 0; i < rings; ++i)
        for (int j = 0; j < around; ++j) {
            // Equal shares of cosine-weighted solid angle.
            double const c = std::sqrt((i + 0.5) / rings), s = std::sqrt(1 - c * c);
            double const between =
                c * cosine_sun + s * sine_sun * std::cos(2 * std::numbers::pi * (j + 0.5) / around);
            irradiance += in_scattered(0, c, cosine_sun, between, 24) * (pi / (rings * around));
        }
    return irradiance * (ground_albedo_ / pi);
}

Result<> check(SkySettings const& s, int width, int height)
{
    if (!(length2(s.to_sun) > 0) || !is_finite(s.to_sun))
        return fail(Errc::invalid_input, "the direction to the sun has no length");
    if (!(s.turbidity >= 1 && s.turbidity <= 12))
        return fail(Errc::invalid_input, "a turbidity of {}: 1 (clean) to 12 (haze) are possible",
                    s.turbidity);
    if (!(s.altitude >= 0 && s.altitude <= 20000))
        return fail(Errc::invalid_input, "an altitude of {} m: 0 to 20000 are possible", s.altitude);
    if (!(s.ozone >= 0 && s.ozone <= 10) || !(s.ground_albedo >= 0 && s.ground_albedo <= 1))
        return fail(Errc::invalid_input,
                    "ozone is 0 to 10 and the albedo of the ground 0 to 1, not {} and {}", s.ozone,
                    s.ground_albedo);
    if (width < 2 || height < 2 || width > 16384 || height > 16384)
        return fail(Errc::invalid_input, "a sky of {} × {} pixels: 2 to 16384 are possible", width, height);
    return {};
}

} // namespace

Result<Sky> make_sky(SkySettings const& settings, int width, int height)
{
    TRY(check(settings, width, height));
    Atmosphere const air(settings);
    Vec3f const sun = normalized(settings.to_sun);
    double const cosine_sun = sun.y, eye = settings.altitude;

    Sky sky;
    Spectrum const sun_spectrum = air.transmittance_to_sun(eye, cosine_sun) * air.sun();
    sky.sun_irradiance = rgb_of(sun_spectrum);
    sky.sun_radiance = sky.sun_irradiance * (1 / (pi * square(static_cast<float>(std::sin(sun_half_angle)))));

    Spectrum const ground = air.ground_exitance(cosine_sun);
    sky.dome = media::Image(width, height, 3);
    tbb::parallel_for(0, height, [&](int y) {
        double const theta = std::numbers::pi * (y + 0.5) / height;
        double const c = std::cos(theta), s = std::sin(theta);
        for (int x = 0; x < width; ++x) {
            // Longitude falls from +π at the left; zero is +Z, π/2 is +X.
            double const phi = (0.5 - (x + 0.5) / width) * 2 * std::numbers::pi;
            double const between = s * std::sin(phi) * sun.x + c * sun.y + s * std::cos(phi) * sun.z;
            Spectrum through;
            Spectrum light =
                air.in_scattered(eye, c, cosine_sun, std::clamp(between, -1.0, 1.0), 32, &through);
            double const horizon = -std::sqrt(1 - std::pow(ground_radius / (ground_radius + eye), 2));
            if (c < horizon) light += ground * through;
            Vec3f const rgb = rgb_of(light);
            float* pixel = sky.dome.at(x, y);
            for (int k = 0; k < 3; ++k) pixel[k] = rgb[k];
        }
    });
    return sky;
}

} // namespace soulvan::render
