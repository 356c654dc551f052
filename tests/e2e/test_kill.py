"""kill -9 at random moments: the next run continues, ends with the same bytes, and leaves no litter."""
import os
import random
import shutil
import time

import pytest

from conftest import TINY_MAKE
from test_delivery import digests


def run_until_killed(soulvan, stage, folder, seconds):
    """True when the run ended by itself before the kill."""
    process = soulvan.start("make", stage, "-o", folder, *TINY_MAKE)
    time.sleep(seconds)
    ended = process.poll() is not None
    process.kill()
    process.wait()
    return ended


@pytest.mark.parametrize("points", [12, pytest.param(200, marks=pytest.mark.full)])
def test_killed_runs_continue(soulvan, tiny_stage, points, record_property):
    seed = int(os.environ.get("SOULVAN_TEST_SEED", time.time()))
    print(f"seed {seed} (SOULVAN_TEST_SEED repeats it)")
    record_property("measured", f"{points} kills, seed {seed} (SOULVAN_TEST_SEED repeats it)")
    chance = random.Random(seed)
    begun = time.perf_counter()
    soulvan("make", tiny_stage, "-o", "whole", *TINY_MAKE)
    duration = time.perf_counter() - begun
    expected = digests(soulvan.home / "whole")
    folder = soulvan.home / "killed"
    kills = 0
    while kills < points:
        kills += 1
        ended = run_until_killed(soulvan, tiny_stage, folder, chance.uniform(0, duration * 1.1))
        if ended or chance.random() < 0.2:  # from time to time see it through, and begin anew
            soulvan("make", tiny_stage, "-o", folder, *TINY_MAKE)
            assert digests(folder) == expected, f"after {kills} kills, seed {seed}"
            assert not list(folder.rglob(".tmp-*")), f"litter after {kills} kills, seed {seed}"
            soulvan("verify", folder)
            shutil.rmtree(folder)
    soulvan("make", tiny_stage, "-o", folder, *TINY_MAKE)
    assert digests(folder) == expected, f"seed {seed}"
