"""Planned mails of courses and sittings, and messages to some people of a sitting."""

import sqlalchemy as sa
from alembic import op

revision = "20261130_1641"
down_revision = "20261130_1640"
branch_labels = None
depends_on = None

AUDIENCES = ("registered", "waiting", "attended", "absent", "not_evaluated", "certified")


def _choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=24)


def upgrade() -> None:
    op.create_table(
        "mail_plan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("webinar_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("way", _choice("way", "hours", "days"), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("clock", sa.String(length=5), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_mail_plan_course_id_course")),
        sa.ForeignKeyConstraint(["webinar_id"], ["webinar.id"], name=op.f("fk_mail_plan_webinar_id_webinar")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_plan")),
    )
    only_courses = sa.text("webinar_id IS NULL")
    op.create_index(
        "uq_mail_plan_course", "mail_plan", ["course_id", "kind"], unique=True, sqlite_where=only_courses,
        postgresql_where=only_courses,
    )  # fmt: skip
    op.create_index("uq_mail_plan_webinar", "mail_plan", ["webinar_id", "kind"], unique=True)
    op.create_table(
        "message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("webinar_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("audience", _choice("audience", *AUDIENCES), nullable=False),
        sa.Column("profession", sa.String(length=80), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["created_by_id"], ["person.id"], name=op.f("fk_message_created_by_id_person")),
        sa.ForeignKeyConstraint(["webinar_id"], ["webinar.id"], name=op.f("fk_message_webinar_id_webinar")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint("code", name=op.f("uq_message_code")),
    )
    op.create_index(op.f("ix_message_webinar_id"), "message", ["webinar_id"])
    _plan_what_is_scheduled()


def _plan_what_is_scheduled() -> None:
    """Let the worker plan the mails of sittings that were published before there were any."""
    moment = sa.DateTime(timezone=True)
    job = sa.table(
        "job", sa.column("name", sa.String), sa.column("payload", sa.JSON), sa.column("state", sa.String),
        sa.column("run_at", moment), sa.column("attempts", sa.Integer), sa.column("created_at", moment),
    )  # fmt: skip
    webinar = sa.table("webinar", sa.column("updated_at", moment))
    latest = op.get_bind().scalar(sa.select(sa.func.max(webinar.c.updated_at)))
    if latest is not None:
        row = {"name": "campaigns.plan", "payload": {}, "state": "queued", "attempts": 0}
        op.bulk_insert(job, [row | {"run_at": latest, "created_at": latest}])


def downgrade() -> None:
    op.execute("DELETE FROM job WHERE name LIKE 'campaigns.%'")
    op.drop_table("message")
    op.drop_table("mail_plan")
