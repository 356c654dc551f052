// The modelling kit: how do generators make surfaces with bevels, wear and materials, and write them as USD?
//
// A Mesh collects faces by look. Shapes (kit_shapes.h) are made in their own space and land through the
// placements that are in force; colours are baked where they land, so dirt knows the floor. A Part is a mesh
// with placed copies of prototypes; write_asset() makes the layer. Everything is in metres, +Y up, front +Z.
#pragma once

#include "soulvan/base/hash.h"
#include "soulvan/base/math.h"
#include "soulvan/catalog/generator.h"

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace soulvan::catalog::kit {

// ---- random numbers ----

/// A stream of numbers from a seed; equal on every machine.
class Random {
public:
    explicit Random(std::uint64_t seed) : state_(seed) {}
    std::uint64_t bits();
    double uniform(double low = 0, double high = 1);
    int below(int count); ///< 0 … count-1
    bool chance(double probability) { return uniform() < probability; }
    /// A stream of its own for a part, so that what one part draws moves no other.
    Random fork(std::uint64_t salt) const;

private:
    std::uint64_t state_;
};
/// Smooth noise of three octaves, 0…1, features of about 1 / frequency metres.
double noise(Vec3d const& p, double frequency, std::uint64_t seed);

// ---- placements (row vectors: p * matrix; inner * outer) ----

Matrix4d moved(double x, double y, double z);
Matrix4d scaled(double x, double y, double z);
/// About the axis through the origin, right-handed, degrees.
Matrix4d turned_x(double deg);
Matrix4d turned_y(double deg);
Matrix4d turned_z(double deg);
Range3d transformed(Range3d const& box, Matrix4d const& m);

// ---- surfaces ----

/// What the next faces are made of. Looks are named in materials.cpp; those that read colours from the
/// surface ("paint", "plastic", "rubber", "metal", …) take `color`, wear and dirt into account.
struct Finish {
    std::string look = "paint";
    Vec3f color{0.5f, 0.5f, 0.5f}; ///< linear Rec.709
    float roughness = 0.45f;       ///< looks that read it from the surface
    float wear = 0.35f;            ///< 0…1: how far edges are rubbed to `bare`
    float dirt = 0.35f;            ///< 0…1: in patches, below and near the floor
    Vec3f bare{0.36f, 0.35f, 0.34f};
    double cell = 0; ///< faces are split to about this size so that dirt has somewhere to show; 0: never
};

struct Corner {
    Vec3d p{0, 0, 0};
    Vec3d n{0, 0, 0};
    Vec2d st{0, 0};
    float edge = 0; ///< 1 on the ridge of a rounded edge
};

/// Vertices of one look; a vertex is shared where position, normal, st and colour are equal.
struct Surface {
    std::vector<Vec3f> points, normals, colors;
    std::vector<Vec2f> st;
    std::vector<float> roughness;
    std::vector<std::int32_t> counts, indices;
    std::unordered_multimap<std::size_t, std::int32_t> seen;
};

class Mesh {
public:
    explicit Mesh(std::uint64_t seed = 0) : seed_(seed) {}

    void use(Finish finish) { finish_ = std::move(finish); }
    Finish const& finish() const { return finish_; }

    /// Faces made while the returned guard lives are placed by `m`, then by the placements outside.
    class [[nodiscard]] Guard {
    public:
        explicit Guard(Mesh& mesh) : mesh_(&mesh) {}
        ~Guard();
        Guard(Guard const&) = delete;
        Guard& operator=(Guard const&) = delete;

    private:
        Mesh* mesh_;
    };
    Guard place(Matrix4d const& m);
    /// The same with any smooth map of space; normals follow its derivative. Split faces first
    /// (Finish::cell).
    Guard bend(std::function<Vec3d(Vec3d const&)> map);

    /// One face, counter-clockwise seen from outside; normals need not be unit. Split when it has four
    /// corners and finish().cell asks for it. Faces without area are left out.
    void face(std::span<Corner const> corners);
    /// A number for each shape, for offsets of textures.
    std::uint64_t next_shape() { return ++shapes_; }
    std::uint64_t seed() const { return seed_; }

    std::map<std::string, Surface> const& surfaces() const { return surfaces_; }
    Range3d bounds() const;
    std::size_t triangles() const;

private:
    struct Step {
        Matrix4d matrix, normal;
        bool flips = false;
        std::function<Vec3d(Vec3d const&)> map;
    };
    void emit(std::span<Corner const> corners);
    Corner land(Corner corner) const;
    void color_at(Corner const& corner, Vec3f& color, float& roughness) const;

    std::uint64_t seed_;
    std::uint64_t shapes_ = 0;
    Finish finish_;
    std::vector<Step> steps_; ///< the innermost last
    std::map<std::string, Surface> surfaces_;
};

// ---- assets ----

/// A copy of a prototype.
struct Copy {
    std::size_t prototype = 0;
    Matrix4d matrix;
};

struct Part {
    std::string name; ///< a prim name: "Carton"
    Mesh mesh;
    std::vector<Copy> copies;
};

/// An asset: a root and what is copied below it. Prototypes may hold copies of earlier prototypes.
struct Model {
    explicit Model(std::uint64_t seed) { root.mesh = Mesh(seed); }
    Part root;
    std::vector<Part> prototypes;
    usd::Dictionary facts; ///< further customData below "soulvan"
    std::size_t add(Part part)
    {
        prototypes.push_back(std::move(part));
        return prototypes.size() - 1;
    }
    void put(std::size_t prototype, Matrix4d const& matrix) { root.copies.push_back({prototype, matrix}); }
    Range3d bounds() const;
    std::size_t triangles() const; ///< copies counted
};

/// The layer of a model: default prim an Xform named after the category, kind component; prototypes are
/// classes beside it, their copies instanceable references. Records name, licence, credit and source of
/// `asset`.
Result<Generated> write_asset(Model const& model, Asset const& asset);

// ---- parameters ----

/// The values of a reference, checked and filled with fallbacks.
class Values {
public:
    double number(std::string const& name) const;
    int count(std::string const& name) const;
    std::string const& word(std::string const& name) const;
    bool is(std::string const& name, std::string_view value) const { return word(name) == value; }
    std::uint64_t seed = 0;
    Parameters all; ///< every parameter, also those that were not named

    /// Errors  invalid_input: as Generator::describe().
    static Result<Values> read(std::string const& key, std::vector<Parameter> const& parameters,
                               AssetRef const& ref);
};

/// For tables of parameters.
Parameter number_parameter(std::string name, std::string meaning, std::string fallback, double least,
                           double most);
/// Free text, empty at first; Recipe::check judges it.
Parameter text_parameter(std::string name, std::string meaning);
Parameter word_parameter(std::string name, std::string meaning, std::vector<std::string> choices);

/// A generator as data: the functions see checked values. `describe` fills name, category, bounds, mount,
/// elevation, clearance, supports, attributes and tags; the rest (ref, pack, licence, credit, hash) follows.
struct Recipe {
    std::string key;
    int version = 1;
    std::vector<Parameter> parameters;
    std::vector<Parameters> entries;
    std::function<Asset(Values const&)> describe;
    std::function<Model(Values const&)> build;
    /// What single values cannot say: texts, values that exclude each other. May be empty.
    std::function<Result<>(Values const&)> check;
};
std::unique_ptr<Generator> make_generator(Recipe recipe);

/// The linear colour of a colour word, for paint.
Vec3f paint_color(std::string_view word);

} // namespace soulvan::catalog::kit
