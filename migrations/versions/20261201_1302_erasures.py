"""persons who were erased, and until when the record of credit keeps something of them"""

import sqlalchemy as sa
from alembic import op

revision = "20261201_1302"
down_revision = "20261201_1301"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "erasure",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("kept", sa.Integer(), nullable=False),
        sa.Column("kept_until", sa.Date(), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_erasure_person_id_person"),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name="fk_erasure_by_id_person"),
        sa.PrimaryKeyConstraint("person_id", name="pk_erasure"),
    )


def downgrade() -> None:
    op.drop_table("erasure")
