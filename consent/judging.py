"""From findings to a verdict. Deny overrides, and nothing to say is never a pass."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from consent.facts import Case, FaceFact, TextPlace
from consent.findings import Finding, Outcome
from consent.messages import UserError, say
from consent.rules import RULES, Rule


class Decision(StrEnum):
    """What may be done with a photo, from the mildest to the strictest.

    `cover` is stricter than `hold`: it says that somebody on the photo has no yes for certain.
    """

    PUBLISH = "publish"
    HOLD = "hold"
    COVER = "cover"
    BLOCK = "block"

    @property
    def severity(self) -> int:
        """0 for publish, rising."""
        return list(Decision).index(self)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the protocol says of a photo for a platform and a day, and why."""

    photo: str
    decision: Decision
    findings: tuple[Finding, ...]
    cover: tuple[int, ...] = ()
    """Numbers of the faces to cover, the result confirmed by a person: the way out of `cover`, and one of `hold`."""
    cover_texts: tuple[int, ...] = ()
    """Numbers of the visible texts to cover with them, or alone."""

    @property
    def reasons(self) -> tuple[Finding, ...]:
        """The findings that stand in the way, strictest first."""
        against = [f for f in self.findings if f.outcome in _AGAINST]
        return tuple(sorted(against, key=lambda f: -f.outcome.weight))


_FOR, _AGAINST = (Outcome.PASS, Outcome.ADVICE), (Outcome.HOLD, Outcome.BLOCK)


def combine(findings: Iterable[Finding]) -> Outcome:
    """The strictest outcome; hold where no rule found anything to say."""
    strictest = Outcome.NOT_APPLICABLE
    for finding in findings:
        if finding.outcome is not strictest and finding.outcome.weight > strictest.weight:
            strictest = finding.outcome
    return Outcome.HOLD if strictest is Outcome.NOT_APPLICABLE else strictest


def judge(case: Case, rules: Iterable[Rule] = RULES) -> Verdict:
    """Put a photo before every rule. Never raises for what it finds; what fails, holds."""
    rules = tuple(rules)
    findings = _findings(case, rules)
    outcome = combine(findings)
    if outcome in _FOR:
        return Verdict(case.photo.name, Decision.PUBLISH, findings)
    cover, texts = _way_out(case, rules, findings)
    if outcome is Outcome.HOLD:
        return Verdict(case.photo.name, Decision.HOLD, findings, cover, texts)
    return Verdict(case.photo.name, Decision.COVER if cover else Decision.BLOCK, findings, cover, texts)


def _findings(case: Case, rules: tuple[Rule, ...]) -> tuple[Finding, ...]:
    problem = case.photo.problem
    found = [] if problem is None else [Finding("photo", Outcome.HOLD, problem, owner="director")]
    for rule in rules:
        if problem is None or not rule.looks:
            _apply(rule, case, found)
    return tuple(found)


def _apply(rule: Rule, case: Case, found: list[Finding]) -> None:
    """A rule that fails has not passed: its failure is a finding beside what it said before, and the photo is held."""
    try:
        found.extend(rule.check(case))
    except UserError as error:
        found.append(Finding(rule.id, Outcome.HOLD, error.message, owner="director", failed=True))
    except Exception as error:  # noqa: BLE001 - whatever went wrong, the photo is held and the report says so
        reason = say("This rule could not be applied ({kind}).", kind=type(error).__name__)
        found.append(Finding(rule.id, Outcome.HOLD, reason, owner="director", failed=True))


def _lets_pass(case: Case, rules: tuple[Rule, ...]) -> bool:
    """Whether `judge` would publish, without its findings: the first rule against it ends the question.

    From the last to the first: where a pupil is covered it is mostly R1 that speaks, and R2 takes longest.
    """
    found: list[Finding] = []
    for rule in reversed(rules):
        before = len(found)
        _apply(rule, case, found)
        for finding in found[before:]:
            if finding.outcome in _AGAINST:
                return False
    return any(finding.outcome in _FOR for finding in found)


WayOut = tuple[tuple[int, ...], tuple[int, ...]]
"""Numbers of the faces to cover and of the visible texts."""


def _way_out(case: Case, rules: tuple[Rule, ...], findings: tuple[Finding, ...]) -> WayOut:
    """What to cover; nothing where a rule or a look-up failed, for then nothing is known to help."""
    if case.photo.problem is not None or any(finding.failed for finding in findings):
        return (), ()
    try:
        return _to_cover(case, rules, findings)
    except Exception:  # noqa: BLE001 - the verdict stands without a way out, as strict as it is
        return (), ()


def _to_cover(case: Case, rules: tuple[Rule, ...], findings: Iterable[Finding]) -> WayOut:
    """The visible texts that a rule speaks against, and with these covered as few faces as may be."""
    against = {n for f in findings if f.outcome in _AGAINST for n in f.texts}
    texts = tuple(
        t.number
        for t in case.photo.texts
        if t.where is TextPlace.VISIBLE and t.number in against and case.photo.film is None
    )
    if texts:
        case = replace(case, photo=case.photo.covering((), texts))
        if _lets_pass(case, rules):
            return (), texts
    faces = _faces_to_cover(case, rules)
    return faces, texts if faces else ()


def _faces_to_cover(case: Case, rules: tuple[Rule, ...]) -> tuple[int, ...]:
    """The fewest faces whose covering leaves a photo to publish with somebody recognisable on it, or none.

    To stay, a face needs a yes. The more stay, the better for R1 and for a group, so besides all of
    them only three choices can differ: without those whose yes is for groups only, without the
    pupils (a single one may not stay), and without both. A photo on which everybody would be
    covered is no remedy.
    """
    cleared = case.cleared
    own_yes = [f for f in cleared if case.has_own_yes(f)]
    adults = [f for f in cleared if case.is_adult(f)]
    own_yes_adults = [f for f in own_yes if case.is_adult(f)]
    tried = set()
    for keep in sorted((cleared, own_yes, adults, own_yes_adults), key=len, reverse=True):
        if not keep:
            return ()
        if case.too_few_pupils(keep):  # asked first: to put such a photo before the rules takes ten times as long
            continue
        cover = _all_but(case.recognisable, keep)
        if not cover or cover in tried:
            continue
        tried.add(cover)
        covered = replace(case, photo=case.photo.covering(cover))
        if _lets_pass(covered, rules):
            return cover
    return ()


def _all_but(faces: Iterable[FaceFact], keep: Sequence[FaceFact]) -> tuple[int, ...]:
    stay = {face.number for face in keep}
    return tuple([face.number for face in faces if face.number not in stay])
