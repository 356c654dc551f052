"""Running a program and saying what it took: CPU-seconds of its whole process tree, and wall time."""
import os
import pathlib
import resource
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
BINARY = ROOT / "build" / "release" / "bin" / "soulvan"


class Cost:
    def __init__(self, user, system, wall, output):
        self.user, self.system, self.wall, self.output = user, system, wall, output

    @property
    def cpu(self):
        return self.user + self.system


def measure(command, watch=None, **options):
    """Runs `command` to its end; `watch` is called every 20 ms meanwhile. What it complains of is shown only if it fails."""
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        process = subprocess.Popen([str(part) for part in command], stdout=output, stderr=errors, **options)
        while watch and process.poll() is None:
            watch(time.perf_counter() - begun)
            time.sleep(0.02)
        process.wait()
        output.seek(0)
        errors.seek(0)
        text, complaint = output.read().decode(errors="replace"), errors.read().decode(errors="replace")
    wall, after = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    if process.returncode:
        raise SystemExit(f"{' '.join(map(str, command))} ended with {process.returncode}:\n{text[-4000:]}{complaint[-4000:]}")
    return Cost(after.ru_utime - before.ru_utime, after.ru_stime - before.ru_stime, wall, text)


def load():
    return f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
