"""The rules to look for: those that ship, and those of the folders that a person names."""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from cloison.detect.sigma.reading import read_rules
from cloison.errors import NoRulesError
from cloison.ingest.rules_folder import read_texts, shipped_texts
from cloison.model.rules import RuleSet, RuleText
from cloison.words import say


def rules_of(folders: Sequence[Path] = ()) -> RuleSet:
    """Read the rules that ship and those of folders or archives.

    Raises:
        MissingFileError: one is not there.
        NoRulesError: one holds no rule at all.
    """
    texts = list(shipped_texts())
    for folder in folders:
        theirs = read_texts(folder)
        read = _read(theirs)
        if not (read.rules or read.correlations or any(refusal.elsewhere for refusal in read.refusals)):
            raise NoRulesError(
                say("not one rule can be used: {reason}", reason=read.refusals[0].reason),
                fix=say("Sigma rules are files whose names end with .yml"),
                where=str(folder),
            )
        texts.extend(theirs)
    return _read(tuple(texts))


@lru_cache(maxsize=4)
def _read(texts: tuple[RuleText, ...]) -> RuleSet:
    return read_rules(texts)
