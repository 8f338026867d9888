"""what people need to take part"""

import sqlalchemy as sa
from alembic import op

revision = "20261130_1634"
down_revision = "20261130_1633"
branch_labels = None
depends_on = None

KINDS = ("captions", "interpreter", "format", "access", "other")


def upgrade() -> None:
    kind = sa.Enum(*KINDS, name="needkind", native_enum=False, create_constraint=True, length=24)
    op.create_table(
        "accommodation_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("kind", kind, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["asked_by_id"], ["person.id"], name="fk_accommodation_request_asked_by_id_person"),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name="fk_accommodation_request_owner_id_person"),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name="fk_accommodation_request_registration_id_registration"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_accommodation_request"),
        sa.UniqueConstraint("code", name="uq_accommodation_request_code"),
    )
    op.create_index("ix_accommodation_request_registration_id", "accommodation_request", ["registration_id"])


def downgrade() -> None:
    op.drop_table("accommodation_request")
