"""substitutes whom registrants asked to come instead"""

import sqlalchemy as sa
from alembic import op

revision = "20261201_1102"
down_revision = "20261201_1101"
branch_labels = None
depends_on = None

STATES = ("open", "accepted", "declined", "withdrawn", "lapsed", "bounced")


def upgrade() -> None:
    state = sa.Enum(*STATES, name="askedstate", native_enum=False, create_constraint=True, length=24)
    op.create_table(
        "substitution",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("state", state, nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name="fk_substitution_registration_id_registration"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_substitution"),
        sa.UniqueConstraint("code", name="uq_substitution_code"),
    )
    op.create_index("ix_substitution_email", "substitution", ["email", "asked_at"])
    op.create_index("ix_substitution_registration_id", "substitution", ["registration_id"])
    is_open = sa.text("state = 'open'")
    op.create_index(
        "uq_substitution_open", "substitution", ["registration_id"], unique=True, sqlite_where=is_open,
        postgresql_where=is_open,
    )  # fmt: skip


def downgrade() -> None:
    op.execute("DELETE FROM job WHERE name LIKE 'people.%substitution'")
    op.drop_table("substitution")
