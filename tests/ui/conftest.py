"""One served console for all tests of what `cloison --server` asks: it takes a second to start."""

import pytest
from tests.ui.remote.far import served


@pytest.fixture(scope="session")
def far(tmp_path_factory):
    """A served console, its token, and the same command here and there."""
    with served(tmp_path_factory.mktemp("far")) as made:
        yield made
