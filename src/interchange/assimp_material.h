// One material of assimp as a ModelMaterial.
#pragma once

#include "scene.h"

struct aiMaterial;
struct aiScene;

namespace soulvan::interchange {

enum class ModelFormat { obj, gltf, fbx };

ModelMaterial material_of(aiMaterial const& source, aiScene const& scene, ModelFormat format);

} // namespace soulvan::interchange
