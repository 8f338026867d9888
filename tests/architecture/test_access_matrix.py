"""Who may open what: every page for every kind of person, and what protects every act (W-2, W-3, W-5, W-6)."""

import databases
import pytest
from house import NOWHERE, House, build, filled
from page_words import let_in

from webinar_app.app import create_app
from webinar_app.config import settings
from webinar_app.core.permissions import Role
from webinar_app.web.security import safe_next

ROLES = (
    "guest", "link elsewhere", "attendee", "presenter elsewhere", "coordinator elsewhere", "presenter", "coordinator",
    "admin", "moderator", "captioner", "observer",
)  # fmt: skip
# A letter for each of ROLES: o opens, g goes on elsewhere, s to the sign-in, f forbidden, n not found (404 or 410).
MATRIX = {
    "accounts.confirm_email": "nnnnnnnnnnn",
    "accounts.email": "ssooooooooo",
    "accounts.link_sent": "ggggggggggg",
    "accounts.new_licence": "ssooooooooo",
    "accounts.new_person": "ssfffffofff",
    "accounts.password": "ssooooooooo",
    "accounts.password_sign_in": "ooooooooooo",
    "accounts.people": "ssfffffofff",
    "accounts.person": "ssfffffofff",
    "accounts.profile": "ssooooooooo",
    "accounts.sign_in": "ooooooooooo",
    "accounts.use_link": "nnnnnnnnnnn",
    "attendance.add_time": "ssffnfoofff",
    "attendance.answer": "ssffnfnnfff",
    "attendance.claim_file": "ssffnfnnfff",
    "attendance.export": "ssffnfoofff",
    "attendance.log": "ssffnfoofff",
    "attendance.own": "snonnnnnnnn",
    "attendance.person": "ssffnfoofff",
    "attendance.reverse": "ssffnfnnfff",
    "attendance.statement": "snonnnnnnnn",
    "attendance.statement_file": "snnnnnnnnnn",
    "attendance.statement_file_of": "ssffnfnnfff",
    "attendance.statement_of": "ssffnfoofff",
    "calendars.add": "ggggggggggg",
    "calendars.catalogue": "ooooooooooo",
    "calendars.catalogue_feed": "ooooooooooo",
    "calendars.course_feed": "ooooooooooo",
    "calendars.course_file": "ooooooooooo",
    "calendars.download": "ooooooooooo",
    "calendars.follow_course": "ooooooooooo",
    "calendars.follow_series": "ooooooooooo",
    "calendars.own": "snonnnnnnnn",
    "campaigns.course_edit": "ssffnfoofff",
    "campaigns.course_plan": "ssffnfoofff",
    "campaigns.edit": "ssffnfoofff",
    "campaigns.message": "ssffnfoofff",
    "campaigns.plan": "ssffnfoofff",
    "calendars.personal_feed": "nnnnnnnnnnn",
    "calendars.series_feed": "ooooooooooo",
    "calendars.series_file": "ooooooooooo",
    "calendars.settings": "ssooooooooo",
    "certificates.download": "snonnnoonnn",
    "certificates.export": "ssffofoofff",
    "certificates.register": "ssffofoofff",
    "certificates.show": "snonnnoonnn",
    "certificates.verify": "ooooooooooo",
    "certificates.verify_number": "ooooooooooo",
    "certificates.withdraw": "ssffnfoofff",
    "chat.export": "ssffnfoofff",
    "courses.edit": "ssffnfoofff",
    "courses.manage_list": "ssffofoofff",
    "courses.new": "ssffofoofff",
    "courses.read_time": "ssffofoofff",
    "demo.sign_in_as": "nnnnnnnnnnn",
    "evaluations.form": "sfoffooooff",
    "evaluations.name": "sfoffffffff",
    "evaluations.results": "ssnnnoooonn",
    "evaluations.results_file": "ssnnnoooonn",
    "evaluations.state": "sfoffffffff",
    "handouts.download": "sfoffoooooo",
    "handouts.manage": "ssnnnooofff",
    "health": "ooooooooooo",
    "learning.show": "sfofffoofff",
    "live.captions": "sffffooooof",
    "live.desk": "sffffooooff",
    "live.leave": "sfgffgggggg",
    "live.projector": "sffffooooff",
    "live.room": "sfoffoooooo",
    "live.short": "ggggggggggg",
    "live.when": "ooooooooooo",
    "mailing.download": "ssffnfoofff",
    "mailing.export": "ssffofoofff",
    "mailing.mail": "ssffnfoofff",
    "mailing.outbox": "ssffofoofff",
    "mailing.preview": "ssffnfoofff",
    "payments.download": "snonnnoonnn",
    "payments.order": "ssffnfoofff",
    "payments.orders": "ssffofoofff",
    "payments.orders_file": "ssffofoofff",
    "payments.own": "snonnnnnnnn",
    "payments.papers": "ssffofoofff",
    "payments.papers_file": "ssffofoofff",
    "payments.prices": "ssffnfoofff",
    "payments.receipts": "ssooooooooo",
    "people.all_needs": "ssffofoofff",
    "people.arrange": "ssffnfoofff",
    "people.attach": "ssnnnnnnnnn",
    "people.block": "ssffnfoofff",
    "people.block_links": "ssffnfoofff",
    "people.blocks": "ssffnfoofff",
    "people.claim": "nngnnnnnnnn",
    "people.duplicates": "ssfffffofff",
    "people.give": "ssffnfoofff",
    "people.history": "ssffnfoofff",
    "people.import_faults": "ssffnfoofff",
    "people.merge": "ssfffffofff",
    "people.move": "ssffnfoofff",
    "people.needs": "snonnnnnnnn",
    "people.other_address": "ssooooooooo",
    "people.own_substitute": "snonnnnnnnn",
    "people.needs_of": "ssffnfoofff",
    "people.new_import": "ssffnfoofff",
    "people.new_import_course": "ssffnfoofff",
    "people.series": "ooooooooooo",
    "people.series_done": "ggggggggggg",
    "people.show_import": "ssffnfoofff",
    "people.substitute": "nnnnnnnnnnn",
    "polls.bank": "ssnnnooooff",
    "polls.edit": "ssnnnooooff",
    "polls.export": "ssnnnooooff",
    "polls.manage_list": "ssnnnooooff",
    "polls.new": "ssnnnooooff",
    "portal.calendar": "ssffofoofff",
    "portal.catalogue": "ooooooooooo",
    "portal.course": "ooooooooooo",
    "portal.day": "ssffofoofff",
    "portal.my_learning": "soooooooooo",
    "portal.policies": "ooooooooooo",
    "portal.series": "ooooooooooo",
    "propagation.board": "ssffnfoofff",
    "questions.export": "ssffnfoofff",
    "registrations.add": "ssffnfoofff",
    "registrations.add_course": "ssffnfoofff",
    "registrations.admission": "ssffnfoofff",
    "registrations.answer_file": "ssffnfnnfff",
    "registrations.approvals": "ssffnfoofff",
    "registrations.cancel": "snonnnnnnnn",
    "registrations.cancel_for": "ssffnfoofff",
    "registrations.done": "ggogggggggg",
    "registrations.done_course": "ggggggggggg",
    "registrations.export": "ssffnfoofff",
    "registrations.export_course": "ssffnfoofff",
    "registrations.join": "gggoooooooo",
    "registrations.mark": "ssffnfoofff",
    "registrations.people": "ssffnfoofff",
    "registrations.people_course": "ssffnfoofff",
    "registrations.person": "ssffnfoofff",
    "registrations.questions": "ssffnfoofff",
    "registrations.register": "oogoooooooo",
    "registrations.register_course": "ooooooooooo",
    "registrations.reject": "ssffnfoofff",
    "registrations.resend": "ooooooooooo",
    "registrations.resent": "ggggggggggg",
    "registrations.standing": "sngnnnnnnnn",
    "registrations.waiting": "ssffnfoofff",
    "registrations.withdraw": "ssffnfoofff",
    "retention.erase": "ssfffffofff",
    "retention.hold": "ssfffffofff",
    "retention.lift": "ssfffffofff",
    "retention.report": "ssfffffofff",
    "stage.captions": "ssnnnooooof",
    "stage.captions_file": "ssnnnooooof",
    "stage.deck_words": "ssnnnooooff",
    "stage.edit": "ssnnnooofff",
    "stage.progress": "ssnnnooofff",
    "stage.slide": "sfoffoooooo",
    "stage.words": "sfoffoooooo",
    "webinars.agenda": "ssffnfoofff",
    "webinars.cancel": "ssffnfoofff",
    "webinars.check_series": "ssffnfoofff",
    "webinars.check_time": "ssffnfnnfff",
    "webinars.clone": "ssffnfoofff",
    "webinars.copy_course": "ssffnfoofff",
    "webinars.edit": "ssffnfggfff",
    "webinars.manage": "ssffnfoofff",
    "webinars.move": "ssffnfggfff",
    "webinars.new_series": "ssffnfoofff",
    "webinars.new_sitting": "ssffnfoofff",
    "webinars.rehearsal": "ssnnnnnnfff",
}
LAST = "registrations.join"  # it signs in, so that whoever opens it is somebody else afterwards


@pytest.fixture
def house(world, app, doors) -> House:
    """A house after its only session."""
    return build(world, app, doors, "Plain words for people")


def letter(answer) -> str:
    """Give the letter of what happened."""
    if answer.status_code == 200:
        return "o"
    if answer.status_code in (301, 302, 303):
        return "s" if answer.location.startswith("/sign-in?next=") else "g"
    return {403: "f", 404: "n", 410: "n"}.get(answer.status_code, str(answer.status_code))


def endpoints(app, method):
    return sorted({r.endpoint for r in app.url_map.iter_rules() if method in r.methods and r.endpoint != "static"})


@pytest.mark.parametrize("database_url", databases.KINDS[:1], indirect=True)
def test_every_page_opens_for_its_own_people_only(house):
    found, undressed = {}, []
    pages = sorted(endpoints(house.app, "GET"), key=lambda name: name == LAST)
    for endpoint in pages:
        answers = [house.client(role).get(house.path(endpoint)) for role in ROLES]
        found[endpoint] = "".join(map(letter, answers))
        for answer in answers:
            if "default-src 'none'" not in answer.headers["Content-Security-Policy"] or (
                answer.headers["X-Content-Type-Options"] != "nosniff"
            ):
                undressed.append(endpoint)

    assert found == MATRIX
    assert undressed == []


@pytest.fixture
def guarded(database):
    """The application with its CSRF check, which other tests leave out."""
    app = create_app(settings())
    app.config.update(TESTING=True, PROPAGATE_EXCEPTIONS=False)
    return app


def test_every_act_refuses_other_sites_and_forms_without_token(guarded, world):
    browser = let_in(guarded.test_client(), world.person("Adam Admin", Role.ADMIN))
    own, foreign = {"Origin": settings().public_url}, {"Origin": "https://evil.example"}
    found = {}
    by_token = {"payments.events", "stage.push"}  # programs without cookies
    acts = [name for name in endpoints(guarded, "POST") if name not in by_token]
    for endpoint in acts:
        path = filled(guarded, endpoint, NOWHERE, "POST")
        answers = [browser.post(path, data={"_key": "a key of a form"}, headers=sent) for sent in (foreign, own)]
        found[endpoint] = [
            (answer.status_code, words in answer.text)
            for answer, words in zip(answers, ("sent from another site", "open for too long"))
        ]

    assert found == {endpoint: [(403, True), (403, True)] for endpoint in acts}


def test_every_act_but_the_public_ones_refuses_guests(app):
    open_ones = set()
    for endpoint in endpoints(app, "POST"):
        answer = app.test_client().post(filled(app, endpoint, NOWHERE, "POST"), data={"_key": "a key of a form"})
        if answer.status_code != 403:
            open_ones.add(endpoint)

    assert open_ones == {
        "accounts.confirm_email", "accounts.password_sign_in", "accounts.sign_in", "accounts.sign_out",
        "accounts.use_link", "accounts.zone", "certificates.check", "certificates.verify_upload", "payments.events",
        "people.claim", "people.refuse_substitute", "people.series", "people.substitute", "registrations.join",
        "registrations.register", "registrations.register_course", "registrations.resend", "stage.push",
    }  # fmt: skip


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example", "https://evil.example",
        "https:evil.example", "javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "/\t/evil.example",
        "\t//evil.example", "/\n/evil.example", " //evil.example", "evil.example", "@evil.example", "http://[::1",
        "//user@evil.example", "/\r\nSet-Cookie: a=b", "", "?next=//evil.example", "//%2fevil.example",
        "\x00//evil.example",
    ],
)  # fmt: skip
def test_nothing_leads_off_the_site(app, target):
    page = app.test_client().get("/sign-in", query_string={"next": target})

    assert safe_next(target, "/my") == "/my"
    assert page.status_code == 200
    assert 'name="next" type="hidden" value=""' in page.text


def test_addresses_of_this_site_are_followed():
    kept = ("/", "/my", "/account/password?x=1", "/room/ABCD#top", "/courses/a%2Fb")

    assert [safe_next(target, "?") for target in kept] == list(kept)


def test_static_files_and_error_pages_are_dressed_too(app):
    client = app.test_client()
    address = app.jinja_env.globals["static"]("css/base.css")
    asked = [client.get(address), client.get("/nowhere"), client.delete("/my"), client.get(address + "nothing")]

    assert [answer.status_code for answer in asked] == [200, 404, 405, 404]
    for answer in asked:
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        answer.close()
