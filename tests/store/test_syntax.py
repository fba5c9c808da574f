import pytest

from cloison.store.syntax import read_toml


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("a = 1\nb\n", 2, "a key without its value"),
        ("a = 1\n\nb =\n", 3, "a value that is no text, number, date, list or table"),
        ("a = bureaux\n", 1, "a value that is no text, number, date, list or table"),
        ("= 1", 1, "this is neither a key, a [table] nor a comment"),
        ('a = "x" b = 2', 1, "something follows the end of the value"),
        ("a = 1\na = 2\n", 2, "this key is already given above"),
        ("a = { b = 1, b = 2 }", 1, "a key is given twice between the braces"),
        ("[zone]\n[zone]\n", 2, "this table is already given above"),
        ("[[zone]\na = 1", 1, "a table's name without its closing brackets"),
        ("a = [1, 2\nb = 3\n", 2, "a list without its closing bracket"),
        ("a = { b = 1\n", 1, "a table without its closing brace"),
        ('a = """x\ny\n', 3, "text without its closing quote"),
        ('a = "x\n', 1, "a character that cannot stand here"),
        ('a = "\\x"', 1, "a backslash alone between double quotes"),
        ("a = 2026-02-30T00:00:00Z", 1, "a date that does not exist"),
        ("a = '\x00'", 1, "a character that cannot stand here"),
        ("a = 1" + "0" * 5000, 0, "this line does not follow TOML's rules"),
    ],
)
def test_what_is_no_toml_is_told_with_its_line(text, line, reason):
    fault = read_toml(text)
    assert (fault.line, str(fault.reason)) == (line, reason)
    assert str(fault.fix)


def test_toml_is_read():
    assert read_toml("a = [1, 'b']\r\n") == {"a": [1, "b"]}
