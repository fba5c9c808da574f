"""Technique families: when two ATT&CK ids speak of the same thing."""

from collections.abc import Iterable

NEIGHBOURS: tuple[tuple[str, frozenset[str]], ...] = (
    (
        "a program run on another machine: the share, the service, the task and WMI are one act seen from four sides",
        frozenset({"T1021", "T1047", "T1053", "T1543", "T1569", "T1570"}),
    ),
    ("looking for machines and services", frozenset({"T1018", "T1046", "T1595"})),
    ("guessing passwords, and getting in with one", frozenset({"T1078", "T1110"})),
    (
        "a channel to the intruder's master, whatever carries it",
        frozenset({"T1071", "T1090", "T1095", "T1105", "T1571", "T1572", "T1573"}),
    ),
    ("data that leave", frozenset({"T1041", "T1048", "T1567"})),
    ("DNS as a carrier: the same tunnel is a channel or a leak", frozenset({"T1048", "T1071", "T1572"})),
    (
        "listing accounts, groups, sessions and trusts",
        frozenset({"T1033", "T1049", "T1069", "T1087", "T1135", "T1482"}),
    ),
    (
        "secrets of accounts taken from memory, from the directory or by tickets",
        frozenset({"T1003", "T1550", "T1552", "T1555", "T1558"}),
    ),
    ("a flaw used from afar", frozenset({"T1068", "T1190", "T1210"})),
    ("a service flooded, often told from a scan by its size alone", frozenset({"T1046", "T1498", "T1499"})),
    ("accounts made or given rights", frozenset({"T1098", "T1136"})),
    ("a program that starts again by itself", frozenset({"T1543", "T1546", "T1547", "T1574"})),
    ("a defence switched off or a trace erased", frozenset({"T1070", "T1112", "T1562"})),
    (
        "code run by an interpreter, hidden or fetched by a tool of the system",
        frozenset({"T1027", "T1059", "T1105", "T1140", "T1197", "T1218"}),
    ),
)
"""(why, parents): families that the same act may be put in by two honest people. It is no equivalence."""


def parent(technique: str) -> str:
    """Give "T1021" for "T1021.002"."""
    return technique.partition(".")[0]


def same(technique: str, labelled: Iterable[str]) -> bool:
    """Tell whether the technique's parent is one of the label's: the strict reading."""
    return parent(technique) in {parent(label) for label in labelled}


def near(technique: str, labelled: Iterable[str]) -> bool:
    """Tell whether the technique is of a labelled family or of a neighbouring one."""
    wanted = {parent(label) for label in labelled}
    mine = parent(technique)
    return mine in wanted or any(mine in group and wanted & group for _, group in NEIGHBOURS)
