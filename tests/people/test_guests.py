"""Who registers as a guest finds the place again after signing in by the same, now proven, address (C16)."""

import re
from datetime import timedelta

from page_words import words_of
from posted import mails, run_jobs, text_of

from webinar_app.core.clock import utc_now


def test_guest_registration_is_theirs_after_signing_in_by_mail(world, app):
    sitting = world.webinar(starts_at=utc_now() + timedelta(days=7))
    guest, later = app.test_client(), app.test_client()
    page = guest.get(f"/webinars/{sitting['code']}/register").text
    version = re.search(r'name="policy_version"[^>]*value="(\w+)"', page).group(1)
    sheet = {"email": "Ada@Example.org", "legal_name": "Ada Lovelace", "policy": "y", "policy_version": version,
             "time_zone": "Europe/London", "needs": "Captions"}  # fmt: skip
    guest.post(f"/webinars/{sitting['code']}/register", data=sheet | {"_key": "a key of a guest"})
    later.post("/sign-in", data={"email": "ada@example.org", "_key": "a key of a link"})
    run_jobs("accounts.mail_sign_in_link")
    link = re.search(r"/sign-in/link/\S+", text_of(mails(kind="sign_in_link")[0])).group(0)
    later.post(link, data={"_key": "a key of the button"})

    mine = words_of(later.get("/my").text)
    done = later.get(f"/webinars/{sitting['code']}/registered").text
    own = re.search(r"/registrations/\w+/needs", done).group(0)

    assert "Building a Therapeutic Alliance" in mine
    assert "Captions" in words_of(later.get(own).text)
    assert guest.get(own).status_code in (302, 303)
