"""Who gets a message: of which audience, profession and agency, each person once, named before it leaves."""

from datetime import timedelta

import pytest
from factories import NOW, START
from page_words import let_in, words_of
from posted import mails, run_jobs
from presence_facts import stay

from webinar_app.accounts.models import Licence, Person
from webinar_app.campaigns.queries import count_audience, list_agencies, list_professions, list_recipients
from webinar_app.campaigns.rules import Audience, Chosen
from webinar_app.campaigns.services import send_message
from webinar_app.core.permissions import Role
from webinar_app.infra.db import read, write
from webinar_app.payments.models import Order
from webinar_app.payments.rules import OrderState
from webinar_app.people.models import ClaimLink, SeatBlock, SeatClaim
from webinar_app.registrations.models import Registration
from webinar_app.webinars.services.lifecycle import end_webinar

EVERYBODY = Chosen(Audience.REGISTERED)


@pytest.fixture
def sitting(world):
    return world.webinar()


@pytest.fixture
def crowd(world, sitting):
    """Nurses and others, of an agency that keeps seats, of one that pays, and of none."""
    seats = {
        "Ada": ("Nurse", "Harbor"), "Ben": ("nurse", "County Health"), "Cy": ("Counselor", "HARBOR"),
        "Dee": ("", "harbor"), "Eve": ("Nurse", ""),
    }  # fmt: skip
    made = {name: world.attendee(sitting, f"{name} A", licence=licence(word)) for name, (word, _) in seats.items()}
    write(keep, sitting["id"], made["Ada"], "Harbor")
    write(keep, sitting["id"], made["Cy"], "HARBOR")
    write(pay, world.provider_id, made["Ben"], "County Health")
    write(pay, world.provider_id, made["Dee"], "harbor")
    return made


def licence(profession):
    return {"profession": profession, "board": "Ohio", "number": "1"} if profession else None


def keep(db, webinar_id, member, agency):
    block = SeatBlock(
        code=agency[:2] + "000001", webinar_id=webinar_id, seat="online", seats=2, agency=agency, contact_name="Hal",
        contact_email="hal@example.org", release_at=START, made_by_id=member.person_id, created_at=NOW,
    )  # fmt: skip
    block.links = [ClaimLink(token=agency, seats=2)]
    db.add(block)
    db.flush()
    db.add(SeatClaim(registration_id=member.registration_id, link_id=block.links[0].id, claimed_at=NOW))


def pay(db, provider_id, member, organisation):
    order = Order(
        code=organisation[:2] + "000001", provider_id=provider_id, registration_id=member.registration_id, amount=48,
        state=OrderState.OPEN, currency="USD", lines=[], payer_organisation=organisation, created_at=NOW,
    )  # fmt: skip
    db.add(order)


def merge(db, gone, kept):
    db.get_one(Person, gone.person_id).merged_into_id = kept.person_id


def names(sitting, chosen):
    with read() as db:
        told = list_recipients(db, sitting["id"], chosen, 50)
        assert len(told) == count_audience(db, sitting["id"], chosen)
    return [one["name"].split()[0] for one in told]


@pytest.mark.parametrize(
    "professions, agencies, found",
    [
        ([], [], ["Ada", "Ben", "Cy", "Dee", "Eve"]), (["Nurse"], [], ["Ada", "Ben", "Eve"]),
        (["Nurse", "Counselor"], [], ["Ada", "Ben", "Cy", "Eve"]), ([], ["Harbor"], ["Ada", "Cy", "Dee"]),
        (["Nurse"], ["Harbor"], ["Ada"]), (["Nurse"], ["harbor", "County Health"], ["Ada", "Ben"]),
        (["Baker"], [], []), ([], ["Nobody"], []),
    ],
)  # fmt: skip
def test_profession_and_agency_narrow_whatever_their_case(sitting, crowd, professions, agencies, found):
    assert names(sitting, Chosen(Audience.REGISTERED, tuple(professions), tuple(agencies))) == found


def test_each_word_is_offered_once(sitting, crowd):
    with read() as db:
        assert list_professions(db, sitting["id"]) == ["Counselor", "Nurse"]
        assert list_agencies(db, sitting["id"]) == ["County Health", "Harbor"]


def test_a_licence_of_the_profile_counts_too(sitting, crowd):
    def hold(db):
        db.add(Licence(person_id=crowd["Dee"].person_id, profession="Counselor", board="Ohio", number="2"))

    write(hold)

    assert names(sitting, Chosen(Audience.REGISTERED, ("Counselor",))) == ["Cy", "Dee"]


def test_who_is_there_by_two_entries_gets_one_mail_at_the_address_that_was_kept(world, sitting, crowd):
    write(merge, crowd["Ada"], crowd["Ben"])
    coordinator = world.coordinator()

    made = write(send_message, coordinator, sitting["code"], EVERYBODY, subject="News", text="Hello", now=NOW)
    run_jobs("campaigns.message")

    to = [mail["To"].addresses[0].addr_spec for mail in mails(kind="message")]
    with read() as db:
        kept = db.get_one(Person, crowd["Ben"].person_id).email
    assert (made["total"], len(to), len(set(to))) == (4, 4, 4)
    assert kept in to


def test_who_was_there_by_one_entry_was_not_absent(world):
    sitting = world.live_webinar()
    first, second = world.attendee(sitting, "Thea There"), world.attendee(sitting, "Thea Twice")
    absent = world.attendee(sitting, "Abe Absent")
    write(merge, second, first)
    stay(second, 0, 75)
    write(end_webinar, world.staff(sitting), now=START + timedelta(minutes=75))
    run_jobs("attendance.summarise")

    assert names(sitting, Chosen(Audience.ATTENDED)) == ["Thea"]
    assert names(sitting, Chosen(Audience.ABSENT)) == ["Abe"]
    assert absent.person_id


def test_people_without_an_address_are_counted_apart(world, sitting):
    world.attendee(sitting, "Ada A")
    mute = world.attendee(sitting, "Max Mute")
    write(lambda db: setattr(db.get_one(Person, mute.person_id), "email", None))

    with read() as db:
        assert count_audience(db, sitting["id"], EVERYBODY, has_address=False) == 1
    assert names(sitting, EVERYBODY) == ["Ada"]


def test_the_page_names_everybody_before_anything_is_sent(client, world, sitting, crowd):
    let_in(client, world.person("Cora Coordinator", Role.COORDINATOR))
    write(lambda db: setattr(db.get_one(Registration, crowd["Ben"].registration_id), "legal_name", "Ben <b>Bold"))
    form = {"audience": "registered", "subject": "News", "text": "Hello {name}", "as_whom": "", "_key": "a key of it"}
    narrowed = {"professions": ["Nurse"], "agencies": ["County Health", "Harbor"]}

    page = client.post(f"/manage/webinars/{sitting['code']}/message", data=form | narrowed | {"do": "preview"})
    unknown = client.post(f"/manage/webinars/{sitting['code']}/message", data=form | {"professions": "Baker"})

    said = words_of(page.text)
    assert "2 people get this message." in said
    assert "Everybody with a place: Nurse; County Health or Harbor. Each gets it once." in said
    assert ("Ada A person" in said, "Ben <b>Bold person" in said, "Cy A person" in said) == (True, True, False)
    assert "<b>Bold" not in page.text
    assert (unknown.status_code, mails()) == (422, [])
