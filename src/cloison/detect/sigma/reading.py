"""Read Sigma rules through pySigma into Cloison's own terms.

Source: the Sigma specification 2.1 (rules, correlation rules). A rule is somebody else's text: it may be broken or
hostile, and then it is refused with the reason while the others go on.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import yaml
from sigma.correlations import SigmaCorrelationCondition, SigmaCorrelationConditionOperator, SigmaCorrelationRule
from sigma.exceptions import SigmaError
from sigma.policy import SigmaPolicy
from sigma.policy.regex_engine import RE2RegexEngine, RegexPattern
from sigma.rule import SigmaRule
from sigma.rule.attributes import SigmaStatus
from sigma.rule.base import SigmaYAMLLoader, check_alias_expansion

from cloison.detect.sigma.places import places_of
from cloison.detect.sigma.techniques import tactics_in, techniques_in
from cloison.detect.sigma.translation import Untranslatable, refusal_of, translated
from cloison.model.rules import AnyOf, Condition, Correlation, Joining, Level, Rule, RuleRefusal, RuleSet, RuleText
from cloison.words import Sentence, say, verbatim

LARGEST = 1 << 20
"""Bytes of one file of rules: the largest known one has 60 kB."""

DEEPEST = 64
"""Levels of nesting in a file: no rule needs ten, and the YAML library itself recurses."""

HUNTING = ("detection", "threat-hunting")
"""Namespace and name of the tag by which an author says that a rule is for hunting."""

_SETTLED = (SigmaStatus.DEPRECATED, SigmaStatus.UNSUPPORTED)


class _RustFirst(RE2RegexEngine):
    """Asks first the engine that will run the expression: RE2 would print on the terminal what it refuses."""

    def compile(self, pattern: str, flags: int = 0) -> RegexPattern:
        reason = refusal_of(pattern)
        if reason is not None:
            raise self.error(reason)
        return super().compile(pattern, flags)


_POLICY = SigmaPolicy(regex_engine=_RustFirst())

_NOT_A_RULE = frozenset({"filter", "action"})


class _Refused(Exception):  # noqa: N818 - caught in this file: one rule is left out
    def __init__(self, reason: Sentence, *, elsewhere: bool = False) -> None:
        super().__init__(str(reason))
        self.reason = reason
        self.elsewhere = elsewhere


def read_rules(texts: Iterable[RuleText]) -> RuleSet:
    """Read rules and correlations, in the order of the files.

    Args:
        texts: files that may hold rules; each may hold several YAML documents.
    """
    rules: dict[str, Rule] = {}
    joint: list[tuple[RuleText, SigmaCorrelationRule]] = []
    refusals: list[RuleRefusal] = []
    for text in texts:
        try:
            documents = _documents(text.content)
        except _Refused as refused:
            refusals.append(RuleRefusal(file=text.file, title="", reason=refused.reason))
            continue
        for document in documents:
            title = str(document.get("title", ""))
            try:
                if "correlation" in document:
                    joint.append((text, _parsed(SigmaCorrelationRule, document)))
                    continue
                _enter(rules, _rule(document, text))
            except _Refused as refused:
                refusals.append(
                    RuleRefusal(file=text.file, title=title, reason=refused.reason, elsewhere=refused.elsewhere)
                )
    correlations = _correlations(joint, rules, refusals)
    return RuleSet(rules=tuple(rules.values()), correlations=tuple(correlations), refusals=tuple(refusals))


def _enter(rules: dict[str, Rule], rule: Rule) -> None:
    if rule.id in rules:
        raise _Refused(say("another rule has the same identifier"))
    rules[rule.id] = rule


def _documents(content: bytes) -> list[dict[str, Any]]:
    if len(content) > LARGEST:
        raise _Refused(say("the file is too large for a rule"))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _Refused(say("the file is not UTF-8 text")) from None
    try:
        if _may_be_deep(text):
            _refuse_depth(text)
        documents = [document for document in yaml.load_all(text, SigmaYAMLLoader) if document is not None]
        for document in documents:
            if not isinstance(document, dict):
                raise _Refused(say("the file holds no rule"))
            check_alias_expansion(document)
    except (yaml.YAMLError, SigmaError, ValueError, TypeError, RecursionError) as error:
        raise _Refused(say("not valid YAML: {detail}", detail=verbatim(_short(error)))) from None
    if not documents:
        raise _Refused(say("the file holds no rule"))
    return documents


def _may_be_deep(text: str) -> bool:
    widest = max(
        (len(line) - len(line.lstrip()) + line.count("-") + line.count("?") for line in text.splitlines()), default=0
    )
    return text.count("[") + text.count("{") + widest > DEEPEST


def _refuse_depth(text: str) -> None:
    depth = 0
    for event in yaml.parse(text, yaml.CSafeLoader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > DEEPEST:
                raise _Refused(say("nested too deeply"))
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _parsed(sort: Any, document: dict[str, Any]) -> Any:  # noqa: ANN401 - pySigma's classes are untyped here
    try:
        return sort.from_dict(document, policy=_POLICY) if sort is SigmaRule else sort.from_dict(document)
    except RecursionError:
        raise _Refused(say("nested too deeply")) from None
    except (SigmaError, ValueError, TypeError, AttributeError, KeyError) as error:
        raise _Refused(say("not a valid Sigma rule: {detail}", detail=verbatim(_short(error)))) from None


def _rule(document: dict[str, Any], text: RuleText) -> Rule:
    if _NOT_A_RULE & document.keys():
        raise _Refused(say("Sigma filters and the old action documents are not used"))
    read = _parsed(SigmaRule, document)
    if read.status in _SETTLED:
        raise _Refused(say("its author has withdrawn it ({status})", status=read.status.name.lower()))
    source = read.logsource
    places = places_of(source.product, source.category, source.service)
    if not places:
        named = "/".join(part or "*" for part in (source.product, source.category, source.service))
        raise _Refused(say("speaks of logs that are not read: {source}", source=named), elsewhere=True)
    return Rule(
        id=str(read.id or text.file),
        name=read.name or "",
        title=read.title or text.file,
        file=text.file,
        level=_level(read),
        techniques=techniques_in(_tags(read)),
        tactics=tactics_in(_tags(read)),
        places=places,
        condition=_condition(read),
        shipped=text.shipped,
    )


def _condition(read: SigmaRule) -> Condition:
    try:
        found = [translated(one.parsed) for one in read.detection.parsed_condition]
    except Untranslatable as refused:
        raise _Refused(refused.reason) from None
    except RecursionError:
        raise _Refused(say("nested too deeply")) from None
    except (SigmaError, ValueError, TypeError, AttributeError, KeyError) as error:
        raise _Refused(say("not a valid Sigma rule: {detail}", detail=verbatim(_short(error)))) from None
    return found[0] if len(found) == 1 else AnyOf(parts=tuple(found))


def _level(read: SigmaRule | SigmaCorrelationRule) -> Level:
    level = Level(read.level.name.lower()) if read.level is not None else Level.MEDIUM
    # Rules for hunting point where to look; their authors mean no alert (Sigma's guide on its rule folders).
    hunting = any((tag.namespace, tag.name) == HUNTING for tag in read.tags)
    if hunting and level.rank > Level.LOW.rank:
        return Level.LOW
    # "An experimental rule that could lead to false positives results or be noisy" (Sigma specification, status).
    untried = read.status is SigmaStatus.EXPERIMENTAL and level.rank > Level.LOW.rank
    return list(Level)[level.rank - 1] if untried else level


def _tags(read: SigmaRule | SigmaCorrelationRule) -> list[str]:
    return [tag.name.lower() for tag in read.tags if tag.namespace == "attack"]


def _correlations(
    joint: Iterable[tuple[RuleText, SigmaCorrelationRule]], rules: dict[str, Rule], refusals: list[RuleRefusal]
) -> list[Correlation]:
    by_name = {rule.name: rule.id for rule in rules.values() if rule.name} | {id_: id_ for id_ in rules}
    made = []
    for text, read in joint:
        try:
            one = _correlation(text, read, by_name)
        except _Refused as refused:
            refusals.append(RuleRefusal(file=text.file, title=read.title, reason=refused.reason))
            continue
        made.append(one)
        if not read.generate:
            for id_ in one.rules:
                rules[id_] = _silent(rules[id_])
    return made


def _correlation(text: RuleText, read: SigmaCorrelationRule, by_name: Mapping[str, str]) -> Correlation:
    try:
        joining = Joining(read.type.name.lower())
    except ValueError:
        raise _Refused(say("this sort of correlation is not supported")) from None
    names = [reference.reference for reference in read.rules or ()]
    unknown = [name for name in names if name not in by_name]
    if unknown:
        raise _Refused(say("a rule that it joins is missing or was refused: {name}", name=unknown[0]))
    condition = read.condition
    least, field = 1, ""
    if joining in {Joining.EVENT_COUNT, Joining.VALUE_COUNT}:
        more = {SigmaCorrelationConditionOperator.GTE: 0, SigmaCorrelationConditionOperator.GT: 1}
        if not isinstance(condition, SigmaCorrelationCondition) or condition.op not in more:
            raise _Refused(say("a correlation that counts must ask for at least some number"))
        least = int(condition.count) + more[condition.op]
        field = condition.fieldref if isinstance(condition.fieldref, str) else ""
        if joining is Joining.VALUE_COUNT and not field:
            raise _Refused(say("the correlation does not say whose values to count"))
    elif not isinstance(condition, SigmaCorrelationCondition) or not names:
        raise _Refused(say("this sort of correlation is not supported"))
    return Correlation(
        id=str(read.id or text.file),
        title=read.title or text.file,
        file=text.file,
        level=_level(read),
        techniques=techniques_in(_tags(read)),
        tactics=tactics_in(_tags(read)),
        joining=joining,
        rules=tuple(by_name[name] for name in names),
        group_by=tuple(read.group_by or ()),
        aliases=tuple(
            (
                alias.alias,
                tuple(
                    (by_name[reference.reference], name)
                    for reference, name in alias.mapping.items()
                    if reference.reference in by_name
                ),
            )
            for alias in read.aliases
        ),
        seconds=read.timespan.seconds,
        at_least=max(1, least),
        field=field,
        shipped=text.shipped,
    )


def _silent(rule: Rule) -> Rule:
    return replace(rule, alerts=False)


def _short(error: BaseException) -> str:
    return " ".join(str(error).split())[:200]
