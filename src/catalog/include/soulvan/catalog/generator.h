// Generators: things built from parameters, where no real model exists or a toy is not enough.
#pragma once

#include "soulvan/catalog/asset.h"
#include "soulvan/usd/layer.h"

#include <memory>
#include <string>
#include <vector>

namespace soulvan::catalog {

/// One value that a generator understands.
struct Parameter {
    std::string name;                 ///< "levels"
    std::string meaning;              ///< "beam levels above the floor"
    std::string fallback;             ///< "3"
    double least = 0, most = 0;       ///< of numbers; equal: not a number
    std::vector<std::string> choices; ///< of words: "empty", "sparse", "full"
};

/// A layer and the shared pictures that it refers to as `./textures/<name>`.
struct Generated {
    usd::Layer layer;
    std::vector<std::string> textures; ///< file names in the program's share/soulvan/textures, sorted
};

class Generator {
public:
    virtual ~Generator() = default;
    virtual std::string key() const = 0; ///< "soulvan/pallet_rack"
    /// Raised when equal parameters give another layer.
    virtual int version() const = 0;
    virtual std::vector<Parameter> parameters() const = 0;
    /// Entries of the catalogue: each differs from every other in topology, function, load state or a main
    /// dimension by 5 %; colours are not entries.
    virtual std::vector<Parameters> entries() const = 0;

    /// The record of one such thing, without building it: bounds equal those of the built layer within 1 mm.
    /// Parameters that are not named take their fallback.
    /// Errors  invalid_input: an unknown parameter (naming the nearest), a value out of range (naming it).
    virtual Result<Asset> describe(AssetRef const& ref) const = 0;

    /// The thing as USD: metres, +Y up, default prim an Xform of kind component, front +Z, foot at y = 0;
    /// UsdPreviewSurface materials; customData soulvan:license, soulvan:credit, soulvan:name, soulvan:source.
    /// Errors  as describe().
    /// Same    equal refs give equal layers.
    virtual Result<Generated> build(AssetRef const& ref) const = 0;
};

/// Every generator, by key.
std::vector<std::unique_ptr<Generator>> const& generators();
/// Null: there is none of that key.
Generator const* find_generator(std::string_view key);

} // namespace soulvan::catalog
