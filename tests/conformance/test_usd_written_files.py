"""Does OpenUSD open what we wrote, and find in it what the original holds? See usd_written_files.py."""
import os
import pathlib
import subprocess

import pytest

import newest
import usd_written_files

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


@pytest.mark.full
def test_openusd_reads_our_layers_and_packages(tmp_path):
    if not (ROOT.parent / "shared" / "data" / "usd").exists():
        pytest.skip("needs ../shared/data/usd")
    binary = pathlib.Path(os.environ.get("SOULVAN", ROOT / "build" / "dev" / "bin" / "soulvan")).parent / "usd_test"
    subprocess.run([binary, "--gtest_filter=Crate.*:Package.*"], env=dict(os.environ, SOULVAN_KEEP=str(tmp_path)),
                   check=True, capture_output=True, timeout=600)
    failures, layers, unreadable = usd_written_files.compare(tmp_path)
    later = tmp_path / "later"  # what the pinned release does not know yet
    later.mkdir()
    for source in unreadable:
        for file in tmp_path.glob(f"{source.stem}.*"):
            file.rename(later / file.name)
    package_failures, packages = usd_written_files.check_packages(tmp_path)
    assert not failures + package_failures, "\n".join(failures + package_failures)
    assert layers >= 1000 and packages >= 1
    answer = newest.run("usd_written_files.py", later)
    assert answer.returncode == 0, answer.stdout
    assert f"{len(unreadable)} layers and 0 packages compared, 0 failures, 0 originals" in answer.stdout
