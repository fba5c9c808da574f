from evaluation.__main__ import gather
from evaluation.report import write
from tests.evaluation.made import found, label, outcome, outcomes, scenario


def page():
    hit = scenario(label(), name="pcap/attaque")
    miss = scenario(label(), name="evtx/manque|e", kind="evtx")
    calm = scenario(label("benign", attackers=(), victims=(), techniques=()), name="pcap/calme")
    odd = scenario(label("unlabelled", techniques=()), name="zeek/inconnu", kind="zeek")
    read = {
        **outcomes(hit, outcome(found())),
        **outcomes(miss, outcome()),
        **outcomes(calm, outcome(found("T1071"))),
        **outcomes(odd, outcome(found("T1046"))),
    }
    return write(gather([hit, miss, calm, odd], read, [miss], outcomes(miss, outcome(found())), {"notre hôpital": {}}))


def test_the_page_tells_what_was_found_missed_and_cried_for_nothing():
    text = page()
    assert "| **network** | 1 of 1 (21-100 %) |" in text
    assert "| **Windows, what ships** | 0 of 1 (0-79 %) |" in text
    assert "| **Windows, with the folder of rules** | 1 of 1 (21-100 %) |" in text
    assert "nothing found in 10 records" in text
    assert "## Every false alarm (1)" in text
    assert "| zeek/inconnu | unlabelled | 10 | essai T1046 |" in text


def test_the_page_is_the_same_twice_and_its_tables_hold():
    text = page()
    assert text == page()
    assert "manque\\|e" in text
