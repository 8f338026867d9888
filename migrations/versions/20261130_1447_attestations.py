"""signing in and out of sittings"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "20261130_1447"
down_revision: str | None = "20261130_1446"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

KIND = sa.Enum("in", "out", name="signkind", native_enum=False, create_constraint=True, length=24)


def upgrade() -> None:
    op.create_table(
        "attestation",
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("kind", KIND, nullable=False),
        sa.Column("webinar_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.String(length=8), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("device", sa.String(length=40), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name="fk_attestation_registration_id_registration"
        ),
        sa.ForeignKeyConstraint(["webinar_id"], ["webinar.id"], name="fk_attestation_webinar_id_webinar"),
        sa.PrimaryKeyConstraint("registration_id", "kind", name="pk_attestation"),
    )
    op.create_index("ix_attestation_webinar_id", "attestation", ["webinar_id"])


def downgrade() -> None:
    op.drop_table("attestation")
