"""Personal calendars: the address of a person's feed."""

import sqlalchemy as sa
from alembic import op

revision = "20261130_1600"
down_revision = "20261130_1623"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "personal_calendar",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("feed_version", sa.Integer(), nullable=False),
        sa.Column("is_feed_open", sa.Boolean(), nullable=False),
        sa.Column("feed_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_personal_calendar_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_personal_calendar")),
    )


def downgrade() -> None:
    op.drop_table("personal_calendar")
