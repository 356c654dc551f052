// The counterbalance truck in numbers and parts: what its recipe, its body and its mast share.
#pragma once

#include "kit_shapes.h"

namespace soulvan::catalog::kit {

/// Metres; z runs from the front axle forward, x to the driver's left, y from the floor.
struct TruckSize {
    double width = 0;     ///< over the front tyres
    double wheelbase = 0; ///< front to rear axle
    double rear = 0;      ///< z of the counterweight's end
    double face = 0;      ///< z of the forks' upright faces
    double fork_length = 1.07;
    double fork_width = 0.12;
    double guard_top = 0;
    double front_radius = 0, front_tyre = 0; ///< tyre radius and width
    double rear_radius = 0, rear_tyre = 0;
    double mast_height = 0; ///< lowered
    double carriage = 0;    ///< width of the carriage
    double backrest = 0;    ///< its top above the forks
    double hood = 0;        ///< height of the cover under the seat
};
TruckSize truck_size(std::string const& capacity);

struct Mast {
    TruckSize size;
    int stages = 2;
    double fork_height = 0.1; ///< top of the forks before tilting
    double tilt_deg = 0;      ///< backwards
    double free_lift() const { return stages == 3 ? std::min(fork_height, 0.9) : 0.0; }
    /// How far stage `i` (0: the outer one) has risen.
    double risen(int i) const;
    double top(int i) const { return size.mast_height - 0.03 * i + risen(i); }
    /// From the upright mast to the tilted one.
    Matrix4d tilted() const;
    /// z of the channels of stage `i`, and where they stand.
    double front_of(int i) const { return size.face - 0.170 + 0.022 * i; }
    double half_gauge(int i) const { return 0.335 - 0.062 * i; }
};
constexpr double channel_depth = 0.115;

/// The model's parts, in the frame of TruckSize.
void truck_body(Mesh& mesh, TruckSize const& size, Vec3f const& color, bool electric,
                std::string const& capacity, Random random);
void truck_cabin(Mesh& mesh, TruckSize const& size, Random random);
void truck_guard(Mesh& mesh, TruckSize const& size);
/// Channels, cylinders, chains and hoses, upright.
void mast_frame(Mesh& mesh, Mast const& mast);
/// The frame with carriage, backrest and forks, tilted.
void truck_mast(Mesh& mesh, Mast const& mast, Random random);

/// Brings the middle of a truck's length to the origin: trucks are modelled from their front axle.
inline Matrix4d truck_centred(Range3d const& box)
{
    return moved(0, 0, -(box.min.z + box.max.z) / 2);
}

/// What trucks of every kind are coated with and moulded from.
inline Finish truck_coat(Vec3f const& color, double cell = 0.055)
{
    return {.look = "paint", .color = color, .wear = 0.5f, .dirt = 0.45f, .cell = cell};
}
inline Finish truck_moulded()
{
    return {
        .look = "plastic", .color = {0.028f, 0.028f, 0.029f}, .roughness = 0.52f, .wear = 0.2f, .dirt = 0.3f};
}
/// Forks: bare steel, worn by what they carry.
inline Finish fork_steel()
{
    return {.look = "metal",
            .color = {0.13f, 0.125f, 0.12f},
            .roughness = 0.46f,
            .wear = 0.8f,
            .dirt = 0.45f,
            .bare = {0.34f, 0.33f, 0.32f},
            .cell = 0.06};
}
/// What the records of narrow electric trucks share; name, category and tags follow.
inline Asset electric_truck(Range3d const& box, std::string const& color)
{
    Asset asset;
    asset.bounds = transformed(box, truck_centred(box));
    asset.clearance = {.front = 1.0, .back = 0.3, .left = 0.2, .right = 0.2};
    asset.attributes = {color, "electric", "modern"};
    return asset;
}

/// A tyre on its rim with treads, axle along +X, the visible side at +X, the centre at the origin.
struct Wheel {
    double radius = 0.3, width = 0.2;
    double rim = 0.17;
    Vec3f rim_color{0.5f, 0.5f, 0.48f};
    int bolts = 6;
    bool treads = true;
};
void wheel(Mesh& mesh, Wheel const& w);

/// `shape` twice: as it is, and mirrored at x = 0.
template <class Shape>
void both_sides(Mesh& mesh, Shape const& shape)
{
    shape();
    auto const guard = mesh.place(scaled(-1, 1, 1));
    shape();
}

} // namespace soulvan::catalog::kit
