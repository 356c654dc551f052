"""Is docs/usd-conformance.md what the tests of this run counted? Stands last in the folder, as pytest goes by names."""
import re

import pytest

import conformance_results
import write_report


def steady(page):
    """Without the counts of random stacks: how many are too slow to be compared depends on the machine."""
    return "\n".join(re.sub(r"[\d,]+", "N", line) if re.match(r"\| (more )?random stacks", line) else line
                     for line in page.splitlines())


@pytest.mark.full
def test_the_page_is_what_the_run_gives():
    results = conformance_results.found()
    wanted = {name for _, _, names in write_report.CORPORA for name in names}
    assert wanted <= results.keys(), f"no counts of {sorted(wanted - results.keys())}: run the whole folder"
    assert steady(write_report.PAGE.read_text()) == steady(write_report.page(results)), \
        "run tests/conformance/write_report.py and look at what changed"
