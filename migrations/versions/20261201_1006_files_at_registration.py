"""files that are asked for at registration"""

import sqlalchemy as sa
from alembic import op

revision = "20261201_1006"
down_revision = "20261201_1005"
branch_labels = None
depends_on = None

CHECKED = {"native_enum": False, "create_constraint": True, "length": 24}
KINDS = ("text", "long_text", "number", "choice", "choices", "date", "country", "yes_no", "consent")


def _kinds(kinds: tuple[str, ...]) -> None:
    # In place: moving the table would break the rows that point to it.
    allowed = ", ".join(f"'{kind}'" for kind in kinds)
    op.execute("ALTER TABLE form_question DROP CONSTRAINT ck_form_question_fieldkind")
    op.execute(f"ALTER TABLE form_question ADD CONSTRAINT ck_form_question_fieldkind CHECK (kind IN ({allowed}))")


def upgrade() -> None:
    _kinds((*KINDS, "file"))
    op.create_table(
        "answer_file",
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.Enum("pdf", "png", "jpeg", name="filekind", **CHECKED), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("state", sa.Enum("checking", "ready", "refused", name="answerfilestate", **CHECKED), nullable=False),
        sa.Column("refusal", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name=op.f("fk_answer_file_registration_id_registration")
        ),
        sa.ForeignKeyConstraint(
            ["question_id"], ["form_question.id"], name=op.f("fk_answer_file_question_id_form_question")
        ),
        sa.PrimaryKeyConstraint("registration_id", "question_id", name=op.f("pk_answer_file")),
    )
    op.create_index(op.f("ix_answer_file_question_id"), "answer_file", ["question_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_answer_file_question_id"), "answer_file")
    op.drop_table("answer_file")
    # What the older release cannot ask goes, with its answers.
    gone = "(SELECT id FROM form_question WHERE kind = 'file')"
    op.execute(f"DELETE FROM form_answer WHERE question_id IN {gone}")
    op.execute("DELETE FROM form_question WHERE kind = 'file'")
    _kinds(KINDS)
