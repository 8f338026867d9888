"""Replies: what people's calendar programs answered to invitations."""

import sqlalchemy as sa
from alembic import op

revision = "20261130_1603"
down_revision = "20261130_1602"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "invite_reply",
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("answer", sa.String(length=10), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name=op.f("fk_invite_reply_registration_id_registration")
        ),
        sa.PrimaryKeyConstraint("registration_id", name=op.f("pk_invite_reply")),
    )


def downgrade() -> None:
    op.drop_table("invite_reply")
