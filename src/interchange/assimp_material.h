// One material of assimp as a ModelMaterial.
#pragma once

#include "scene.h"

struct aiMaterial;
struct aiScene;

namespace soulvan::interchange {

/// `is_fbx`: Phong shininess is read as roughness, as the exporters of Blender and Unity write it.
ModelMaterial material_of(aiMaterial const& source, aiScene const& scene, bool is_fbx);

} // namespace soulvan::interchange
