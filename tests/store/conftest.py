"""One PostgreSQL for all the tests of this folder."""

import pytest
from tests.store.server import postgresql


@pytest.fixture(scope="session")
def server():
    """The start of its addresses; each file makes its own databases in it."""
    with postgresql() as address:
        yield address
