"""Reasons, written down with their place."""

from cloison.chart.proposed import Teller
from cloison.model.finding import Evidence
from cloison.words import say

REASONS = [Evidence(origin=1, record=1044, note=say("issues Kerberos tickets"))]


def test_a_reason_names_its_file_and_record():
    teller = Teller(render=str, sources=("conn.log", "kerberos.log"))
    assert teller.because(REASONS) == ("issues Kerberos tickets — kerberos.log, record 1044",)


def test_without_the_files_names_a_reason_counts_them():
    assert Teller(render=str).because(REASONS) == ("issues Kerberos tickets — source 2, record 1044",)
