// The Unity engine: says what is missing when there is no editor. Driving an editor comes with its
// integration.
#include "builtin_engine.h"

#include <filesystem>

namespace soulvan::engines {
namespace {

class UnityEngine final : public Engine {
public:
    explicit UnityEngine(EngineOptions options) : options_(std::move(options)) {}
    std::string_view name() const override { return "unity"; }
    std::string version() const override { return "unknown"; }
    Result<> check(std::filesystem::path const& scene) const override
    {
        std::error_code none;
        if (!std::filesystem::exists(options_.unity_editor, none))
            return fail(Errc::unsupported,
                        "{}: a Unity scene needs the Unity editor, and there is none at {}; name it with "
                        "--unity-path "
                        "or UNITY_BIN, or export the scene to USD and give that file as \"scene\"",
                        scene.string(), options_.unity_editor.string());
        return fail(
            Errc::unsupported,
            "{}: this version does not drive the Unity editor yet; export the scene to USD in the editor and "
            "give that file as \"scene\"",
            scene.string());
    }
    Result<> render(Shot const& shot, FrameStore&, Progress&, std::stop_token) override
    {
        return check(shot.stage);
    }

private:
    EngineOptions options_;
};

} // namespace

std::unique_ptr<Engine> make_unity_engine(EngineOptions const& options)
{
    return std::make_unique<UnityEngine>(options);
}

Result<std::unique_ptr<Engine>> make_engine(std::string_view name, EngineOptions const& options)
{
    if (name == "built-in") return make_builtin_engine();
    if (name == "unity") return make_unity_engine(options);
    return fail(Errc::invalid_input, "\"{}\" is no engine; there are built-in and unity", name);
}

} // namespace soulvan::engines
