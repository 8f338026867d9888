import pytest
from sqlalchemy import func, select

from webinar_app.accounts.models import Person
from webinar_app.core.actor import Actor
from webinar_app.core.errors import DomainError, Refused
from webinar_app.infra.acts import Act
from webinar_app.infra.db import Db, Failed, after_commit, read, write
from webinar_app.infra.plain import RowLeft
from webinar_app.registrations.models import Registration
from webinar_app.webinars.models import Webinar

ACTOR = Actor(person_id=7)


def rename(db: Db, actor: Actor, person_id: int, name: str, *, refuse: bool = False) -> dict[str, str]:
    person = db.get_one(Person, person_id)
    person.display_name = name
    if refuse:
        raise Refused("no", "No.")
    return {"name": name}


def count_people(db: Db, actor: Actor, told: str) -> dict[str, int]:
    return {"people": db.scalar(select(func.count()).select_from(Person)) or 0}


def name_of(person_id: int) -> str:
    with read() as db:
        return db.get_one(Person, person_id).display_name


def test_write_keeps_what_returns_and_undoes_what_raises(world):
    person_id = world.person()

    kept = write(rename, ACTOR, person_id, "Countess")
    with pytest.raises(Refused):
        write(rename, ACTOR, person_id, "Nobody", refuse=True)

    assert (kept, name_of(person_id)) == ({"name": "Countess"}, "Countess")


def test_same_key_gives_the_same_answer_once(world):
    person_id = world.person()
    first = write(rename, ACTOR, person_id, "One", key="k" * 8)
    write(rename, ACTOR, person_id, "Two")

    again = write(rename, ACTOR, person_id, "One", key="k" * 8)

    assert (first, again, name_of(person_id)) == ({"name": "One"}, {"name": "One"}, "Two")


def test_same_key_with_other_content_is_refused(world):
    person_id = world.person()
    write(rename, ACTOR, person_id, "One", key="k" * 8)

    with pytest.raises(DomainError) as refused:
        write(rename, ACTOR, person_id, "Other", key="k" * 8)

    assert refused.value.code == "key_reused"


def test_refusal_is_not_remembered(world):
    person_id = world.person()
    with pytest.raises(Refused):
        write(rename, ACTOR, person_id, "One", refuse=True, key="k" * 8)

    assert write(rename, ACTOR, person_id, "One", key="k" * 8) == {"name": "One"}
    with read() as db:
        assert db.scalars(select(Act.key)).all() == ["k" * 8]


def test_broken_constraint_becomes_its_sentence(world):
    webinar = world.webinar()
    member = world.attendee(webinar)

    def register_again(db: Db) -> None:
        known = db.get_one(Registration, member.registration_id)
        copy = {column.key: getattr(known, column.key) for column in Registration.__table__.columns}
        db.add(Registration(**(copy | {"id": None, "code": "ZZZZZZZZ"})))

    with pytest.raises(Refused) as refused:
        write(register_again)
    assert refused.value.code == "registration.exists"


def test_bug_stores_nothing_and_tells_nothing(world):
    def fail(db: Db) -> None:
        db.execute(select(func.no_such_function()))

    with pytest.raises(Failed, match="fail"):
        write(fail)


def test_rows_may_not_leave(world):
    webinar = world.webinar()

    def leak(db: Db) -> Webinar:
        return db.get_one(Webinar, webinar["id"])

    with pytest.raises(Failed):
        write(leak)
    with read() as db:
        row = db.get_one(Webinar, webinar["id"])
    with pytest.raises(RowLeft):
        write(rename, ACTOR, row, "x")


def test_effects_run_after_the_commit_and_not_after_a_refusal(world):
    heard: list[str] = []

    def tell(db: Db, word: str, *, refuse: bool = False) -> None:
        after_commit(db, lambda: heard.append(word))
        if refuse:
            raise Refused("no", "No.")

    write(tell, "kept")
    with pytest.raises(Refused):
        write(tell, "dropped", refuse=True)

    assert heard == ["kept"]


def test_write_inside_read_is_refused(world):
    with read(), pytest.raises(RuntimeError, match="inside read"):
        write(count_people, ACTOR, "x")


def test_service_never_ends_the_transaction(world):
    def commits(db: Db) -> None:
        db.commit()

    with pytest.raises(Failed):
        write(commits)
