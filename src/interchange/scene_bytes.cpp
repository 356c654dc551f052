// How does a scene cross a pipe between two processes of one program, and what of it may be believed?
#include "scene_bytes.h"

#include <cstring>
#include <type_traits>

namespace soulvan::interchange {

namespace {

/// Copied byte by byte. Imath's types are plain numbers, though their copy constructors are written out.
template <class T>
concept Plain = std::is_trivially_copyable_v<T> || std::is_same_v<T, Vec2f> || std::is_same_v<T, Vec3f> ||
    std::is_same_v<T, Matrix4d>;

class Writer {
public:
    template <class... T>
    void operator()(T const&... values)
    {
        (put(values), ...);
    }
    std::string bytes;

private:
    template <Plain T>
    void put(T const& value)
    {
        bytes.append(reinterpret_cast<char const*>(&value), sizeof value);
    }
    void put(std::string const& text)
    {
        put(text.size());
        bytes += text;
    }
    template <class T>
    void put(std::vector<T> const& values)
    {
        put(values.size());
        if constexpr (Plain<T>)
            bytes.append(reinterpret_cast<char const*>(values.data()), values.size() * sizeof(T));
        else
            for (auto const& value : values) put(value);
    }
    template <class T>
    requires(!Plain<T>) void put(T const& value) { each_field(*this, const_cast<T&>(value)); }
};

class Reader {
public:
    explicit Reader(std::span<std::byte const> bytes) : rest_(bytes) {}
    bool is_good() const { return good_; }
    bool at_end() const { return rest_.empty(); }

    template <class... T>
    void operator()(T&... values)
    {
        (get(values), ...);
    }

private:
    template <Plain T>
    void get(T& value)
    {
        copy(&value, sizeof value);
    }
    void get(std::string& text)
    {
        auto const size = count(1);
        text.assign(reinterpret_cast<char const*>(rest_.data()), size);
        rest_ = rest_.subspan(size);
    }
    template <class T>
    void get(std::vector<T>& values)
    {
        // An element takes a byte at least, so a count beyond the bytes left is a lie.
        values.resize(count(Plain<T> ? sizeof(T) : 1));
        if constexpr (Plain<T>)
            copy(values.data(), values.size() * sizeof(T));
        else
            for (auto& value : values)
                if (good_) get(value);
    }
    template <class T>
    requires(!Plain<T>) void get(T& value) { each_field(*this, value); }
    std::size_t count(std::size_t element_size)
    {
        std::size_t size = 0;
        get(size);
        if (size <= rest_.size() / element_size) return size;
        good_ = false;
        return 0;
    }
    void copy(void* to, std::size_t size)
    {
        good_ &= size <= rest_.size();
        if (!good_ || size == 0) return;
        std::memcpy(to, rest_.data(), size);
        rest_ = rest_.subspan(size);
    }
    std::span<std::byte const> rest_;
    bool good_ = true;
};

// One list of fields serves both directions.
template <class Stream>
void each_field(Stream& stream, TextureUse& use)
{
    stream(use.path, use.embedded, use.uv_set, use.wrap_s, use.wrap_t, use.translation, use.scale,
           use.rotation_deg);
}

template <class Stream>
void each_field(Stream& stream, ModelMaterial& m)
{
    stream(m.name, m.is_physical, m.is_unlit, m.color_is_open, m.double_sided, m.color, m.emission, m.opacity,
           m.alpha_mode, m.alpha_cutoff, m.roughness, m.metallic, m.ior, m.clearcoat, m.clearcoat_roughness,
           m.transmission, m.normal_scale, m.color_map, m.opacity_map, m.emission_map, m.normal_map,
           m.occlusion_map, m.roughness_map, m.metallic_map, m.packed_roughness);
}

template <class Stream>
void each_field(Stream& stream, ModelMesh& mesh)
{
    stream(mesh.name, mesh.material, mesh.points, mesh.face_counts, mesh.indices, mesh.normals, mesh.uvs,
           mesh.colors);
}

template <class Stream>
void each_field(Stream& stream, ModelNode& node)
{
    stream(node.name, node.parent_from_node, node.meshes, node.children);
}

template <class Stream>
void each_field(Stream& stream, EmbeddedTexture& texture)
{
    stream(texture.name, texture.bytes);
}

template <class Stream>
void each_field(Stream& stream, ModelScene& scene)
{
    stream(scene.nodes, scene.meshes, scene.materials, scene.embedded, scene.meters_per_unit, scene.up_axis,
           scene.warnings);
}

bool is_sound(ModelMesh const& mesh, std::size_t materials)
{
    std::size_t corners = 0;
    for (auto const count : mesh.face_counts) {
        if (count < 3) return false;
        corners += static_cast<std::size_t>(count);
    }
    for (auto const index : mesh.indices)
        if (index < 0 || static_cast<std::size_t>(index) >= mesh.points.size()) return false;
    auto const fits = [&](auto const& values) { return values.empty() || values.size() == corners; };
    return corners == mesh.indices.size() && mesh.material < materials && fits(mesh.normals) &&
           fits(mesh.uvs) && fits(mesh.colors);
}

bool is_sound(TextureUse const& use, std::size_t embedded)
{
    return use.embedded < 0 || static_cast<std::size_t>(use.embedded) < embedded;
}

/// Every node but the root has one parent, which stands before it.
bool is_tree(ModelScene const& scene)
{
    std::vector<int> parents(scene.nodes.size(), 0);
    for (std::size_t i = 0; i < scene.nodes.size(); ++i) {
        for (auto const child : scene.nodes[i].children)
            if (child <= i || child >= scene.nodes.size() || ++parents[child] > 1) return false;
        for (auto const mesh : scene.nodes[i].meshes)
            if (mesh >= scene.meshes.size()) return false;
    }
    return !scene.nodes.empty();
}

bool is_sound(ModelScene const& scene)
{
    for (auto const& mesh : scene.meshes)
        if (!is_sound(mesh, scene.materials.size())) return false;
    for (auto const& m : scene.materials)
        for (auto const* use : {&m.color_map, &m.opacity_map, &m.emission_map, &m.normal_map,
                                &m.occlusion_map, &m.roughness_map, &m.metallic_map})
            if (!is_sound(*use, scene.embedded.size())) return false;
    return is_tree(scene);
}

} // namespace

std::string to_bytes(ModelScene const& scene)
{
    Writer writer;
    writer(scene);
    return std::move(writer.bytes);
}

Result<ModelScene> scene_from_bytes(std::span<std::byte const> bytes)
{
    Reader reader(bytes);
    ModelScene scene;
    reader(scene);
    if (!reader.is_good() || !reader.at_end() || !is_sound(scene))
        return fail(Errc::invalid_input, "the scene that was read from it contradicts itself");
    return scene;
}

} // namespace soulvan::interchange
