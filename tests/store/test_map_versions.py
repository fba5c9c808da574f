from datetime import UTC, datetime

import pytest

from cloison.errors import UnknownIdError
from cloison.store.database import Database
from cloison.store.map_versions import digest_of, keep_version, text_of, versions

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def test_versions_are_kept_whole_the_latest_first_and_the_same_twice_is_one(tmp_path):
    database = Database.at(tmp_path)
    assert versions(database) == ()
    numbers = [keep_version(database, text, by="Dora", note="", now=NOW) for text in ("un", "deux", "deux", "un")]
    assert numbers == [1, 2, 2, 3]
    assert [(one.number, one.digest) for one in versions(database)] == [
        (3, digest_of("un")),
        (2, digest_of("deux")),
        (1, digest_of("un")),
    ]
    assert text_of(database, 2) == "deux"
    with pytest.raises(UnknownIdError):
        text_of(database, 9)
    database.close()
