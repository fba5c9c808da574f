import hl7
import pytest
from tests.rehearse.range.furnished import drawn, errand, lived, setting_in, standing

from cloison.rehearse.range.traffic.catalogue import known_habit
from cloison.rehearse.range.traffic.habits.messages import control_of, message_of
from cloison.rehearse.range.traffic.life import Life


@pytest.mark.parametrize("kind", ["ADT^A01", "ORM^O01", "OML^O21", "ORU^R01", "RDE^O11", "RDS^O13"])
def test_a_message_reads_as_hl7_and_keeps_its_number_at_each_try(tmp_path, kind):
    setting = setting_in(tmp_path)
    one = errand("messages", "poste", "interfaces", 2575, number=8, kind=kind, patient=31)
    first, again = (hl7.parse(message_of(one, 0, setting.host("poste"), setting.host("interfaces"))) for _ in range(2))
    assert str(first.segment("MSH")[9]) == kind
    assert str(first.segment("MSH")[10]) == str(again.segment("MSH")[10]) == control_of(one, 0)
    assert "EXERCICE" in str(first.segment("PID"))


def test_messages_follow_each_other_on_one_line(tmp_path):
    setting = setting_in(tmp_path)
    with standing(setting, "messages"):
        life = Life(setting, "unites", resolves=False)
        ports = set()
        for number in range(3):
            one = errand("messages", "poste", "interfaces", 2575, number=number, items=2, kind="ORU^R01", patient=1)
            assert list(known_habit("messages").perform(life, one, range(2))) == [0, 1]
            with life.line(one, lambda: None) as line:
                ports.add(line.getsockname())
        life.close()
    assert len(ports) == 1


def test_a_hub_tells_the_admissions_to_whom_the_map_lets_it(tmp_path):
    assert {one.source for one in drawn(setting_in(tmp_path), "messages")} <= {"interfaces"}
    assert lived_nowhere(tmp_path)


def lived_nowhere(tmp_path):
    with pytest.raises(ConnectionError):
        lived(setting_in(tmp_path), errand("messages", "poste", "interfaces", 2575, kind="ADT^A01", patient=1))
    return True
