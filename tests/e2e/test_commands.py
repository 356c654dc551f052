"""Every command: its help, its exit codes, its JSON; standard output carries data only."""
import json

import pytest

COMMANDS = [[], ["make"], ["render"], ["compile"], ["job"], ["job", "run"], ["usd"], ["usd", "cat"], ["usd", "info"],
            ["convert"], ["image"], ["image", "diff"], ["verify"], ["wallet"], ["wallet", "create"],
            ["wallet", "list"], ["link-wallet"], ["doctor"]]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_help(soulvan, command):
    result = soulvan(*command, "--help")
    assert "Usage: soulvan" in result.stdout or "soulvan" in result.stdout
    assert result.stderr == ""


def test_noun_colon_verb(soulvan):
    assert soulvan("job:run", "--help").stdout == soulvan("job", "run", "--help").stdout


def test_usage_errors_exit_2(soulvan):
    soulvan("no-such-command", code=2)
    soulvan("render", code=2)
    soulvan("render", "x.usda", "--samples", "0", code=2)
    soulvan("render", "x.usda", "--no-such-option", code=2)


def test_errors_are_json_when_asked(soulvan):
    result = soulvan("usd", "cat", "missing.usda", "--json", code=5)
    assert result.stdout == ""
    error = json.loads(result.stderr)["error"]
    assert error["code"] == "not_found" and "missing.usda" in error["message"]


def test_unity_job_without_unity_names_the_file(soulvan, request):
    sample = request.config.rootpath.parent / "samples" / "sample-job-config.json"
    result = soulvan("job", "run", sample, code=3)
    assert "cinematic_main.unity" in result.stderr and "--unity-path" in result.stderr
    assert not (soulvan.home / "Exports").exists()
    assert "/custom/unity" in soulvan("job:run", sample, "--unity-path", "/custom/unity", code=3).stderr
    assert "/from/env" in soulvan("job:run", sample, code=3, UNITY_BIN="/from/env").stderr


def test_a_mistyped_job_field_names_the_nearest(soulvan, tmp_path, tiny_stage):
    job = tmp_path / "job.json"
    job.write_text(json.dumps({"scene": "tiny.usda", "output": "out", "camra": "Eye"}))
    assert 'did you mean "camera"?' in soulvan("job", "run", job, code=3).stderr


def test_link_wallet(soulvan):
    address = "0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf"
    assert soulvan.json("link-wallet", address) == {"wallet": address}
    assert soulvan.json("wallet", "list")["linked"] == address
    assert address in soulvan("link-wallet", address[:-1] + "F", code=3).stderr


def test_wallet_under_a_passphrase(soulvan, tmp_path):
    secret = tmp_path / "passphrase"
    secret.write_text("correct horse battery\n")
    assert "chmod 600" in soulvan("wallet", "create", "--name", "mine", code=4, SOULVAN_PASSPHRASE_FILE=str(secret)).stderr
    secret.chmod(0o600)
    made = soulvan.json("wallet", "create", "--name", "mine", SOULVAN_PASSPHRASE_FILE=str(secret))
    assert made["kept"] == "keystore"
    assert "SOULVAN_PASSPHRASE_FILE" in soulvan("wallet", "create", "--name", "other", code=4).stderr


def test_doctor(soulvan):
    checks = {check["name"]: check["state"] for check in soulvan.json("doctor")["checks"]}
    assert checks["processor"] == "pass" and checks["soulvan_av"] == "pass" and checks["soulvan_oiio"] == "pass"


def test_help_starts_quickly(soulvan):
    """No bound: a record of the figure for the log (decision 0001)."""
    import time
    begun = time.perf_counter()
    soulvan("--help")
    print(f"soulvan --help: {(time.perf_counter() - begun) * 1000:.0f} ms")
