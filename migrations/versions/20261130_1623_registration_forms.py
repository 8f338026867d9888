"""What courses ask whoever registers, and the answers."""

import sqlalchemy as sa
from alembic import op

revision = "20261130_1623"
down_revision = "20261130_1622"
branch_labels = None
depends_on = None

KIND = sa.Enum(
    "text", "long_text", "number", "choice", "choices", "date", "country", "yes_no", "consent", name="fieldkind",
    native_enum=False, create_constraint=True, length=24,
)  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "form_question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", KIND, nullable=False),
        sa.Column("prompt", sa.String(length=200), nullable=False),
        sa.Column("help", sa.String(length=300), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("is_required", sa.Boolean(), nullable=False),
        sa.Column("is_kept", sa.Boolean(), nullable=False),
        sa.Column("shown_on", sa.String(length=8), nullable=False),
        sa.Column("shown_value", sa.String(length=120), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name="fk_form_question_course_id_course"),
        sa.PrimaryKeyConstraint("id", name="pk_form_question"),
        sa.UniqueConstraint("course_id", "code", name="uq_form_question_course_id_code"),
    )
    op.create_index("ix_form_question_order", "form_question", ["course_id", "position"])
    op.create_table(
        "form_answer",
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["question_id"], ["form_question.id"], name="fk_form_answer_question_id_form_question"),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name="fk_form_answer_registration_id_registration"
        ),
        sa.PrimaryKeyConstraint("registration_id", "question_id", name="pk_form_answer"),
    )
    op.create_index("ix_form_answer_question_id", "form_answer", ["question_id"])
    op.create_table(
        "kept_answer",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("memory", sa.String(length=230), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_kept_answer_person_id_person"),
        sa.PrimaryKeyConstraint("person_id", "memory", name="pk_kept_answer"),
    )


def downgrade() -> None:
    op.drop_table("kept_answer")
    op.drop_table("form_answer")
    op.drop_table("form_question")
