import json
import socket
import threading
from urllib.request import urlopen

import pytest
from tests.rehearse.range.furnished import drawn, errand, lived, setting_in, standing

from cloison.rehearse.range.parts.pacs import REST
from cloison.rehearse.range.traffic.habits.images import SERIES, image_of


def test_an_examination_is_in_the_archive_once_each_image_was_acknowledged(tmp_path):
    setting = setting_in(tmp_path)
    exam = errand("images", "scanner", "pacs", 104, items=3, sort="CT", rows=64, columns=48, patient=12)
    with standing(setting, "pacs"):
        assert lived(setting, exam) == [0, 1, 2]
        assert lived(setting, exam) == [0, 1, 2], "sent again, it is the same examination"
        host = setting.host("pacs")
        with urlopen(f"http://{host.address}:{setting.port(REST)}/statistics", timeout=5) as answer:
            told = json.load(answer)
        assert (told["CountInstances"], told["CountStudies"]) == (3, 1)


def test_an_archive_that_hangs_up_is_an_error_that_may_be_tried_again(tmp_path):
    setting = setting_in(tmp_path)
    exam = errand("images", "scanner", "pacs", 104, sort="US", rows=8, columns=8, patient=1)
    with socket.create_server((setting.host("pacs").address, setting.port(104))) as server:
        hanging_up = threading.Thread(target=hang_up, args=(server,))
        hanging_up.start()
        with pytest.raises(ConnectionError):
            lived(setting, exam)
        hanging_up.join()


def hang_up(server):
    server.accept()[0].close()


@pytest.mark.parametrize("sort", [row[1] for row in SERIES])
def test_images_are_whole_and_of_nobody(sort):
    image = image_of(errand("images", "scanner", "pacs", 104, sort=sort, rows=16, columns=24, patient=9), 0)
    assert len(image.PixelData) == 16 * 24 * 2
    assert str(image.PatientName).startswith("EXERCICE")
    assert len(image.SOPInstanceUID) <= 64


def test_modalities_send_examinations_of_several_images(tmp_path):
    exams = [one for one in drawn(setting_in(tmp_path), "images") if one.habit == "images"]
    assert {(one.source, one.target, one.flow) for one in exams} == {("scanner", "pacs", "images")}
    assert max(one.items for one in exams) > 1
