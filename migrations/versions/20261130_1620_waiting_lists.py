"""Numbered seats, how a sitting lets people in, and its waiting lists."""

import sqlalchemy as sa
from alembic import op

revision = "20261130_1620"
down_revision = "20261130_1641"
branch_labels = None
depends_on = None

MODE = sa.Enum("off", "first", "manual", name="waitingmode", native_enum=False, create_constraint=True, length=24)
NUMBERED = "seat_number IS NOT NULL AND state NOT IN ('cancelled', 'rejected') AND state <> 'waitlisted'"


def upgrade() -> None:
    op.add_column("registration", sa.Column("seat_number", sa.Integer(), nullable=True))
    op.create_index(
        "uq_registration_seat", "registration", ["webinar_id", "seat", "seat_number"], unique=True,
        sqlite_where=sa.text(NUMBERED), postgresql_where=sa.text(NUMBERED),
    )  # fmt: skip
    op.create_table(
        "admission_rule",
        sa.Column("webinar_id", sa.Integer(), nullable=False),
        sa.Column("waiting", MODE, nullable=False),
        sa.Column("offer_hours", sa.Integer(), nullable=False),
        sa.CheckConstraint("offer_hours between 1 and 336", name=op.f("ck_admission_rule_offer_hours_range")),
        sa.ForeignKeyConstraint(["webinar_id"], ["webinar.id"], name="fk_admission_rule_webinar_id_webinar"),
        sa.PrimaryKeyConstraint("webinar_id", name="pk_admission_rule"),
    )
    op.create_table(
        "waiting_place",
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("webinar_id", sa.Integer(), nullable=False),
        sa.Column("seat", sa.String(length=10), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("offers", sa.Integer(), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("offer_ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name="fk_waiting_place_registration_id_registration"
        ),
        sa.ForeignKeyConstraint(["webinar_id"], ["webinar.id"], name="fk_waiting_place_webinar_id_webinar"),
        sa.PrimaryKeyConstraint("registration_id", name="pk_waiting_place"),
    )
    op.create_index("ix_waiting_place_order", "waiting_place", ["webinar_id", "seat", "rank"])


def downgrade() -> None:
    op.drop_table("waiting_place")
    op.drop_table("admission_rule")
    op.drop_index("uq_registration_seat", "registration")
    op.drop_column("registration", "seat_number")
