// What happens to us when a hostile file breaks its reader? Nothing: the reader is another process.
//
// assimp has a long record of memory errors on damaged files, and a crash cannot be caught. The child shares
// our memory as it is at fork, so nothing needs to be sent to it; it sends the scene back through an
// anonymous file. It uses assimp, the heap and plain values only: glibc makes the heap usable after fork in a
// threaded program, and no lock of ours is taken there.
#include "isolated.h"

#include "assimp_reader.h"
#include "scene_bytes.h"

#include "soulvan/base/file.h"

#include <cerrno>
#include <csignal>
#include <cstring>

#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace soulvan::interchange {

namespace {

/// A file descriptor that closes.
class Descriptor {
public:
    explicit Descriptor(int fd) : fd_(fd) {}
    Descriptor(Descriptor const&) = delete;
    Descriptor& operator=(Descriptor const&) = delete;
    ~Descriptor()
    {
        if (fd_ >= 0) close(fd_);
    }
    int get() const { return fd_; }

private:
    int fd_;
};

void set_limit(decltype(RLIMIT_CPU) which, rlim_t value)
{
    rlimit const limit{value, value};
    setrlimit(which, &limit);
}

bool write_all(int fd, std::string_view bytes)
{
    while (!bytes.empty()) {
        auto const done = ::write(fd, bytes.data(), bytes.size());
        if (done < 0 && errno == EINTR) continue;
        if (done <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(done));
    }
    return true;
}

/// First byte 0: a scene follows; 1: an error code and its sentence.
[[noreturn]] void run_child(int out, pid_t parent, ImportLimits const& limits,
                            std::function<Result<ModelScene>()> const& read)
{
    // Gone when we are gone; the check closes the gap before prctl took hold.
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(3);
    for (auto const signal : {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL, SIGXCPU, SIGTERM, SIGINT})
        std::signal(signal, SIG_DFL);
    set_limit(RLIMIT_CORE, 0);
    set_limit(RLIMIT_CPU, limits.cpu_seconds);
#ifndef SOULVAN_SANITIZED // the sanitizers reserve terabytes of address space
    set_limit(RLIMIT_AS, limits.memory_bytes);
#endif
    try {
        auto const scene = read();
        auto const bytes =
            scene ? '\0' + to_bytes(*scene)
                  : std::string{'\1', static_cast<char>(scene.error().code)} + scene.error().what;
        _exit(write_all(out, bytes) ? 0 : 2);
    } catch (...) {
        // Only memory can be short here: read() catches what assimp throws.
        _exit(2);
    }
}

/// Waits for the child, at most `seconds` of wall time: one that waits for a lock burns no CPU time.
Result<int> wait_for(pid_t child, int seconds)
{
    // By number: glibc 2.36 declares pidfd_open without C linkage.
    Descriptor const watch(static_cast<int>(syscall(SYS_pidfd_open, child, 0)));
    bool is_late = false;
    if (watch.get() >= 0) {
        pollfd ready{.fd = watch.get(), .events = POLLIN, .revents = 0};
        int got = 0;
        do got = poll(&ready, 1, seconds * 1000);
        while (got < 0 && errno == EINTR);
        is_late = got == 0;
        if (is_late) kill(child, SIGKILL);
    }
    int status = 0;
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR)
            return fail(Errc::internal, "its reader cannot be waited for: {}", std::strerror(errno));
    if (is_late) return fail(Errc::limit, "takes longer than {} s to read", seconds);
    return status;
}

Result<ModelScene> scene_of_child(int status, int out, ImportLimits const& limits)
{
    if (WIFSIGNALED(status) && (WTERMSIG(status) == SIGXCPU || WTERMSIG(status) == SIGKILL))
        return fail(Errc::limit, "takes more than {} s of processor time to read", limits.cpu_seconds);
    if (WIFSIGNALED(status))
        return fail(Errc::invalid_input, "is damaged: its reader stopped with \"{}\"",
                    strsignal(WTERMSIG(status)));
    if (WEXITSTATUS(status) == 2)
        return fail(Errc::limit, "needs more memory than the {} bytes that reading a model may take",
                    limits.memory_bytes);
    if (WEXITSTATUS(status) != 0)
        return fail(Errc::internal, "its reader ended with {}", WEXITSTATUS(status));
    struct stat info {};
    if (fstat(out, &info) != 0 || info.st_size < 1) return fail(Errc::internal, "its reader said nothing");
    auto const size = static_cast<std::size_t>(info.st_size);
    auto* const mapped = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, out, 0);
    if (mapped == MAP_FAILED)
        return fail(Errc::io, "what was read cannot be mapped: {}", std::strerror(errno));
    std::span const bytes(static_cast<std::byte const*>(mapped), size);
    auto scene = [&]() -> Result<ModelScene> {
        if (bytes[0] == std::byte{0}) return scene_from_bytes(bytes.subspan(1));
        if (size < 2 || bytes[1] > static_cast<std::byte>(Errc::internal))
            return fail(Errc::internal, "its reader said something unknown");
        std::string what(reinterpret_cast<char const*>(bytes.data()) + 2, size - 2);
        return std::unexpected(Error{static_cast<Errc>(bytes[1]), std::move(what)});
    }();
    munmap(mapped, size);
    return scene;
}

} // namespace

Result<ModelScene> read_isolated(std::filesystem::path const& source, ImportLimits const& limits,
                                 std::function<Result<ModelScene>()> const& read)
{
    Descriptor const out(memfd_create("soulvan-scene", MFD_CLOEXEC));
    if (out.get() < 0)
        return fail(Errc::io, "{}: no memory to read into: {}", source.string(), std::strerror(errno));
    auto const parent = getpid();
    auto const child = fork();
    if (child < 0)
        return fail(Errc::io, "{}: no process to read it in: {}", source.string(), std::strerror(errno));
    if (child == 0) run_child(out.get(), parent, limits, read);
    auto const status = wait_for(child, static_cast<int>(limits.cpu_seconds) * 2 + 30);
    if (!status) return within(source.string(), status.error());
    auto scene = scene_of_child(*status, out.get(), limits);
    if (!scene && !scene.error().what.starts_with(source.string()))
        return within(source.string(), scene.error());
    return scene;
}

Result<ModelScene> read_scene(std::filesystem::path const& source, ImportLimits const& limits)
{
    return read_isolated(source, limits, [&] { return read_scene_here(source, limits); });
}

} // namespace soulvan::interchange
