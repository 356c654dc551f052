"""Running a program and saying what it took: CPU-seconds of its whole process tree, and wall time."""
import os
import pathlib
import resource
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
BINARY = ROOT / "build" / "release" / "bin" / "soulvan"


class Cost:
    def __init__(self, user, system, wall):
        self.user, self.system, self.wall = user, system, wall

    @property
    def cpu(self):
        return self.user + self.system


def measure(command, watch=None, **options):
    """Runs `command` to its end; `watch` is called every 20 ms meanwhile. What it prints is shown only if it fails."""
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    process = subprocess.Popen([str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                               text=True, **options)
    if watch:
        os.set_blocking(process.stdout.fileno(), False)
        text = ""
        while process.poll() is None:
            text += process.stdout.read() or ""
            watch(time.perf_counter() - begun)
            time.sleep(0.02)
        text += process.stdout.read() or ""
    else:
        text = process.communicate()[0]
    wall, after = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    if process.returncode:
        raise SystemExit(f"{' '.join(map(str, command))} ended with {process.returncode}:\n{text[-4000:]}")
    return Cost(after.ru_utime - before.ru_utime, after.ru_stime - before.ru_stime, wall)


def load():
    return f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
