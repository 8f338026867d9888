"""Mixing: sealed answers become responses in random order, five or more at a time."""

import secrets
from datetime import datetime

from sqlalchemy import delete, select

from webinar_app.evaluations.models import EvaluationForm, EvaluationPending, EvaluationResponse
from webinar_app.evaluations.rules import MINIMUM_GROUP
from webinar_app.evaluations.services.answering import PURPOSE
from webinar_app.infra.db import Db
from webinar_app.infra.sealing import unseal


def mix(db: Db, form_id: int, *, now: datetime) -> int:
    """Move everything that waits for a form into its responses, if it is at least five, and return how many moved.

    All get the day of the move: their own days, beside the days on which people were done, would tell who said what.
    """
    if db.get_bind().dialect.name == "sqlite":
        db.connection().exec_driver_sql("PRAGMA secure_delete=ON")  # the sealed bytes leave the file too
    # One mixer at a time: a second one waits here, and then finds nothing.
    db.scalars(select(EvaluationForm.id).where(EvaluationForm.id == form_id).with_for_update()).one()
    waiting = db.execute(
        select(EvaluationPending.id, EvaluationPending.sealed).where(EvaluationPending.form_id == form_id)
    ).all()
    if len(waiting) < MINIMUM_GROUP:
        return 0
    answers = [unseal(PURPOSE, sealed) for _, sealed in waiting]
    secrets.SystemRandom().shuffle(answers)
    db.add_all(
        EvaluationResponse(id=secrets.token_hex(16), form_id=form_id, day=now.date(), answers=given)
        for given in answers
    )
    db.execute(delete(EvaluationPending).where(EvaluationPending.id.in_([key for key, _ in waiting])))
    return len(answers)
