"""Which zone rules an instant was worked out with, and which version of a sitting a person's feed served last."""

import sqlalchemy as sa
from alembic import op

revision = "20261130_1610"
down_revision = "20261130_1603"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("webinar", sa.Column("tzdata", sa.String(length=20), server_default="", nullable=False))
    op.create_table(
        "feed_sight",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("webinar_id", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_feed_sight_person_id_person")),
        sa.ForeignKeyConstraint(["webinar_id"], ["webinar.id"], name=op.f("fk_feed_sight_webinar_id_webinar")),
        sa.PrimaryKeyConstraint("person_id", "webinar_id", name=op.f("pk_feed_sight")),
    )
    op.create_index(op.f("ix_feed_sight_webinar_id"), "feed_sight", ["webinar_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_feed_sight_webinar_id"), "feed_sight")
    op.drop_table("feed_sight")
    op.drop_column("webinar", "tzdata")
