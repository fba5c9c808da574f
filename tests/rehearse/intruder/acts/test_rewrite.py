from tests.rehearse.intruder.stages import act, setting_in, standing, target

from cloison.rehearse.intruder.acts.rewrite import FOLDER


def test_files_of_its_own_are_rewritten_and_nobody_else_s_are_touched(tmp_path):
    setting = setting_in(tmp_path / "range")
    with standing(setting, "share"):
        before = contents(tmp_path / "range")
        where = target(setting, "fichiers")
        parameters = {"files": 5, "per_minute": 3000}
        told = act(tmp_path / "acts", "rewrite", where, setting=setting, parameters=parameters)
        after = contents(tmp_path / "range")
    assert told == [("rewrite", where.address)]
    mine = {path for path in after if FOLDER in path.parts}
    assert len(mine) == 5
    assert all(path.name.endswith(".docx.verrou") for path in mine)
    assert not any(b"texte d'exercice" in after[path] for path in mine)
    assert {path: after[path] for path in after.keys() - mine} == before


def contents(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file() and path.suffix in SHARED}


SHARED = {".docx", ".xlsx", ".pdf", ".odt", ".verrou"}
