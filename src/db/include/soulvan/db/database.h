// One SQL door: statements with bound values over SQLite.
#pragma once

#include "soulvan/base/result.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace soulvan::db {

using Value = std::variant<std::nullptr_t, std::int64_t, double, std::string>;

/// The columns of one result row.
class Row {
public:
    virtual ~Row() = default;
    virtual int columns() const = 0;
    virtual std::int64_t integer(int column) const = 0; ///< NULL is 0
    virtual double real(int column) const = 0;
    virtual std::string_view text(int column) const = 0; ///< valid until the next row
};

/// One connection; used by one thread at a time.
class Database {
public:
    /// Opens or creates the file; "" is a database in memory. Waits up to `busy_ms` for other processes.
    /// Errors  io; invalid_input: the file is no database.
    static Result<Database> open(std::filesystem::path const& path, int busy_ms = 5000);
    ~Database();
    Database(Database&&) noexcept;
    Database& operator=(Database&&) noexcept;

    /// Runs statements separated by semicolons.
    Result<> execute(std::string_view sql);
    /// One statement with `?` for each of `values`; `visit` sees every row.
    /// Errors  invalid_input: the database's own words and the statement; io; limit: the disk is full.
    Result<> query(std::string_view sql, std::vector<Value> const& values,
                   std::function<void(Row const&)> const& visit);
    Result<> run(std::string_view sql, std::vector<Value> const& values);
    /// BEGIN IMMEDIATE, `work`, COMMIT; rolled back when `work` fails.
    Result<> transaction(std::function<Result<>()> const& work);

private:
    struct State;
    explicit Database(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

} // namespace soulvan::db
