"""One signature: by whom, for exactly which files and text, with an answer to everything that is open."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from consent.messages import UserError, say
from consent.protocol import Platform
from consent.signing import Signer, SignOff
from consent.signing.post import roles_in_words
from consent.texts.told import told_of_message
from pipeline.ledger.chain import Body, Kind
from pipeline.remedies.confirming import Remade, confirm
from pipeline.signing.proposing import Proposal
from pipeline.signing.signers import check_code, signer_called
from pipeline.store import Store


def sign(
    store: Store, proposal: Proposal, signer_id: str, code: str, answers: Mapping[str, bool], *, at: datetime
) -> SignOff:
    """Sign for a proposal. `answers`: by the ids of `proposal.case.questions`; a no counts from everybody who may sign.

    Raises `UserError` for somebody who may not sign here, a wrong code, an answer that is missing, a text that may not
    be published, and where there is nothing to sign for. Kept together with its entry in the ledger, or not at all.
    """
    case = proposal.case
    signer = signer_called(signer_id, case.signers)
    if not proposal.files:
        raise UserError(say("There is nothing to sign for: no photo of this run may be published today."))
    if store.signing.approval(case.about) is not None:
        raise UserError(say("The run {run} has been approved already.", run=case.about))
    if all(answers.values()):
        may_sign(case.platform, signer)
    open_points = [rule_id for rule_id in case.questions if rule_id not in answers]
    if open_points and all(answers.values()):
        raise UserError(say("Not answered yet: {questions}.", questions=", ".join(open_points)))
    if case.forbidden and all(answers.values()):
        raise UserError(told_of_message(case.forbidden[0]))
    check_code(store, signer, code, at)
    said = case.signed(signer, answers, at)
    body: Body = {
        "run": case.about,
        "signer": signer.id,
        "roles": list(signer.roles),
        "set": case.digest,
        "files": len(proposal.files),
        "yes": [rule_id for rule_id, yes in answers.items() if yes],
        "no": [rule_id for rule_id, yes in answers.items() if not yes],
    }
    with store.transaction():
        store.signing.add_sign_off(case.about, said, proposal.photos)
        store.ledger.append(Kind.SIGN_OFF, body, at)
    return said


def confirm_new(
    store: Store, signer: Signer, code: str, new: Collection[Remade], *, platform: Platform, at: datetime
) -> None:
    """Keep that a signer looked at new files: nobody without a yes can be recognised on them any more.

    Raises `UserError` for somebody who may not sign here, a wrong code, and a file that waits for more than a person.
    """
    may_sign(platform, signer)
    check_code(store, signer, code, at)
    with store.transaction():
        for one in new:
            if not one.waits_for_a_person:
                raise UserError(
                    say(
                        "Of the new picture of {photo} there is nothing to confirm now. Look at it again.",
                        photo=one.made.photo,
                    )
                )
            confirm(store, one.made, signer.id, at)


def may_sign(platform: Platform, signer: Signer) -> None:
    """Raise `UserError` where the protocol has no place for the signer's roles on this platform."""
    wanted = {role for roles in platform.signers for role in roles}
    if not wanted.intersection(signer.roles):
        raise UserError(
            say(
                "{id} does not sign for {platform}. There the protocol asks for: {roles}.",
                id=signer.id,
                platform=platform.name,
                roles=roles_in_words(sorted(wanted)) if wanted else "–",
            )
        )
