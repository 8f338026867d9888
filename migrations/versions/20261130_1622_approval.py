"""Registrations that a coordinator approves."""

import sqlalchemy as sa
from alembic import op

revision = "20261130_1622"
down_revision = "20261130_1621"
branch_labels = None
depends_on = None

OUTCOME = sa.Enum(
    "approved", "rejected", "withdrawn", name="outcome", native_enum=False, create_constraint=True, length=24
)


def upgrade() -> None:
    op.add_column(
        "admission_rule", sa.Column("needs_approval", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.create_table(
        "approval",
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", OUTCOME, nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["decided_by_id"], ["person.id"], name="fk_approval_decided_by_id_person"),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name="fk_approval_registration_id_registration"
        ),
        sa.PrimaryKeyConstraint("registration_id", name="pk_approval"),
    )


def downgrade() -> None:
    op.drop_table("approval")
    op.drop_column("admission_rule", "needs_approval")
