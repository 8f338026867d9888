"""Evaluations after the end of a sitting: mails, and mixing."""

from typing import Any

from webinar_app.core.clock import utc_now
from webinar_app.evaluations.emails import evaluation_mail
from webinar_app.evaluations.queries import invitation, list_to_invite
from webinar_app.evaluations.services.mixing import mix
from webinar_app.evaluations.services.opening import INVITE, MIX, post_invitation
from webinar_app.infra.db import read, write
from webinar_app.infra.dispatch import ask
from webinar_app.infra.jobs import job
from webinar_app.mailing.emails import own_words_mail
from webinar_app.mailing.events import WordsAsked
from webinar_app.providers.queries import brand


@job(MIX)
def mix_answers(payload: dict[str, Any]) -> None:
    """Mix what waits."""
    write(mix, payload["form_id"], now=utc_now())


@job(INVITE)
def invite(payload: dict[str, Any]) -> None:
    """Mail a link to everybody who was there and has not answered; a second run mails nobody twice."""
    form_id, own = payload["form_id"], brand()
    with read() as db:
        waiting = list_to_invite(db, form_id)
    for registration_id in waiting:
        with read() as db:
            told = invitation(db, form_id, registration_id)
            words = next(filter(None, ask(db, WordsAsked("evaluation", registration_id))), None)
        if told is None:
            continue
        mail = own_words_mail(own, **words) if words else evaluation_mail(own, told)
        write(
            post_invitation, form_id=form_id, registration_id=registration_id, person_id=told.person_id,
            webinar_id=told.webinar_id, provider_id=told.provider_id, to=(told.legal_name, told.address), mail=mail,
            reply_to=own.email, now=utc_now(),
        )  # fmt: skip
