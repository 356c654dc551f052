// `soulvan image diff`: how far apart two pictures are.
#include "context.h"
#include "exit_code.h"

#include "soulvan/media/codec.h"
#include "soulvan/media/compare.h"

#include <cmath>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace soulvan::app {
namespace {

struct Options {
    std::string test, reference, map;
    double fail_flip = -1;
};

bool is_linear(std::filesystem::path const& path)
{
    return path.extension() == ".exr" || path.extension() == ".hdr";
}

Result<int> diff(Context& context, Options const& options)
{
    auto const test = TRY(media::read_display(options.test));
    auto const reference = TRY(media::read_display(options.reference));
    media::Image map;
    auto const psnr = TRY(media::psnr(test, reference));
    auto const ssim = TRY(media::ssim(test, reference));
    auto const flip = TRY(media::flip(test, reference, 67.0206, options.map.empty() ? nullptr : &map));
    Json json = {{"psnr", std::isinf(psnr) ? Json("inf") : Json(psnr)}, {"ssim", ssim}, {"flip", flip}};
    std::string text = fmt::format("PSNR   {:.2f} dB\nSSIM   {:.5f}\nFLIP   {:.5f}\n", psnr, ssim, flip);
    if (is_linear(options.test) && is_linear(options.reference)) {
        auto const a = TRY(media::read_image(options.test));
        auto const b = TRY(media::read_image(options.reference));
        auto const relative = TRY(media::relative_mse(a.image, b.image));
        json["relmse"] = relative;
        text += fmt::format("relMSE {:.6g}\n", relative);
    }
    if (!options.map.empty()) TRY(media::write_png(map, options.map));
    context.print(json, text);
    return options.fail_flip >= 0 && flip > options.fail_flip ? failure : ok;
}

} // namespace

void add_image(CLI::App& root, Context& context)
{
    auto const options = std::make_shared<Options>();
    auto* image = root.add_subcommand("image", "Work with pictures");
    image->require_subcommand(1);
    auto* command =
        image->add_subcommand("diff", "Compare two pictures: PSNR, SSIM, FLIP; relMSE for EXR and HDR");
    command->add_option("test", options->test, "The picture")->required();
    command->add_option("reference", options->reference, "What it should be")->required();
    command->add_option("--map", options->map, "Write the FLIP error map as PNG");
    command->add_option("--fail", options->fail_flip, "Exit 1 when FLIP is above this")
        ->check(CLI::Range(0.0, 1.0));
    command->callback(
        [options, &context] { context.run = [options, &context] { return diff(context, *options); }; });
}

} // namespace soulvan::app
