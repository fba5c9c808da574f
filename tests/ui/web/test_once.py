from threading import Barrier, Thread

import pytest

from cloison.ui.web.once import Once


def test_many_who_ask_at_once_get_one_and_the_same():
    once, made, got, together = Once(), [], [], Barrier(8)

    def make():
        made.append(1)
        return object()

    def ask():
        together.wait()
        got.append(once.get("case", make))

    asking = [Thread(target=ask) for _ in range(8)]
    for one in asking:
        one.start()
    for one in asking:
        one.join()
    assert (len(made), len(set(got))) == (1, 1)


def test_what_could_not_be_made_is_asked_for_again():
    once = Once()
    with pytest.raises(ZeroDivisionError):
        once.get("case", lambda: 1 / 0)
    assert once.get("case", lambda: 2) == 2


def test_nothing_is_older_than_it_may_be():
    now = [0.0]
    once = Once(good_for=5.0, clock=lambda: now[0])
    assert once.get("case", lambda: "then") == "then"
    now[0] = 4.0
    assert once.get("case", lambda: "now") == "then"
    now[0] = 6.0
    assert once.get("case", lambda: "now") == "now"


def test_only_the_latest_are_kept():
    once = Once(kept=2)
    for key in ("a", "b", "a", "c"):
        once.get(key, lambda key=key: key)
    assert once.get("a", lambda: "again") == "a"
    assert once.get("b", lambda: "again") == "again"
