"""Slides: a PDF for a sitting, its drawn pages, and the stage that may show them."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "20261130_1340"
down_revision = "20261122_1100"
branch_labels = None
depends_on = None

BEFORE = ("none", "hls", "youtube", "vimeo", "text")
STATES = ("waiting", "drawing", "ready", "refused")


def upgrade() -> None:
    op.create_table(
        "deck",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("webinar_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column(
            "state",
            sa.Enum(*STATES, name="deckstate", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("drawn", sa.Integer(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("furthest", sa.Integer(), nullable=False),
        sa.Column("refusal", sa.String(length=200), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("page between 0 and pages and furthest between page and pages", name=op.f("ck_deck_pages")),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"], name=op.f("fk_deck_created_by_person")),
        sa.ForeignKeyConstraint(["webinar_id"], ["webinar.id"], name=op.f("fk_deck_webinar_id_webinar")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deck")),
        sa.UniqueConstraint("code", name=op.f("uq_deck_code")),
    )
    op.create_index(op.f("ix_deck_webinar_id"), "deck", ["webinar_id"])
    op.create_table(
        "slide",
        sa.Column("deck_id", sa.Integer(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("picture", sa.String(length=64), nullable=False),
        sa.Column("thumb", sa.String(length=64), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("links", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["deck_id"], ["deck.id"], name=op.f("fk_slide_deck_id_deck")),
        sa.PrimaryKeyConstraint("deck_id", "page", name=op.f("pk_slide")),
    )
    with op.batch_alter_table("stage_source") as batch:
        _put_kinds(batch, (*BEFORE, "slides"))
        batch.add_column(sa.Column("deck_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(op.f("fk_stage_source_deck_id_deck"), "deck", ["deck_id"], ["id"])


def downgrade() -> None:
    op.execute("update stage_source set kind = 'none' where kind = 'slides'")
    with op.batch_alter_table("stage_source") as batch:
        _put_kinds(batch, BEFORE)
        batch.drop_constraint(op.f("fk_stage_source_deck_id_deck"), type_="foreignkey")
        batch.drop_column("deck_id")
    op.drop_table("slide")
    op.drop_index(op.f("ix_deck_webinar_id"), table_name="deck")
    op.drop_table("deck")


def _put_kinds(batch: Any, kinds: tuple[str, ...]) -> None:
    """Let a stage be of these kinds and no others."""
    name = op.f("ck_stage_source_stagekind")
    batch.drop_constraint(name, type_="check")
    batch.create_check_constraint(name, "kind IN ({})".format(", ".join(f"'{kind}'" for kind in kinds)))
