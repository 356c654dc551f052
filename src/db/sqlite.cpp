// How do statements reach SQLite? Prepared once per text and kept, values bound, errors as sentences.
#include "soulvan/db/database.h"

#include <map>

#include <sqlite3.h>

namespace soulvan::db {

namespace {

struct CloseDatabase {
    void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
};
struct FinishStatement {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Statement = std::unique_ptr<sqlite3_stmt, FinishStatement>;

std::unexpected<Error> failure(sqlite3* handle, std::string_view sql)
{
    int const code = sqlite3_errcode(handle);
    Errc kind = Errc::invalid_input;
    if (code == SQLITE_FULL || code == SQLITE_TOOBIG) kind = Errc::limit;
    if (code == SQLITE_IOERR || code == SQLITE_CANTOPEN || code == SQLITE_BUSY || code == SQLITE_READONLY)
        kind = Errc::io;
    return fail(kind, "database: {} ({})", sqlite3_errmsg(handle), sql);
}

int bind(sqlite3_stmt* statement, int index, Value const& value)
{
    if (auto const* integer = std::get_if<std::int64_t>(&value))
        return sqlite3_bind_int64(statement, index, *integer);
    if (auto const* real = std::get_if<double>(&value)) return sqlite3_bind_double(statement, index, *real);
    if (auto const* text = std::get_if<std::string>(&value))
        return sqlite3_bind_text64(statement, index, text->data(), text->size(), SQLITE_TRANSIENT,
                                   SQLITE_UTF8);
    return sqlite3_bind_null(statement, index);
}

class SqliteRow final : public Row {
public:
    explicit SqliteRow(sqlite3_stmt* statement) : statement_(statement) {}
    int columns() const override { return sqlite3_column_count(statement_); }
    std::int64_t integer(int column) const override { return sqlite3_column_int64(statement_, column); }
    double real(int column) const override { return sqlite3_column_double(statement_, column); }
    std::string_view text(int column) const override
    {
        auto const* bytes = reinterpret_cast<char const*>(sqlite3_column_text(statement_, column));
        return bytes ? std::string_view(bytes,
                                        static_cast<std::size_t>(sqlite3_column_bytes(statement_, column)))
                     : std::string_view();
    }

private:
    sqlite3_stmt* statement_;
};

} // namespace

struct Database::State {
    std::unique_ptr<sqlite3, CloseDatabase> handle;
    std::map<std::string, Statement, std::less<>> prepared; // destroyed before the handle

    Result<sqlite3_stmt*> prepare(std::string_view sql)
    {
        if (auto const found = prepared.find(sql); found != prepared.end()) return found->second.get();
        sqlite3_stmt* statement = nullptr;
        if (sqlite3_prepare_v2(handle.get(), sql.data(), static_cast<int>(sql.size()), &statement, nullptr) !=
            SQLITE_OK)
            return failure(handle.get(), sql);
        return prepared.emplace(sql, Statement(statement)).first->second.get();
    }
};

Database::Database(std::unique_ptr<State> state) : state_(std::move(state)) {}
Database::~Database() = default;
Database::Database(Database&&) noexcept = default;
Database& Database::operator=(Database&&) noexcept = default;

Result<Database> Database::open(std::filesystem::path const& path, int busy_ms)
{
    auto state = std::make_unique<State>();
    sqlite3* handle = nullptr;
    auto const name = path.empty() ? std::string(":memory:") : path.string();
    int const code = sqlite3_open_v2(
        name.c_str(), &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
    state->handle.reset(handle);
    if (code != SQLITE_OK)
        return fail(Errc::io, "{}: cannot be opened: {}", name,
                    handle ? sqlite3_errmsg(handle) : "out of memory");
    sqlite3_busy_timeout(handle, busy_ms);
    // The first read tells whether the file is a database at all.
    if (sqlite3_exec(handle, "PRAGMA schema_version", nullptr, nullptr, nullptr) != SQLITE_OK)
        return within(name, failure(handle, "PRAGMA schema_version").error());
    return Database(std::move(state));
}

Result<> Database::execute(std::string_view sql)
{
    std::string const text(sql);
    if (sqlite3_exec(state_->handle.get(), text.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
        return failure(state_->handle.get(), sql);
    return {};
}

Result<> Database::query(std::string_view sql, std::vector<Value> const& values,
                         std::function<void(Row const&)> const& visit)
{
    auto* statement = TRY(state_->prepare(sql));
    auto const reset = [](sqlite3_stmt* used) {
        sqlite3_reset(used);
        sqlite3_clear_bindings(used);
    };
    std::unique_ptr<sqlite3_stmt, decltype(reset)> const in_use(statement, reset);
    for (std::size_t i = 0; i < values.size(); ++i)
        if (bind(statement, static_cast<int>(i) + 1, values[i]) != SQLITE_OK)
            return failure(state_->handle.get(), sql);
    SqliteRow const row(statement);
    for (;;) {
        int const code = sqlite3_step(statement);
        if (code == SQLITE_DONE) return {};
        if (code != SQLITE_ROW) return failure(state_->handle.get(), sql);
        visit(row);
    }
}

Result<> Database::run(std::string_view sql, std::vector<Value> const& values)
{
    return query(sql, values, [](Row const&) {});
}

Result<> Database::transaction(std::function<Result<>()> const& work)
{
    TRY(execute("BEGIN IMMEDIATE"));
    if (auto done = work(); !done) {
        (void)execute("ROLLBACK");
        return done;
    }
    return execute("COMMIT");
}

} // namespace soulvan::db
