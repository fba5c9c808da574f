"""No detector knows an address or a date: other addresses, another month, the same findings."""

import re
from datetime import timedelta
from ipaddress import ip_address
from random import Random

import polars as pl
import pytest

from cloison.detect.fold import Context, start
from cloison.ingest.reading import open_reading
from cloison.model.addressing import AddressBook

SHIFT = timedelta(days=28)
"""Whole weeks: a detector may know a Sunday."""

TAKEN = [
    "zeek/slips_vertical-portscan/conn.log.gz",
    "zeek/strato_002-zeek-scenario-port-scanning/conn.log.gz",
    "zeek/strato_003-zeek-scenario-malicious/conn.log.gz",
    "pcap/dns_tunnel/ndpi_dns-tunnel-iodine.pcap.gz",
    "pcap/brute_force/slips_malicious-ssh-bruteforce.pcap.gz",
    "netflow/argus_nfdump/test1-malicious.nfdump",
]

ADDRESS = re.compile(r"(?<![\w.-])\d{1,3}(?:\.\d{1,3}){3}(?![\w.-])")


class Renaming:
    """A bijection of IPv4 addresses that keeps inside inside, and the machines of one /24 together."""

    def __init__(self, seed: int) -> None:
        self._chance = Random(seed)
        self._networks: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._hosts = list(range(1, 255))
        self._chance.shuffle(self._hosts)

    def address(self, text: str) -> str:
        try:
            address = ip_address(text)
        except ValueError:
            return text
        if address.is_multicast or address.is_loopback or address.is_unspecified or address.is_link_local:
            return text
        *network, last = text.split(".")
        host = int(last)
        moved = self._hosts[host - 1] if 0 < host < 255 else host
        return ".".join([*self._network(tuple(network)), str(moved)])

    def text(self, text: str) -> str:
        return ADDRESS.sub(lambda found: self.address(found.group()), text)

    def _network(self, network: tuple[str, ...]) -> tuple[str, ...]:
        if network == ("255", "255", "255"):
            return network
        while network not in self._networks:
            drawn = tuple(str(self._chance.randint(0, 255)) for _ in range(2))
            place = ("10", *drawn) if network[0] == "10" else ("192", "168", drawn[0])
            if not ip_address(".".join([*network, "1"])).is_private:
                place = (str(self._chance.randint(60, 90)), *drawn)
            if place not in self._networks.values():
                self._networks[network] = place
        return self._networks[network]

    def frame(self, frame: pl.DataFrame) -> pl.DataFrame:
        changed = []
        for name, dtype in frame.schema.items():
            if dtype == pl.String():
                values = frame[name].drop_nulls().unique()
                table = {value: self.text(value) for value in values}
                changed.append(pl.col(name).replace(table) if table else pl.col(name))
            elif dtype == pl.List(pl.String()):
                changed.append(
                    pl.Series(
                        name,
                        [None if row is None else [self.text(item) for item in row] for row in frame[name].to_list()],
                        dtype=dtype,
                    )
                )
            elif dtype == pl.Datetime("us", "UTC"):
                changed.append(pl.col(name) + SHIFT)
        return frame.with_columns(changed)


@pytest.mark.parametrize("name", TAKEN)
def test_other_addresses_and_another_month_give_the_same_findings(recordings, name):
    batches = list(open_reading([recordings / name]).batches())
    renaming = Renaming(seed=len(name))
    plain = [told(finding, renaming, SHIFT) for finding in findings(batches)]
    moved = [
        told(finding, None, timedelta(0))
        for finding in findings([{kind: renaming.frame(frame) for kind, frame in batch.items()} for batch in batches])
    ]
    assert sorted(plain) == sorted(moved)


def findings(batches):
    fold = start(Context(book=AddressBook(None)))
    for batch in batches:
        fold.step(batch)
    return fold.findings()


def told(finding, renaming, shift):
    def name(text):
        return renaming.address(text) if renaming else text

    return (
        finding.detector,
        finding.technique,
        finding.confidence,
        finding.title.template,
        sorted(map(name, finding.sources)),
        sorted(map(name, finding.targets)),
        *((moment + shift).isoformat() for moment in (finding.first_seen, finding.last_seen, finding.detected_at)),
        [(item.origin, item.record) for item in finding.evidence],
    )


def test_a_renaming_is_a_bijection_that_keeps_sides_and_networks():
    renaming = Renaming(seed=3)
    names = [
        f"{net}.{host}" for net in ("10.1.2", "192.168.7", "172.16.0", "52.1.1", "8.8.8") for host in range(1, 255)
    ]
    moved = [renaming.address(text) for text in names]
    assert len(set(moved)) == len(names)
    assert [ip_address(a).is_private for a in names] == [ip_address(a).is_private for a in moved]
    assert all((a.rpartition(".")[0] == b.rpartition(".")[0]) == (c.rpartition(".")[0] == d.rpartition(".")[0])
               for a, c in zip(names, moved, strict=True) for b, d in [(names[0], moved[0])])  # fmt: skip
    assert renaming.text("from 10.1.2.7, not 1.10.1.2.7") == f"from {renaming.address('10.1.2.7')}, not 1.10.1.2.7"
