import socket
import threading

from tests.rehearse.intruder.stages import act

from cloison.rehearse.intruder.acts.walk_names import question
from cloison.rehearse.intruder.stage import Target


def test_the_name_server_is_asked_for_each_address(tmp_path):
    heard = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.61.53", 0))
        server.settimeout(3)

        def answer():
            for _ in range(2):
                said, peer = server.recvfrom(512)
                heard.append(said)
                server.sendto(said, peer)

        answering = threading.Thread(target=answer)
        answering.start()
        targets = [Target(name=f"10.0.0.{number}", address=f"10.0.0.{number}") for number in (1, 2, 3)]
        told = act(
            tmp_path,
            "walk-names",
            *targets,
            name_servers=("127.0.61.53",),
            shift=server.getsockname()[1] - 53,
            parameters={"hosts": 2, "per_minute": 3000},
        )
        answering.join()
    assert told == [("walk-names", "127.0.61.53")]
    assert [said[2:] for said in heard] == [question(0, f"10.0.0.{number}")[2:] for number in (1, 2)]


def test_a_question_is_written_as_the_standard_has_it():
    assert question(7, "10.0.0.1") == (
        b"\x00\x07\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x011\x010\x010\x0210\x07in-addr\x04arpa\x00\x00\x0c\x00\x01"
    )
