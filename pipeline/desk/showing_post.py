"""What the page shows of new pictures and of signing, as plain values in the reader's language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from consent.findings import Outcome
from consent.judging import Decision
from consent.messages import Message, say
from consent.protocol import Protocol
from consent.signing import PostCase, Signer
from consent.signing.post import roles_in_words
from consent.texts import CERTAIN, Found
from consent.texts.told import told_of_message
from pipeline.desk.posting import Post
from pipeline.desk.remedying import Way
from pipeline.desk.reopening import Earlier
from pipeline.desk.showing import new_words, reasons, sentence
from pipeline.language import Translator
from pipeline.remedies.confirming import Remade
from pipeline.remedies.judging import NOT_CONFIRMED
from pipeline.remedies.remedy import CONVERTED, How, Kind
from pipeline.remedies.words import of_film, of_made
from pipeline.reporting.words import DECISIONS, SYMBOLS, owner_words, visible
from pipeline.signing.proposing import Proposal, question
from pipeline.signing.standing import Today

Plain = dict[str, Any]
PlaceOf = Callable[[str], int | None]

COVER = {
    How.SOLID: say("Cover number {places} with grey"),
    How.PIXELATE: say("Cover number {places} with large blocks"),
    How.BLUR: say("Cover number {places} with a blur"),
}


def way(one: Way, tr: Translator, place_of: PlaceOf) -> Plain:
    """A way to publish, as a press: its words, and the place of the picture that is there already."""
    return {"how": one.how, "text": visible(tr.render(_way(one))), "instead": place_of(one.remedy.instead)}


def _way(one: Way) -> Message:
    remedy = one.remedy
    if remedy.kind is Kind.BACK_VIEW:
        return say("Take {photo} instead: the same scene from behind", photo=remedy.instead)
    if remedy.kind is Kind.SILENCE:
        return say("Remove the sound")
    if remedy.kind is Kind.CROP:
        return say("Crop: {percent} % of the picture stays", percent=int(100 * (1 - remedy.lost)))
    places = ", ".join((*map(str, remedy.faces), *(f"T{number}" for number in remedy.texts)))
    return say(COVER[How(one.how)].text, places=places)


def new_picture(new: Remade, by: Iterable[str], tr: Translator, names: Mapping[str, str]) -> Plain:
    """A picture that was made, and its own verdict. `by`: ids of those who confirmed it; `note`: about a film."""
    against = [f for f in new.verdict.reasons if f.reason != NOT_CONFIRMED]
    return {
        "sha256": new.made.sha256,
        "what": tr.render(of_made(new.made)),
        "state": tr.render(new_words(new)),
        "verdict": new.verdict.decision.value,
        "sign": SYMBOLS[new.verdict.decision],
        "word": tr.render(DECISIONS[new.verdict.decision]),
        "reasons": reasons(against, tr, names),
        "waits": new.waits_for_a_person,
        "by": [who or tr.text("somebody else") for who in by],
        "note": tr.render(CONVERTED) if of_film(new.made) else "",
    }


def earlier(one: Earlier, protocol: Protocol, tr: Translator) -> Plain:
    """A check that was made before, in a line and its state."""
    if one.made_at is None:
        why = "" if one.why_not is None else sentence(one.why_not, tr, {})
        return {"run": one.run_id, "text": visible(one.run_id), "about": "", "state": why, "may": False}
    name = protocol.platforms[one.platform_id].name if one.platform_id in protocol.platforms else one.platform_id
    count = tr.plural("{count} photo or film", "{count} photos or films", one.photos)
    about = ", ".join(_counted(one.counts or {}, tr))
    if one.approved:
        state, about = tr.text("approved"), tr.plural("{count} photo or film", "{count} photos or films", one.went)
    elif one.signed:
        state = tr.text("signed by {who}").format(who=", ".join(one.signed))
    else:
        state = tr.text("not signed yet")
    words = one.words and f"“{one.words}”"
    text = " – ".join(filter(None, (tr.moment(one.made_at.astimezone()), name, count, one.folder, words)))
    return {
        "run": one.run_id,
        "text": visible(text),
        "about": about,
        "state": state,
        "may": True,
    }


def _counted(photos: Mapping[Decision, int], tr: Translator) -> Iterable[str]:
    return (f"{tr.render(DECISIONS[decision])}: {photos[decision]}" for decision in Decision if photos.get(decision))


def signer(one: Signer, tr: Translator) -> Plain:
    """Somebody who may sign, by id, with the roles in words."""
    return {"id": one.id, "roles": ", ".join(owner_words(role, tr) for role in one.roles)}


def able(platform_id: str, signers: Iterable[Signer], protocol: Protocol) -> list[str]:
    """Ids of those who have a role that signs for this platform."""
    wanted = {role for roles in protocol.platform(platform_id).signers for role in roles}
    return [one.id for one in signers if wanted.intersection(one.roles)]


def post(told: Post, tr: Translator, names: Mapping[str, str], place_of: PlaceOf) -> Plain:
    """What would go, what is left out and why, what is asked, who has signed and who has not."""
    if told.proposed is None:
        return {"approved": str(told.approved), **approved(told.today, tr, names)}
    proposed, case = told.proposed, told.proposed.case
    return {
        "approved": "",
        "set": case.seen,
        "platform": case.platform.name,
        "files": [
            {"name": file.name, "photo": visible(file.judged.name), "place": place_of(file.judged.name)}
            for file in proposed.files
        ],
        "left_counts": ", ".join(_counted(Counter(out.decision for out in proposed.left_out), tr)),
        "left": [
            {
                "photo": visible(out.photo),
                "place": place_of(out.photo),
                "verdict": out.decision.value,
                "sign": SYMBOLS[out.decision],
                "word": tr.render(DECISIONS[out.decision]),
                "why": sentence(out.why or say("See the report."), tr, names),
            }
            for out in proposed.left_out
        ],
        "cleared_since": [visible(photo) for photo in proposed.cleared_since],
        "not_chosen": [visible(photo) for photo in proposed.not_chosen],
        "set_aside": [
            {
                "photo": visible(one.photo),
                "place": place_of(one.photo),
                "what": one.what,
                "number": one.number,
                "label": one.label,
                "word": sentence(one.word, tr, names),
                "reason": visible(one.why) if isinstance(one.why, str) else sentence(one.why, tr, names),
                "by": [who if isinstance(who, str) else tr.render(who) for who in one.said_by],
            }
            for one in proposed.set_aside
        ],
        "waiting": [
            {
                "photo": visible(new.made.photo),
                "place": place_of(new.made.photo),
                "what": tr.render(of_made(new.made)),
            }
            for new in proposed.to_confirm
        ],
        "message": None if proposed.run.message is None else visible(proposed.run.message),
        "in_message": in_message(case.in_message, tr, names),
        "questions": [{"id": q, "text": tr.render(question(proposed, q, tr.language))} for q in case.questions],
        "signers": [_state(one, told.without_code, case, tr) for one in case.signers],
        "missing": list(_missing(case, tr)),
        "against": list(dict.fromkeys(_against(proposed, tr, names))),
        "codes": [tr.render(one) for one in told.codes],
        "lapsed": [sentence(one, tr, names) for one in told.lapsed],
    }


def approved(today: Today | None, tr: Translator, names: Mapping[str, str]) -> Plain:
    """How a post that was approved stands today; None where it was approved just now."""
    return {
        "stays": today is None or today.may_stay,
        "today": [] if today is None else [sentence(one, tr, names) for one in today.told],
    }


def in_message(found: Iterable[Found], tr: Translator, names: Mapping[str, str]) -> list[Plain]:
    """What was found in the text of the post, each once. `stops`: whether nobody can sign before it is gone."""
    told = {sentence(told_of_message(one), tr, names): one.kind in CERTAIN for one in found}
    return [{"text": text, "stops": stops} for text, stops in told.items()]


def _state(one: Signer, without_code: frozenset[str], case: PostCase, tr: Translator) -> Plain:
    word = next((said for said in case.words if said.signer == one.id), None)
    return {
        **signer(one, tr),
        "may": one.id in able(case.platform_id, case.signers, case.protocol),
        "code": one.id not in without_code,
        "signed": tr.moment(word.at.astimezone()) if word else "",
        "no": word is not None and word.says_no,
    }


def _missing(case: PostCase, tr: Translator) -> Iterable[Plain]:
    for roles in case.missing:
        can = [s.id for s in case.signers if s.id not in case.agreed and {*s.roles} & {*roles}]
        yield {"role": tr.render(roles_in_words(roles)), "able": can}


def _against(proposed: Proposal, tr: Translator, names: Mapping[str, str]) -> Iterable[str]:
    """What stands in the way beyond signatures that are missing, and answers that come with these."""
    for finding in proposed.verdict.reasons:
        asked = finding.rule in proposed.case.questions
        if finding.outcome is Outcome.BLOCK and asked:
            about = tr.render(question(proposed, finding.rule, tr.language))
            yield f"{about} {sentence(finding.reason, tr, names)}"
        elif not asked and not (
            finding.rule in ("R7", "R8") and proposed.case.missing and proposed.case.platform.in_use
        ):
            yield sentence(finding.reason, tr, names)
