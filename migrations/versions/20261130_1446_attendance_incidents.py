"""outages of whole rooms"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "20261130_1446"
down_revision: str | None = "20261130_1445"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

CAUSE = sa.Enum("mass", "server", name="cause", native_enum=False, create_constraint=True, length=24)


def upgrade() -> None:
    op.create_table(
        "attendance_incident",
        sa.Column("webinar_id", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cause", CAUSE, nullable=False),
        sa.Column("lost", sa.Integer(), nullable=False),
        sa.Column("present", sa.Integer(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["webinar_id"], ["webinar.id"], name="fk_attendance_incident_webinar_id_webinar"),
        sa.PrimaryKeyConstraint("webinar_id", "started_at", name="pk_attendance_incident"),
    )


def downgrade() -> None:
    op.drop_table("attendance_incident")
