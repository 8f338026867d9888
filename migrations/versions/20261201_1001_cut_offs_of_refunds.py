"""until when how much of a fee is given back"""

import sqlalchemy as sa
from alembic import op

revision = "20261201_1001"
down_revision = "20261201_1000"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "refund_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.CheckConstraint("days between 0 and 365", name=op.f("ck_refund_step_days_in_bounds")),
        sa.CheckConstraint("percent between 1 and 100", name=op.f("ck_refund_step_percent_in_bounds")),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_refund_step_course_id_course")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refund_step")),
        sa.UniqueConstraint("course_id", "days", name=op.f("uq_refund_step_course_id_days")),
    )


def downgrade() -> None:
    op.drop_table("refund_step")
