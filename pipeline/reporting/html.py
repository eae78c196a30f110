"""The report for people: one file with everything in it, written while it is read, card by card."""

from __future__ import annotations

import base64
from importlib.metadata import version
from pathlib import Path

from jinja2 import BytecodeCache, Environment, FileSystemLoader, StrictUndefined
from jinja2.bccache import Bucket
from markupsafe import Markup

from consent.findings import Finding, Outcome
from consent.judging import Decision
from consent.messages import Message
from consent.protocol import RuleText
from consent.texts.told import told_of_message
from pipeline.copyable import typed
from pipeline.language import Translator
from pipeline.metadata.words import by_kind
from pipeline.naming import label
from pipeline.places import REPORT_PARTS
from pipeline.reporting.calibration_words import of_the_policy
from pipeline.reporting.record import DISTRIBUTION, program_digest
from pipeline.reporting.remedies import of_the_new_file, steps, ways
from pipeline.reporting.tables import counts, marks
from pipeline.reporting.words import (
    ACTION_ORDER,
    DECISIONS,
    MEANINGS,
    OUTCOMES,
    SOUNDS,
    SYMBOLS,
    WHAT_TO_DO,
    drawn,
    minutes,
    own_language,
    owner_words,
    person_label,
    together,
    visible,
    with_names,
)
from pipeline.run import AuditedPhoto, AuditRun, decision_on_text


def write_html(run: AuditRun, path: Path, tr: Translator) -> None:
    """Write the report. One picture is in memory at a time, however many photos there are."""
    page = _environment(run, tr).get_template("report.html.j2")
    cards = _cards(run)
    anchors = {photo.name: anchor for entries in cards.values() for anchor, photo in entries}
    anonymous = [(anchors[photo.name], photo) for photo in run.anonymous_choices]
    nobody = [(anchors[photo.name], photo) for photo in run.nobody_found]
    sign_by = typed(path.resolve().parents[2], "approve", run.run_id, "--as", "ID")
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(
            page.generate(run=run, tr=tr, cards=cards, anonymous=anonymous, nobody_found=nobody, sign_by=sign_by)
        )


def _cards(run: AuditRun) -> dict[Decision, list[tuple[str, AuditedPhoto]]]:
    """For each decision its photos by name, each with the anchor of its card."""
    cards: dict[Decision, list[tuple[str, AuditedPhoto]]] = {decision: [] for decision in ACTION_ORDER}
    ordered = sorted(run.photos, key=lambda photo: (ACTION_ORDER.index(photo.verdict.decision), photo.name))
    for number, photo in enumerate(ordered, start=1):
        cards[photo.verdict.decision].append((f"photo-{number}", photo))
    return cards


class _Compiled(BytecodeCache):
    """Templates compiled once by a process, in memory: the desk makes a page for each new report."""

    def __init__(self) -> None:
        self._code: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """The code of a template, where it was compiled before and has not changed."""
        if bucket.key in self._code:
            bucket.bytecode_from_string(self._code[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        self._code[bucket.key] = bucket.bytecode_to_string()


_COMPILED = _Compiled()


def page_environment(tr: Translator) -> Environment:
    """What every page for people uses: its words, its style, and that whatever it shows is escaped."""
    environment = Environment(
        loader=FileSystemLoader(REPORT_PARTS),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: visible(value) if type(value) is str else value,
        bytecode_cache=_COMPILED,
    )
    environment.globals |= {
        "_": lambda text, **values: tr.text(text).format(**values),
        "ngettext": tr.plural,
        "css": Markup((REPORT_PARTS / "report.css").read_text(encoding="utf-8")),
        "program": f"{DISTRIBUTION} {version(DISTRIBUTION)}",
        "program_digest": program_digest(),
    }
    return environment


def _environment(run: AuditRun, tr: Translator) -> Environment:
    """The words and look-ups of the report."""
    environment = page_environment(tr)

    def rule_text(finding: Finding) -> RuleText | None:
        return run.protocol.rules.get(finding.rule)

    def sentence(message: Message) -> str:
        return tr.render(with_names(message, run.names))

    environment.globals |= {
        "calibration": of_the_policy(run.in_force),
        "platform": run.protocol.platform(run.platform_id),
        "open_points": run.protocol.open_points(run.platform_id),
        "ranking": _ranking(run),
        "order": ACTION_ORDER,
        "Decision": Decision,
        "Outcome": Outcome,
        "decision_word": lambda decision: tr.render(DECISIONS[decision]),
        "meaning": lambda decision: tr.render(MEANINGS[decision]),
        "what_to_do": lambda decision: tr.render(WHAT_TO_DO[decision]),
        "symbol": SYMBOLS.__getitem__,
        "outcome_word": lambda outcome: tr.render(OUTCOMES[outcome]),
        "owner": lambda role: owner_words(role, tr),
        "sentence": sentence,
        "of_message": told_of_message,
        "of_text": decision_on_text,
        "rule_text": rule_text,
        "in_my_words": lambda texts, otherwise: own_language(texts, tr, otherwise),
        "marks": marks,
        "drawn": drawn,
        "counts": counts,
        "person": lambda person_id: person_label(person_id, run.names),
        "steps": steps,
        "ways": ways,
        "of_the_new_file": of_the_new_file,
        "picture": _picture,
        "minutes": minutes,
        "labels": lambda things: ", ".join(label(what, number) for what, number in things),
        "sound_word": lambda sound: tr.render(SOUNDS[sound]),
        "together": together,
        "hides": lambda photo: by_kind(photo.hidden),
    }
    return environment


def _ranking(run: AuditRun) -> tuple[AuditedPhoto, ...]:
    """The photos that could be looked at, the most anonymous first; of equals the one with more persons (R5)."""
    seen = [photo for photo in run.photos if photo.observation is not None]
    return tuple(sorted(seen, key=lambda photo: (-photo.anonymity, -photo.person_count, photo.name)))


def _picture(photo: AuditedPhoto) -> str | None:
    """The drawn picture as a data address, read when its card is written; None where there is none."""
    if photo.picture is None or not photo.picture.is_file():
        return None
    return data_address(photo.picture.read_bytes(), "jpeg")


def data_address(content: bytes, kind: str) -> str:
    """The bytes of a picture as an address that holds it, so that a page needs no other file."""
    return f"data:image/{kind};base64,{base64.b64encode(content).decode('ascii')}"
