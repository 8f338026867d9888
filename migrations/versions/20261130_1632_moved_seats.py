"""registrations that were given to another date or another person"""

import sqlalchemy as sa
from alembic import op

revision = "20261130_1632"
down_revision = "20261130_1631"
branch_labels = None
depends_on = None


def upgrade() -> None:
    kind = sa.Enum("date", "person", name="movekind", native_enum=False, create_constraint=True, length=24)
    op.create_table(
        "seat_move",
        sa.Column("from_id", sa.Integer(), nullable=False),
        sa.Column("to_id", sa.Integer(), nullable=False),
        sa.Column("kind", kind, nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["from_id"], ["registration.id"], name="fk_seat_move_from_id_registration"),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"], name="fk_seat_move_made_by_id_person"),
        sa.ForeignKeyConstraint(["to_id"], ["registration.id"], name="fk_seat_move_to_id_registration"),
        sa.PrimaryKeyConstraint("from_id", name="pk_seat_move"),
        sa.UniqueConstraint("to_id", name="uq_seat_move_to_id"),
    )


def downgrade() -> None:
    op.drop_table("seat_move")
