from pydantic import TypeAdapter

from cloison.model.logbook import Author, Draft
from cloison.words import say

DRAFTS = TypeAdapter(Draft)


def test_a_draft_comes_back_as_it_was_written():
    draft = Draft(author="seal", kind=Author.MACHINE, text=say("{n} doors shut by {who}", n=3, who=say("somebody")))
    assert DRAFTS.validate_json(DRAFTS.dump_json(draft)) == draft
