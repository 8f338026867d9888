"""Rehearsals: a sitting that stands for another, is seen by nobody else and goes whole; its synthetic attendees."""

import sqlalchemy as sa
from alembic import op

revision = "20261130_1455"
down_revision = "20261130_1449"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Both databases take this; moving the table would break every reference to a sitting in SQLite.
    op.execute(
        "ALTER TABLE webinar ADD COLUMN rehearsal_of_id INTEGER"
        " CONSTRAINT fk_webinar_rehearsal_of_id_webinar REFERENCES webinar (id)"
    )
    op.add_column("webinar", sa.Column("rehearsal_people", sa.Integer(), server_default="0", nullable=False))
    op.create_index(op.f("ix_webinar_rehearsal_of_id"), "webinar", ["rehearsal_of_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_webinar_rehearsal_of_id"), "webinar")
    op.drop_column("webinar", "rehearsal_people")
    op.drop_column("webinar", "rehearsal_of_id")
