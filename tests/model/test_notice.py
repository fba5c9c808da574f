from cloison.model.notice import Notice, NoticeKind
from cloison.words import say


def test_a_new_notice_is_for_everyone_and_for_real():
    notice = Notice(kind=NoticeKind.TRIAL, text=say("hello"))
    assert (notice.left, notice.drill, notice.case) == (None, False, "")
