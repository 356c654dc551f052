// Import: OBJ, glTF and FBX files to USD layers with UsdPreviewSurface materials and textures beside them.
#pragma once

#include "soulvan/base/math.h"
#include "soulvan/base/progress.h"
#include "soulvan/base/result.h"
#include "soulvan/usd/value.h"

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace soulvan::interchange {

/// Bounds for foreign files. Reading itself runs in a process of its own with bounded memory and time.
struct ImportLimits {
    std::size_t file_bytes = std::size_t{2} << 30;
    std::size_t vertices = 50'000'000; ///< face corners over all meshes
    std::size_t nodes = 1'000'000;
    std::size_t texture_bytes = std::size_t{256} << 20; ///< each
    std::size_t memory_bytes = std::size_t{8} << 30;    ///< address space of the reading process
    unsigned cpu_seconds = 300;                         ///< of the reading process
};

/// The box that an asset shall fill: the scale stays uniform, so only the longest axis meets it exactly.
struct FitBox {
    Vec3d size; ///< metres, x y z
};

struct ImportOptions {
    /// Edges whose faces meet at a larger angle stay sharp where normals are made.
    float crease_deg = 35;
    /// Where the source's normals lean further than half a right angle from their face (smoothing that was
    /// spread over hard edges), the face gets normals from the crease angle. For sources without normal maps
    /// only.
    bool mend_normals = false;
    /// Metres per unit of the source; 0: what the file says (glTF 1, FBX its UnitScaleFactor, OBJ 1).
    double scale = 0;
    /// "X", "Y" or "Z"; "": what the file says (glTF Y, FBX its axis system, OBJ Y).
    std::string up_axis;
    /// Turns the source after its up axis is Y: p = p_source * rotation (row vectors).
    Matrix3d rotation;
    /// All nodes baked into one space and meshes joined by material, the base at y = 0, centred in x and z.
    bool flatten = false;
    /// With `flatten`: the size to scale to, instead of the source's unit.
    std::optional<FitBox> fit;
    /// With `flatten`: a turn about +Y, after the fit.
    double yaw_deg = 0;
    /// Roughness, metalness, clearcoat, index of refraction and opacity from names and colours where the
    /// source does not state them physically (MTL, Phong FBX). Off: what the file says, roughness 0.5.
    bool material_rules = true;
    /// What is known about the asset in words ("sofa living room"): decides for materials whose own name and
    /// texture say nothing.
    std::string hints;
    /// Colours of formats that leave their encoding open (MTL) are display-referred.
    bool colors_are_srgb = true;
    /// Name of the root prim; "": the name of the source file.
    std::string name;
    /// Joined into the root prim's customData.
    usd::Dictionary custom_data;
    ImportLimits limits;
};

struct ImportReport {
    std::size_t meshes = 0, faces = 0, points = 0, materials = 0, instances = 0;
    Range3d bounds;                           ///< of the whole asset, metres, +Y up
    std::vector<std::filesystem::path> files; ///< written: the layer, then its textures, sorted
    std::vector<std::string> warnings; ///< sentences: a texture that is missing, a size that does not fit
};

/// Reads one model and writes a layer that any USD program opens.
/// Layer    defaultPrim an Xform of kind component, metersPerUnit 1, upAxis Y. Meshes are polygonal
///          (subdivisionScheme none), quads stay quads; normals and primvars:st (v up) per vertex or per
///          corner; one mesh per material under the scope `geo`, materials under `mtl`. A mesh that several
///          nodes use stands once below the class `prototypes`; the nodes are instanceable references to it.
/// Textures copied to `<target name>.textures/`, also those embedded in glTF and FBX; only relative paths are
///          written. A texture is looked for inside the source's folder alone, whatever path the file states.
/// Target   .usda, .usdc or .usd; written last, all or nothing.
/// Errors   not_found, io; invalid_input: what the file is not, or where it breaks; limit: which bound;
///          unsupported: another format.
/// Same     equal files and options give equal bytes.
Result<ImportReport> import_model(std::filesystem::path const& source,
                                  std::filesystem::path const& target_usd, ImportOptions const& options,
                                  Progress& progress);

} // namespace soulvan::interchange
