"""From what was seen and who was found to a verdict: no pixels, so it can be done again at any time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from consent.facts import Case, PhotoFacts
from consent.hidden import what_hides
from consent.judging import Decision, judge
from consent.messages import Message, say
from consent.protocol import Protocol
from consent.register import ConsentRegister
from pipeline.facts import facts_of, texts_of
from pipeline.matching.identification import Identification
from pipeline.naming import HandNames, NamesFile, hand_findings, with_named_bodies
from pipeline.run import AuditedPhoto
from pipeline.vision.observation import Observation

NOBODY_SAID = say("Nobody has said yet who this is.")


@dataclass(frozen=True)
class Publication:
    """What a batch is judged for: where, when, under which protocol, with whose consent."""

    platform_id: str
    on: date
    protocol: Protocol
    register: ConsentRegister
    today: date

    def case(self, facts: PhotoFacts) -> Case:
        """One photo before the rules."""
        return Case(facts, self.platform_id, self.on, self.register, self.protocol, today=self.today)


def judged(
    publication: Publication,
    name: str,
    seen: Observation,
    found: Iterable[Identification],
    *,
    names: NamesFile,
    otherwise: Message = NOBODY_SAID,
) -> AuditedPhoto:
    """The verdict on a photo that was looked at. `otherwise`: why a face has no name that is not in `found`."""
    identified = {one.face: one for one in found}
    said = names.for_photo(name, seen)
    whole, said_of_faces = with_named_bodies(seen, said)
    case = publication.case(facts_of(name, whole, identified, said_of_faces, otherwise))
    verdict = judge(case)
    beside = (*what_hides({h.kind for h in seen.hidden}), *hand_findings(said))
    if beside:
        verdict = replace(verdict, findings=(*verdict.findings, *beside))
    by_itself = _by_itself(publication, name, seen, identified, otherwise) if _says_something(said) else None
    return AuditedPhoto(name, seen.sha256, seen, case, verdict, said, identified, by_itself)


def _says_something(said: HandNames) -> bool:
    return bool(said.faces or said.bodies or said.texts or said.may_harm)


def _by_itself(
    publication: Publication, name: str, seen: Observation, identified: Mapping[int, Identification], otherwise: Message
) -> Decision:
    """The verdict without what people said: whoever oversees the school sees what they changed."""
    return judge(publication.case(facts_of(name, seen, identified, HandNames(), otherwise))).decision


def held(publication: Publication, name: str, sha256: str, problem: Message) -> AuditedPhoto:
    """The verdict on a photo that could not be looked at."""
    case = publication.case(PhotoFacts(name, problem=problem, texts=texts_of(name)))
    return AuditedPhoto(name, sha256, None, case, judge(case))
