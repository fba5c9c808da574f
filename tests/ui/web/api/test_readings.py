from cloison.model.people import Role
from cloison.ops.crisis_reading import READING

R = "/api/v1/readings"


def test_files_are_read_behind_the_answer_and_what_they_gave_is_told(far):
    with far.room.browser(Role.SECURITY_OFFICER) as officer:
        brought = officer.post(R, files=[("files", ("notes.txt", b"ceci n'est pas un journal", "text/plain"))])
        assert brought.status_code == 202
        far.room.desk.worker.finish(READING)
        told = officer.get(R).json()
        assert (told["reading"], told["version"]) == (False, 1)
        assert told["told"]
        assert officer.post(R).status_code == 422
    with far.room.browser(Role.READER) as reader:
        assert reader.get(R).status_code == 403
