"""blocks of seats that are kept for an agency"""

import sqlalchemy as sa
from alembic import op

revision = "20261130_1631"
down_revision = "20261130_1630"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "seat_block",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("webinar_id", sa.Integer(), nullable=False),
        sa.Column("seat", sa.String(length=10), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("agency", sa.String(length=160), nullable=False),
        sa.Column("contact_name", sa.String(length=120), nullable=False),
        sa.Column("contact_email", sa.String(length=254), nullable=False),
        sa.Column("release_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("seats between 1 and 1000", name="ck_seat_block_seats_range"),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"], name="fk_seat_block_made_by_id_person"),
        sa.ForeignKeyConstraint(["webinar_id"], ["webinar.id"], name="fk_seat_block_webinar_id_webinar"),
        sa.PrimaryKeyConstraint("id", name="pk_seat_block"),
        sa.UniqueConstraint("code", name="uq_seat_block_code"),
    )
    op.create_index("ix_seat_block_webinar_id", "seat_block", ["webinar_id"])
    op.create_table(
        "claim_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("block_id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(length=20), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["block_id"], ["seat_block.id"], name="fk_claim_link_block_id_seat_block"),
        sa.PrimaryKeyConstraint("id", name="pk_claim_link"),
        sa.UniqueConstraint("token", name="uq_claim_link_token"),
    )
    op.create_index("ix_claim_link_block_id", "claim_link", ["block_id"])
    op.create_table(
        "seat_claim",
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("link_id", sa.Integer(), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["link_id"], ["claim_link.id"], name="fk_seat_claim_link_id_claim_link"),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name="fk_seat_claim_registration_id_registration"
        ),
        sa.PrimaryKeyConstraint("registration_id", name="pk_seat_claim"),
    )
    op.create_index("ix_seat_claim_link_id", "seat_claim", ["link_id"])


def downgrade() -> None:
    op.drop_table("seat_claim")
    op.drop_table("claim_link")
    op.drop_table("seat_block")
