"""Captions: their lines, and the address by which they come from outside."""

import sqlalchemy as sa
from alembic import op

revision = "20261130_1410"
down_revision = "20261130_1340"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "caption_line",
        sa.Column("webinar_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.String(length=300), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_caption_line_person_id_person")),
        sa.ForeignKeyConstraint(["webinar_id"], ["webinar.id"], name=op.f("fk_caption_line_webinar_id_webinar")),
        sa.PrimaryKeyConstraint("webinar_id", "number", name=op.f("pk_caption_line")),
    )
    op.create_table(
        "caption_feed",
        sa.Column("webinar_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["webinar_id"], ["webinar.id"], name=op.f("fk_caption_feed_webinar_id_webinar")),
        sa.PrimaryKeyConstraint("webinar_id", name=op.f("pk_caption_feed")),
    )


def downgrade() -> None:
    op.drop_table("caption_feed")
    op.drop_table("caption_line")
