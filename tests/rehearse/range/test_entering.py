"""What a range needs of a machine is said by name."""

import pytest

from cloison.rehearse.range import entering
from cloison.rehearse.range.entering import fresh, hindrance, joining


def test_a_missing_program_is_named_with_its_package(monkeypatch, tmp_path):
    monkeypatch.setattr(entering, "search_path", lambda: str(tmp_path))
    monkeypatch.setattr("cloison.rehearse.range.place.search_path", lambda: str(tmp_path))
    refusal = hindrance(("nft", "ip"))
    assert (str(refusal.problem), str(refusal.fix)) == (
        "the range needs nft, ip",
        "run: apt install iproute2 nftables",
    )


def test_a_setting_that_forbids_namespaces_is_named_with_its_remedy(monkeypatch, tmp_path):
    forbidding = tmp_path / "unshare"
    forbidding.write_text("#!/bin/sh\necho unshare failed: Operation not permitted >&2\nexit 1\n")
    forbidding.chmod(0o755)
    monkeypatch.setattr("cloison.rehearse.range.place.search_path", lambda: str(tmp_path))
    setting = tmp_path / "unprivileged_userns_clone"
    setting.write_text("0\n")
    command = "sysctl kernel.unprivileged_userns_clone=1"
    monkeypatch.setattr(entering, "_FORBIDDING", ((setting, "0", command),))
    assert str(hindrance(("unshare",)).fix) == f"have an administrator run: {command}"
    setting.write_text("1\n")
    assert "Operation not permitted" in str(hindrance(("unshare",)).problem)


@pytest.mark.usefixtures("needs_range")
def test_where_all_is_there_nothing_hinders():
    assert hindrance() is None


@pytest.mark.usefixtures("needs_range")
def test_the_first_program_of_the_namespaces_takes_all_the_rest_with_it():
    assert {"--user", "--net", "--mount", "--pid", "--kill-child"} <= set(fresh(["true"]))


@pytest.mark.usefixtures("needs_range")
def test_a_zone_is_entered_within_the_range_only():
    argv = joining(7, ["ip", "address"], namespace="urgences")
    assert argv[1] == "--target=7"
    assert argv.index("--net=/run/netns/urgences") > argv.index("--user")
    assert argv[-3:] == ["--", "ip", "address"]
