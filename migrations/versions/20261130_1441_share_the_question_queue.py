"""Share the queue of questions: merge, park, answer in private, claim, tag with an objective."""

import sqlalchemy as sa
from alembic import op

revision = "20261130_1441"
down_revision = "20261130_1430"
branch_labels = None
depends_on = None

OLD = ("submitted", "published", "answering", "answered_live", "answered_writing", "dismissed")
NEW = (*OLD, "answered_privately", "parked", "merged")


def upgrade() -> None:
    with op.batch_alter_table("question") as table:
        table.add_column(sa.Column("state_before", sa.String(length=24), nullable=True))
        table.add_column(sa.Column("merged_into_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("objective_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("claimed_by_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("claimed_name", sa.String(length=80), nullable=True))
        table.add_column(sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True))
        table.create_foreign_key(op.f("fk_question_merged_into_id_question"), "question", ["merged_into_id"], ["id"])
        table.create_foreign_key(
            op.f("fk_question_objective_id_objective"), "objective", ["objective_id"], ["id"], ondelete="SET NULL"
        )
        table.create_foreign_key(op.f("fk_question_claimed_by_id_person"), "person", ["claimed_by_id"], ["id"])
        table.create_index(op.f("ix_question_merged_into_id"), ["merged_into_id"])
        table.drop_constraint(op.f("ck_question_questionstate"), type_="check")
        table.create_check_constraint(op.f("ck_question_questionstate"), sa.column("state").in_(NEW))


def downgrade() -> None:
    # What the old words cannot say is nearest to a dismissal, which keeps the row and shows it to staff only.
    op.execute("UPDATE question SET state = 'dismissed' WHERE state IN ('answered_privately', 'parked', 'merged')")
    with op.batch_alter_table("question") as table:
        table.drop_constraint(op.f("ck_question_questionstate"), type_="check")
        table.create_check_constraint(op.f("ck_question_questionstate"), sa.column("state").in_(OLD))
        table.drop_index(op.f("ix_question_merged_into_id"))
        table.drop_constraint(op.f("fk_question_claimed_by_id_person"), type_="foreignkey")
        table.drop_constraint(op.f("fk_question_objective_id_objective"), type_="foreignkey")
        table.drop_constraint(op.f("fk_question_merged_into_id_question"), type_="foreignkey")
        for name in (
            "claimed_until",
            "claimed_name",
            "claimed_by_id",
            "objective_id",
            "merged_into_id",
            "state_before",
        ):
            table.drop_column(name)
