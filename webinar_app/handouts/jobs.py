"""Look into handouts, and open them at their planned minutes."""

from typing import Any

from webinar_app.core.clock import utc_now
from webinar_app.core.uploads import FileKind
from webinar_app.handouts.queries import find_handout
from webinar_app.handouts.rules import HandoutState
from webinar_app.handouts.services import CHECK, OPEN, keep_checked, open_when_due, refuse_handout
from webinar_app.infra.db import read, write
from webinar_app.infra.jobs import job
from webinar_app.infra.storage import storage
from webinar_app.infra.uploads import DrawFailed, looked_into


@job(CHECK)
def check_handout(payload: dict[str, Any]) -> None:
    """Read a PDF, or write a picture anew without what is hidden in it; a second run finds the work done."""
    code = payload["handout"]
    with read() as db:
        row = find_handout(db, code)
        if row is None or row.state is not HandoutState.CHECKING:
            return
        kind, digest = row.kind, row.sha256
    data = storage().get(digest)
    try:
        data = looked_into(data, is_pdf=kind is FileKind.PDF)
    except DrawFailed as failure:
        if failure.reason == "drawer":
            raise  # of the machine, not of the file: the job comes again
        write(refuse_handout, code, failure.reason, now=utc_now())
        return
    write(keep_checked, code, storage().put(data), len(data), now=utc_now())


@job(OPEN)
def open_handout_when_due(payload: dict[str, Any]) -> None:
    """Open a handout if it is still due."""
    write(open_when_due, payload["handout"], now=utc_now())
