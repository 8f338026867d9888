"""Crew invites: the last entry sent to each presenter and host of a sitting."""

import sqlalchemy as sa
from alembic import op

revision = "20261130_1602"
down_revision = "20261130_1601"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "crew_invite",
        sa.Column("webinar_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("method", sa.String(length=10), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_crew_invite_person_id_person")),
        sa.ForeignKeyConstraint(["webinar_id"], ["webinar.id"], name=op.f("fk_crew_invite_webinar_id_webinar")),
        sa.PrimaryKeyConstraint("webinar_id", "person_id", name=op.f("pk_crew_invite")),
    )
    op.create_index(op.f("ix_crew_invite_person_id"), "crew_invite", ["person_id"])


def downgrade() -> None:
    op.drop_table("crew_invite")
