from dataclasses import FrozenInstanceError

import pytest
from tests.ui.web.stories import night_story


def test_a_story_cannot_be_changed_once_told():
    with pytest.raises(FrozenInstanceError):
        night_story().drill = False
