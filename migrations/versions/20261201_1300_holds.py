"""legal holds on courses and people too, with who put and lifted them"""

import sqlalchemy as sa
from alembic import op

revision = "20261201_1300"
down_revision = "20261201_0900"
branch_labels = None
depends_on = None

CHECKED = {"native_enum": False, "create_constraint": True, "length": 24}
ONE_SUBJECT = (
    "subject = case when webinar_id is not null and course_id is null and person_id is null then 'webinar'"
    " when course_id is not null and webinar_id is null and person_id is null then 'course'"
    " when person_id is not null and webinar_id is null and course_id is null then 'person' else '' end"
)
STANDS = sa.text("lifted_at IS NULL")
HOLD = sa.table(
    "legal_hold",
    sa.column("code", sa.String), sa.column("subject", sa.String), sa.column("webinar_id", sa.Integer),
    sa.column("reason", sa.String), sa.column("at", sa.DateTime(timezone=True)),
    sa.column("lift_reason", sa.String), sa.column("lifted_at", sa.DateTime(timezone=True)),
)  # fmt: skip
WEBINAR = sa.table("webinar", sa.column("id", sa.Integer), sa.column("code", sa.String))
KEPT = ("webinar_id", "reason", "at")


def upgrade() -> None:
    # The table takes another key, and a hold must not be away for a moment: its rows go along in this transaction.
    columns = [HOLD.c[name] for name in KEPT]
    found = op.get_bind().execute(sa.select(WEBINAR.c.code, *columns).where(WEBINAR.c.id == HOLD.c.webinar_id)).all()
    op.drop_table("legal_hold")
    op.create_table(
        "legal_hold",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("subject", sa.Enum("webinar", "course", "person", name="subject", **CHECKED), nullable=False),
        sa.Column("webinar_id", sa.Integer(), nullable=True),
        sa.Column("course_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_by_id", sa.Integer(), nullable=True),
        sa.Column("lift_reason", sa.String(length=300), nullable=False),
        sa.CheckConstraint(ONE_SUBJECT, name="one_subject"),
        sa.ForeignKeyConstraint(["webinar_id"], ["webinar.id"], name="fk_legal_hold_webinar_id_webinar"),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name="fk_legal_hold_course_id_course"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_legal_hold_person_id_person"),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name="fk_legal_hold_by_id_person"),
        sa.ForeignKeyConstraint(["lifted_by_id"], ["person.id"], name="fk_legal_hold_lifted_by_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_legal_hold"),
        sa.UniqueConstraint("code", name="uq_legal_hold_code"),
    )
    for name in ("webinar", "course", "person"):
        op.create_index(
            f"uq_legal_hold_{name}", "legal_hold", [f"{name}_id"], unique=True, sqlite_where=STANDS,
            postgresql_where=STANDS,
        )  # fmt: skip
    for row in found:
        told = {name: getattr(row, name) for name in KEPT}
        op.execute(sa.insert(HOLD).values(code=row.code, subject="webinar", lift_reason="", **told))


def downgrade() -> None:
    columns = [HOLD.c[name] for name in KEPT]
    stands = (HOLD.c.subject == "webinar") & HOLD.c.lifted_at.is_(None)
    found = op.get_bind().execute(sa.select(*columns).where(stands)).all()
    op.drop_table("legal_hold")
    op.create_table(
        "legal_hold",
        sa.Column("webinar_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["webinar_id"], ["webinar.id"], name="fk_legal_hold_webinar_id_webinar"),
        sa.PrimaryKeyConstraint("webinar_id", name="pk_legal_hold"),
    )
    for row in found:
        op.execute(sa.insert(HOLD).values({name: getattr(row, name) for name in KEPT}))
