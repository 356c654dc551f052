// A fixed set of assets for tests of the solver: real sizes, no files.
#pragma once

#include "solve_site.h"

#include <algorithm>
#include <deque>

namespace soulvan::scene {

class FakeAssets final : public AssetSource {
public:
    FakeAssets()
    {
        using catalog::Mount;
        add("forklift", "forklift", 1.2, 3.6, 2.2).attributes = {"yellow"};
        fork().supports = {{-0.5, 0.5, 1.0, 1.75, 0.15, 3.0}};
        add("pallet_rack", "pallet_rack", 2.8, 1.1, 5.0).supports = {{-1.3, 1.3, -0.5, 0.5, 1.6, 1.4},
                                                                     {-1.3, 1.3, -0.5, 0.5, 3.2, 1.4}};
        add("pallet_rack", "pallet_rack_long", 8.2, 1.1, 5.0);
        add("shelf_unit", "shelf_unit", 1.0, 0.5, 2.0).supports = {{-0.48, 0.48, -0.23, 0.23, 0.1, 0.4},
                                                                   {-0.48, 0.48, -0.23, 0.23, 0.6, 0.4},
                                                                   {-0.48, 0.48, -0.23, 0.23, 1.1, 0.4}};
        add("pallet", "pallet", 1.2, 0.8, 0.144).supports = {{-0.6, 0.6, -0.4, 0.4, 0.144, 1e9}};
        add("pallet_load", "pallet_load", 1.2, 0.8, 1.3);
        add("carton", "carton_large", 0.6, 0.4, 0.4, Mount::surface).supports = {
            {-0.3, 0.3, -0.2, 0.2, 0.4, 1e9}};
        add("carton", "carton_small", 0.4, 0.3, 0.3, Mount::surface).supports = {
            {-0.2, 0.2, -0.15, 0.15, 0.3, 1e9}};
        add("drum", "drum", 0.6, 0.6, 0.9);
        add("desk", "desk", 1.6, 0.8, 0.74).supports = {{-0.78, 0.78, -0.38, 0.38, 0.74, 1e9}};
        add("office_chair", "office_chair", 0.65, 0.65, 1.1);
        add("meeting_table", "meeting_table", 2.4, 1.2, 0.74).supports = {{-1.2, 1.2, -0.6, 0.6, 0.74, 1e9}};
        for (int i = 0; i < 4; ++i)
            add("character", "person_" + std::to_string(i), 0.6, 0.5, 1.75).attributes = {"standing"};
        add("potted_plant", "plant", 0.5, 0.5, 1.3);
        add("bookcase", "bookcase", 0.9, 0.35, 2.0).supports = {{-0.43, 0.43, -0.15, 0.15, 0.4, 0.33}};
        add("sofa", "sofa", 2.0, 0.9, 0.8);
        add("filing_cabinet", "filing_cabinet", 0.5, 0.6, 1.0);
        add("bin", "bin", 0.3, 0.3, 0.4);
        add("monitor", "monitor", 0.55, 0.2, 0.5, Mount::surface);
        add("laptop", "laptop", 0.35, 0.25, 0.24, Mount::surface);
        add("cup", "cup", 0.08, 0.08, 0.1, Mount::surface);
        add("whiteboard", "whiteboard", 1.8, 0.06, 1.2, Mount::wall).elevation = 0.9;
        add("clock", "clock", 0.35, 0.05, 0.35, Mount::wall).elevation = 2.0;
        add("fire_extinguisher", "fire_extinguisher", 0.2, 0.2, 0.6, Mount::wall).elevation = 0.5;
        add("ceiling_fan", "ceiling_fan", 1.2, 1.2, 0.4, Mount::ceiling);
        add("box_truck", "box_truck", 2.5, 8.0, 3.4);
        add("conveyor", "conveyor", 6.0, 0.9, 0.9).supports = {{-3, 3, -0.4, 0.4, 0.9, 1e9}};
        add("hand_truck", "hand_truck", 0.5, 0.6, 1.3).supports = {{-0.2, 0.2, 0.0, 0.28, 0.05, 1.2}};
        add("pallet_jack", "pallet_jack", 0.6, 1.6, 1.2);
        add("traffic_cone", "cone", 0.4, 0.4, 0.7);
        add("crate", "crate", 0.8, 0.6, 0.6);
        add("dock_door", "dock_door", 3.0, 0.3, 3.4, Mount::wall);
        add("car", "car", 1.8, 4.4, 1.5); // its roof is no surface
        add("coffee_table", "coffee_table", 1.0, 0.6, 0.4).supports = {{-0.5, 0.5, -0.3, 0.3, 0.4, 1e9}};
        add("office_door", "office_door", 0.95, 0.15, 2.1, Mount::wall);
        add("window", "window", 1.4, 0.15, 1.3, Mount::wall).elevation = 0.9;
        for (auto& asset : assets_)
            if (asset.mount == Mount::wall) asset.bounds.min.z = 0, asset.bounds.max.z *= 2;
    }

    std::vector<catalog::Asset const*> of_category(std::string_view category,
                                                   std::set<std::string> const&) const override
    {
        std::vector<catalog::Asset const*> found;
        for (auto const& asset : assets_)
            if (catalog::Categories::standard().is_a(asset.category, category)) found.push_back(&asset);
        return found;
    }

    Result<catalog::Asset> describe(catalog::AssetRef const& ref) const override
    {
        for (auto const& asset : assets_)
            if (asset.ref.key == ref.key) return asset;
        return fail(Errc::not_found, "no asset {}", ref.key);
    }

private:
    catalog::Asset& add(std::string category, std::string const& name, double width, double depth,
                        double height, catalog::Mount mount = catalog::Mount::floor)
    {
        catalog::Asset asset;
        asset.ref.key = "fake/" + name;
        asset.name = name;
        asset.category = std::move(category);
        asset.pack = "fake";
        asset.mount = mount;
        asset.bounds = {{-width / 2, 0, -depth / 2}, {width / 2, height, depth / 2}};
        asset.placeable = true;
        assets_.push_back(std::move(asset));
        return assets_.back();
    }
    catalog::Asset& fork() { return assets_.front(); }

    std::deque<catalog::Asset> assets_;
};

} // namespace soulvan::scene
