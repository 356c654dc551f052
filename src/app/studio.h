// Binds a Studio to this machine: keys, clock, caches, versions.
#pragma once

#include "context.h"

#include "soulvan/catalog/catalog.h"
#include "soulvan/jobs/produce.h"

#include <memory>

namespace soulvan::app {

/// A studio and what it borrows.
struct BoundStudio {
    std::unique_ptr<Signer> signer;
    jobs::Studio studio;
};

/// With `sign`, the key named by $SOULVAN_KEY or "studio" signs; the studio key is made when there is none.
Result<BoundStudio> bind_studio(Context const& context, bool sign, std::string const& unity_path = {},
                                std::string const& unity_project = {});

/// Where the catalogue's models, packs and caches lie on this machine.
Result<catalog::CatalogOptions> catalog_options(Context const& context);

/// Checks a signature with the wallet room.
Result<std::string> recover_signer(std::string_view text, Signature const& signature);

std::string rfc3339_now();
/// Names and versions of the libraries that decide the bytes.
std::map<std::string, std::string> tool_versions();

} // namespace soulvan::app
