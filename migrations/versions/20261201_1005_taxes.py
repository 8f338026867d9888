"""the tax on what a course costs, and on an order"""

import sqlalchemy as sa
from alembic import op

revision = "20261201_1005"
down_revision = "20261201_1004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "course_tax",
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=40), nullable=False),
        sa.Column("rate", sa.Integer(), nullable=False),
        sa.Column("is_included", sa.Boolean(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.CheckConstraint("rate between 1 and 100000", name=op.f("ck_course_tax_rate_in_bounds")),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_course_tax_course_id_course")),
        sa.PrimaryKeyConstraint("course_id", name=op.f("pk_course_tax")),
    )
    op.add_column("payment_order", sa.Column("tax", sa.JSON(none_as_null=True), nullable=True))


def downgrade() -> None:
    op.drop_column("payment_order", "tax")
    op.drop_table("course_tax")
