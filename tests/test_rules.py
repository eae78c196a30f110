"""Every rule by its cases in tests/rules/*.yaml, and whole verdicts by those in judging.yaml.

What a case may say is written at the top of tests/rules/R2.yaml. Everything in the files is text
(`yes` is an answer there, not a truth value), so it is turned into facts here, strictly: a word
that is not known is an error of the case.
"""

import inspect
import runpy
from dataclasses import fields, replace
from datetime import date
from pathlib import Path

import pytest
import yaml

from consent.facts import BodyFact, Case, FaceFact, FilmFact, Orientation, PhotoFacts, Sound, Span, TextFact, TextPlace
from consent.findings import Finding
from consent.judging import judge
from consent.messages import say
from consent.people import Person, Role
from consent.protocol import Protocol, load_protocol
from consent.register import Answer, ConsentRecord, ConsentRegister, Medium
from consent.rules import RULES, Rule

ROOT = Path(__file__).parents[1]
FOLDER = Path(__file__).parent / "rules"
PROTOCOL = load_protocol("ooh-2019")
CASE_WORDS = {"name", "photo", "platform", "medium", "on", "register", "protocol", "expect", "cover", "because"}
LARGE = 100.0
DATES = ("given_on", "valid_until", "withdrawn_on")


def load_cases(name: str) -> list:
    text = (FOLDER / f"{name}.yaml").read_text(encoding="utf-8")
    return [pytest.param(case, id=case["name"]) for case in yaml.load(text, Loader=yaml.BaseLoader)]


def rule_cases() -> list:
    return [
        pytest.param(rule, *param.values, id=f"{rule.id}: {param.id}")
        for rule in RULES
        for param in load_cases(rule.id)
    ]


def build_case(table: dict) -> Case:
    assert not set(table) - CASE_WORDS, "a case has a word that means nothing"
    protocol = build_protocol(table.get("protocol", {}))
    return Case(
        build_photo(**table.get("photo", {})),
        table.get("platform", "facebook"),
        date.fromisoformat(table.get("on", "2026-10-14")),
        build_register(table.get("register", {}), protocol),
        protocol,
        Medium(table.get("medium", "photo")),
    )


def build_protocol(changes: dict[str, str]) -> Protocol:
    numbers = {name: type(getattr(PROTOCOL.parameters, name))(value) for name, value in changes.items()}
    return replace(PROTOCOL, parameters=replace(PROTOCOL.parameters, **numbers))


def build_photo(
    faces: list = (),
    bodies: list = (),
    problem: str = "",
    may_harm: str = "no",
    texts: dict[str, str] | None = None,
    sound: str = "",
) -> PhotoFacts:
    return PhotoFacts(
        "photo.jpg",
        tuple(build_face(number, face) for number, face in enumerate(faces, start=1)),
        tuple(build_body(number, body) for number, body in enumerate(bodies, start=1)),
        say("The file cannot be read.") if problem else None,
        flag(may_harm),
        tuple(build_text(number, *text) for number, text in enumerate((texts or {}).items(), start=1)),
        film=FilmFact(60.0, Sound(sound)) if sound else None,
    )


def build_text(number: int, where: str, text: str) -> TextFact:
    problem = say("It cannot be read.") if text == "unreadable" else None
    return TextFact(number, TextPlace(where), "" if problem else text, problem)


def build_face(number: int, face: str | dict[str, str]) -> FaceFact:
    face = {"who": face} if isinstance(face, str) else dict(face)
    who = face.pop("who")
    side = float(face.pop("side", LARGE))
    permitted, span = frozenset(face.pop("permitted_for", "").split()), build_span(face)
    marks = {mark: flag(word) for mark, word in face.items()}
    return FaceFact(number, side, None if who == "unknown" else who, **marks, permitted_for=permitted, span=span)


def build_body(number: int, body: str | dict[str, str]) -> BodyFact:
    body = {"stands": body} if isinstance(body, str) else dict(body)
    side, span = float(body.pop("side", LARGE)), build_span(body)
    marks = {mark: flag(word) for mark, word in body.items() if mark != "stands"}
    return BodyFact(number, Orientation(body["stands"]), side, **marks, span=span)


def build_span(table: dict) -> Span | None:
    return (float(table.pop("from")), float(table.pop("to"))) if "from" in table else None


def build_register(people: dict, protocol: Protocol) -> ConsentRegister:
    persons, records = {}, []
    for person_id, said in people.items():
        entry = dict(said) if isinstance(said, dict) else {"says": said}
        days = {day: date.fromisoformat(entry.pop(day)) for day in ("left_on", "birth_date") if day in entry}
        name = {part: entry.pop(part) for part in ("given_name", "infix", "family_name") if part in entry}
        persons[person_id] = Person(person_id, Role(entry.pop("role", "pupil")), **name, **days)
        says = entry.pop("says", [])
        records += [build_record(person_id, line) for line in ([says] if isinstance(says, str) else says)]
        assert not entry, "a person has a word that means nothing"
    return ConsentRegister(persons, tuple(records), protocol.parameters.validity)


def build_record(person_id: str, line: str | dict[str, str]) -> ConsentRecord:
    given = {
        "purpose": "facebook",
        "medium": "photo",
        "given_by": "both parents",
        "given_on": "2026-09-01",
        "form_version": "2026-1",
        "evidence": "paper form",
        **({"answer": line} if isinstance(line, str) else line),
    }
    days = {name: date.fromisoformat(given.pop(name)) if given.get(name) else None for name in DATES}
    given = {name: word for name, word in given.items() if name not in DATES}
    return ConsentRecord(
        person_id, medium=Medium(given.pop("medium")), answer=Answer(given.pop("answer")), **given, **days
    )


def flag(word: str) -> bool:
    return {"yes": True, "no": False}[word]


def describe(finding: Finding) -> str:
    """A finding as the cases write it: `hold face 2 (director)`."""
    said = "failed" if finding.failed else str(finding.outcome)
    for kind, numbers in (("face", finding.faces), ("body", finding.bodies), ("text", finding.texts)):
        said += "".join(f" {kind} {number}" for number in numbers)
    return said + (f" ({finding.owner})" if finding.owner else "")


@pytest.mark.parametrize(("rule", "table"), rule_cases())
def test_rule(rule: Rule, table: dict) -> None:
    findings = judge(build_case(table), [rule]).findings
    assert [describe(f) for f in findings] == table["expect"]
    for words in table.get("because", []):
        assert any(words in str(f.reason) for f in findings), [str(f.reason) for f in findings]


@pytest.mark.parametrize("table", load_cases("judging"))
def test_verdict(table: dict) -> None:
    verdict = judge(build_case(table))
    assert verdict.decision == table["expect"], [str(f.reason) for f in verdict.reasons]
    assert verdict.cover == tuple(int(number) for number in table.get("cover", []))
    for words in table.get("because", []):
        assert any(words in str(f.reason) for f in verdict.reasons), [str(f.reason) for f in verdict.reasons]


@pytest.mark.parametrize("name", [*(rule.id for rule in RULES), "judging"])
def test_no_two_cases_have_the_same_name(name: str) -> None:
    names = [param.id for param in load_cases(name)]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_is_tried_where_it_passes_where_it_stands_in_the_way_and_where_it_has_nothing_to_say(rule: Rule) -> None:
    seen = {said.split()[0] for param in load_cases(rule.id) for said in param.values[0]["expect"]}
    # R16 only speaks up against, and R9 is about the platform alone, of which there always is one.
    assert ("pass" in seen) == (rule.id != "R16")
    assert ("not_applicable" in seen) == (rule.id != "R9")
    assert seen & {"block", "hold", "advice"}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_finding_names_its_rule_and_every_hold_its_owner(rule: Rule) -> None:
    for param in load_cases(rule.id):
        for finding in judge(build_case(param.values[0]), [rule]).findings:
            assert finding.rule in (rule.id, "photo")
            assert (finding.owner is not None) == (finding.outcome == "hold")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_has_its_sentence_its_reason_and_is_short(rule: Rule) -> None:
    text = PROTOCOL.rules[rule.id]
    assert text.sentence
    assert text.owner
    assert set(text.title) == {"nl", "en"}
    docstring = inspect.getdoc(rule.check) or ""
    assert "\nWhy: " in docstring
    assert "\nExample: " in docstring
    assert len(inspect.getsource(rule.check).splitlines()) < 40
    module = Path(inspect.getfile(rule.check)).stem
    assert module.startswith(f"r{int(rule.id[1:]):02}_"), "one file a rule, named by its id"


def test_the_protocol_has_no_rule_without_code_and_each_file_of_cases_has_its_rule() -> None:
    ids = {rule.id for rule in RULES}
    assert len(ids) == len(RULES)
    assert ids == set(PROTOCOL.rules)
    # A rule of that number may be about the photo and about the post.
    of_posts = {f"{rule_id}-post" if rule_id in ids else rule_id for rule_id in PROTOCOL.post_rules}
    assert {path.stem for path in FOLDER.glob("*.yaml")} == ids | of_posts | {"judging", "post"}


def test_the_page_of_rules_is_up_to_date() -> None:
    page = runpy.run_path(str(ROOT / "docs" / "generate_rules.py"))["rules_page"]()
    assert (ROOT / "docs" / "rules.md").read_text(encoding="utf-8") == page, "run: python docs/generate_rules.py"


def test_a_case_says_nothing_that_is_not_looked_at() -> None:
    known = {f.name for f in fields(ConsentRecord)} - {"person_id"}
    for name in [*(rule.id for rule in RULES), "judging"]:
        for param in load_cases(name):
            for entry in param.values[0].get("register", {}).values():
                says = entry.get("says", []) if isinstance(entry, dict) else entry
                for line in says if isinstance(says, list) else []:
                    assert isinstance(line, str) or not set(line) - known, name
