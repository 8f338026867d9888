"""merged persons, and pairs that are two people"""

import sqlalchemy as sa
from alembic import op

revision = "20261130_1633"
down_revision = "20261130_1632"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "person_merge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("kept_id", sa.Integer(), nullable=False),
        sa.Column("gone_id", sa.Integer(), nullable=False),
        sa.Column("moved", sa.JSON(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_by_id", sa.Integer(), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["gone_id"], ["person.id"], name="fk_person_merge_gone_id_person"),
        sa.ForeignKeyConstraint(["kept_id"], ["person.id"], name="fk_person_merge_kept_id_person"),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"], name="fk_person_merge_made_by_id_person"),
        sa.ForeignKeyConstraint(["undone_by_id"], ["person.id"], name="fk_person_merge_undone_by_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_person_merge"),
        sa.UniqueConstraint("code", name="uq_person_merge_code"),
    )
    op.create_index("ix_person_merge_kept_id", "person_merge", ["kept_id"])
    op.create_table(
        "two_people",
        sa.Column("first_id", sa.Integer(), nullable=False),
        sa.Column("second_id", sa.Integer(), nullable=False),
        sa.Column("said_by_id", sa.Integer(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["first_id"], ["person.id"], name="fk_two_people_first_id_person"),
        sa.ForeignKeyConstraint(["said_by_id"], ["person.id"], name="fk_two_people_said_by_id_person"),
        sa.ForeignKeyConstraint(["second_id"], ["person.id"], name="fk_two_people_second_id_person"),
        sa.PrimaryKeyConstraint("first_id", "second_id", name="pk_two_people"),
    )


def downgrade() -> None:
    op.drop_table("two_people")
    op.drop_table("person_merge")
