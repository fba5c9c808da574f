import tomllib

import pytest

from cloison.store.outline import Outline, TooDeepError

TEXT = '''\
# a comment [[zone]]
name = "a # \\" b"      # line 2
"quoted \\u00e9" = 'x'

[[zone]]
id = """
[[zone]] "" ""\\
  # not a comment"""
networks = [   # line 9
  "a", # ] line 10
  "b",

  { c = 1, d.e = [
     1979-05-27 07:32:00Z, 2 ] },
]
[zone.learned]
first = 1

[[asset]]
x = {}

  [[zone]]
id = 2
[zone.learned]
first = 2
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("name",), 2),
        (("quoted é",), 3),
        (("zone", 0), 5),
        (("zone", 0, "id"), 6),
        (("zone", 0, "networks"), 9),
        (("zone", 0, "networks", 0), 10),
        (("zone", 0, "networks", 1), 11),
        (("zone", 0, "networks", 2, "c"), 13),
        (("zone", 0, "networks", 2, "d", "e", 1), 14),
        (("zone", 0, "networks", 7), 9),
        (("zone", 0, "missing"), 5),
        (("zone", 0, "learned"), 16),
        (("zone", 0, "learned", "first"), 17),
        (("asset", 0, "x"), 20),
        (("zone", 1), 22),
        (("zone", 1, "learned", "first"), 25),
        (("zone",), 5),
        (("nowhere",), 0),
        ((), 0),
    ],
)
def test_every_path_has_its_line(path, line):
    tomllib.loads(TEXT)
    assert Outline(TEXT).line_of(path) == line
    assert Outline(TEXT.replace("\n", "\r\n")).line_of(path) == line


def test_a_line_goes_from_its_start_to_past_its_end():
    outline = Outline("a = 1\nb = 2")
    assert [outline.line_start(place) for place in (0, 5, 6, 10)] == [0, 0, 6, 6]
    assert [outline.line_end(place) for place in (0, 5, 6, 10)] == [6, 6, 11, 11]


def test_a_deep_nest_is_told_at_its_place():
    with pytest.raises(TooDeepError) as caught:
        Outline("a = 1\nb = " + "[" * 70)
    assert caught.value.offset == 10 + 64
