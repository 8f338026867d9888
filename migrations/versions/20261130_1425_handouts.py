"""Handouts: files for everybody in a sitting, and who fetched them."""

import sqlalchemy as sa
from alembic import op

revision = "20261130_1425"
down_revision = "20261130_1410"
branch_labels = None
depends_on = None

KINDS = ("pdf", "png", "jpeg")
STATES = ("checking", "ready", "refused")


def upgrade() -> None:
    op.create_table(
        "handout",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("webinar_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(*KINDS, name="filekind", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(*STATES, name="handoutstate", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("refusal", sa.String(length=200), nullable=False),
        sa.Column("minute", sa.Integer(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("minute is null or minute between 0 and 720", name=op.f("ck_handout_minute_range")),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"], name=op.f("fk_handout_created_by_person")),
        sa.ForeignKeyConstraint(["webinar_id"], ["webinar.id"], name=op.f("fk_handout_webinar_id_webinar")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handout")),
        sa.UniqueConstraint("code", name=op.f("uq_handout_code")),
    )
    op.create_index(op.f("ix_handout_webinar_id"), "handout", ["webinar_id"])
    op.create_table(
        "handout_download",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("handout_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["handout_id"], ["handout.id"], name=op.f("fk_handout_download_handout_id_handout")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_handout_download_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handout_download")),
    )
    op.create_index(op.f("ix_handout_download_handout_id"), "handout_download", ["handout_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_handout_download_handout_id"), table_name="handout_download")
    op.drop_table("handout_download")
    op.drop_index(op.f("ix_handout_webinar_id"), table_name="handout")
    op.drop_table("handout")
