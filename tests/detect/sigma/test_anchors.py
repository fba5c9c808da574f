from tests.detect.sigma.events import rule

from cloison.detect.sigma.anchors import anchors_of


def anchors(detection):
    return anchors_of(rule(detection).condition)


def test_a_text_is_its_own_anchor():
    assert anchors("  a: {Image|contains: EVIL}\n  condition: a\n") == {("Image", "evil")}


def test_all_of_takes_the_rarest():
    detection = "  a: {Image|endswith: '\\cmd.exe', CommandLine|contains: frobnicate}\n  condition: a\n"
    assert anchors(detection) == {("CommandLine", "frobnicate")}


def test_any_of_needs_an_anchor_in_each_part():
    assert anchors("  a: {X|contains: [abc, defg]}\n  condition: a\n") == {("X", "abc"), ("X", "defg")}
    assert anchors("  a: {X|contains: [abc, d]}\n  condition: a\n") is None


def test_denials_and_numbers_have_none():
    assert anchors("  a: {X: abc}\n  condition: not a\n") is None
    assert anchors("  a: {X|gt: 100}\n  condition: a\n") is None


def test_wildcards_leave_the_longest_piece():
    assert anchors("  a: {X: 'ab*l.ng\\?r*c'}\n  condition: a\n") == {("X", "l.ng?r")}


def test_an_expression_gives_the_texts_that_it_cannot_do_without():
    assert anchors("  a: {X|re: '(?i)ABCD\\s+(efgh|ijkl)'}\n  condition: a\n") == {("X", "abcd")}
    assert anchors("  a: {X|re: '(ab|c).*d'}\n  condition: a\n") is None
