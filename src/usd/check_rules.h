// What the rules of a check share: where findings go, and how prims are asked about shading.
#pragma once

#include "soulvan/usd/check.h"

#include <functional>
#include <optional>
#include <set>

namespace soulvan::usd::checking {

/// Collects findings, each once.
class Findings {
public:
    void add(Severity severity, std::string_view rule, Path const& path, std::string what,
             std::string layer = "");
    void fail(std::string_view rule, Path const& path, std::string what)
    {
        add(Severity::failure, rule, path, std::move(what));
    }
    std::vector<Finding> sorted(bool arkit) &&;

private:
    std::vector<Finding> findings_;
    std::set<std::tuple<std::string, Path, std::string>> seen_;
};

/// Everything that a rule may ask about the stage that it looks at.
struct Scope {
    CheckOptions const& options;
    bool is_package = false; ///< the root layer is that of a package
};

/// The rules about one prim.
void check_prim(Prim const& prim, Scope const& scope, Findings& findings);
/// Those among them about shaders and materials (check_shading.cpp).
void check_shading(Prim const& prim, Scope const& scope, Findings& findings);
/// Those about the root (check_prims.cpp).
void check_stage(Stage const& stage, Scope const& scope, Findings& findings);

/// Whether UsdShadeConnectableAPI is compatible with the prim, and whether it may hold connectable prims.
bool is_connectable(Prim const& prim);
bool is_container(Prim const& prim);

/// The extension without the dot, in lower case: "png".
std::string extension_of(std::string const& path);
bool is_usdz_image(std::string_view extension); ///< exr, jpg, jpeg, png

} // namespace soulvan::usd::checking
