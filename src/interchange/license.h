// Licences and credits of library models, from the words that people wrote.
#pragma once

#include <string>
#include <string_view>

namespace soulvan::interchange {

struct LicenseStatement {
    std::string license; ///< SPDX where known, else the words themselves; "" when nothing is stated
    std::string title, author, address;
    std::string notice; ///< a copyright notice that stood beside the licence
};

/// "Creative Commons Attribution 3.0 United States license  Copyright © 2003-2008 …"
LicenseStatement read_license_line(std::string_view line);
/// A licence file of Blend Swap (text or HTML) that lies in a model's folder; without one of the known
/// licences the statement is empty.
LicenseStatement read_license_file(std::string_view text);
/// Whether a file of this name states a licence.
bool is_license_name(std::string_view entry);
/// One line for a list of credits.
std::string credit_line(LicenseStatement const& statement, std::string_view name, std::string_view creator,
                        std::string_view library);

} // namespace soulvan::interchange
