"""The tables of version 0.2, one function a table."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, each behind those it points to."""
    for make in (
        _anchor,
        _attachment,
        _fund_order,
        _payroll_turn,
        _person,
        _registry_content,
        _registry_entry,
        _running_process,
        _staff_user,
        _stored_policy,
        _amendment,
        _assistance_case,
        _budget_plan,
        _calendar_year,
        _event,
        _form_draft,
        _impact_preview,
        _job,
        _kinship_link,
        _monthly_report,
        _office_holder,
        _payroll_run,
        _plugin_step,
        _posting,
        _review_round,
        _role_grant,
        _staff_session,
        _failed_attempt,
        _sample_draw,
        _visit_round,
        _amendment_row,
        _budget_assumption,
        _case_assignment,
        _case_member,
        _case_note,
        _certificate,
        _facts_version,
        _fund_entry,
        _impact_household,
        _meeting,
        _office_post,
        _payroll_claim,
        _payroll_exception,
        _payroll_line,
        _posting_line,
        _problem,
        _recovery_entry,
        _recovery_order,
        _recusal_demand,
        _redecision_batch,
        _referral,
        _relative_filing,
        _sample_item,
        _visit,
        _decision,
        _meeting_attendance,
        _meeting_result,
        _sample_check,
        _redecision_row,
        _review_item,
    ):
        make()


def downgrade() -> None:
    """Leave none of them."""
    for table in (
        "review_item",
        "redecision_row",
        "sample_check",
        "meeting_result",
        "meeting_attendance",
        "decision",
        "visit",
        "sample_item",
        "relative_filing",
        "referral",
        "redecision_batch",
        "recusal_demand",
        "recovery_order",
        "recovery_entry",
        "problem",
        "posting_line",
        "payroll_line",
        "payroll_exception",
        "payroll_claim",
        "office_post",
        "meeting",
        "impact_household",
        "fund_entry",
        "facts_version",
        "certificate",
        "case_note",
        "case_member",
        "case_assignment",
        "budget_assumption",
        "amendment_row",
        "visit_round",
        "sample_draw",
        "role_grant",
        "review_round",
        "posting",
        "plugin_step",
        "payroll_run",
        "office_holder",
        "monthly_report",
        "kinship_link",
        "job",
        "impact_preview",
        "form_draft",
        "event",
        "calendar_year",
        "budget_plan",
        "assistance_case",
        "amendment",
        "stored_policy",
        "failed_attempt",
        "staff_session",
        "staff_user",
        "running_process",
        "registry_entry",
        "registry_content",
        "person",
        "payroll_turn",
        "fund_order",
        "attachment",
        "anchor",
    ):
        op.drop_table(table)


def _anchor() -> None:
    op.create_table(
        "anchor",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("recorded_at", sa.String(length=32), nullable=False),
        sa.Column("last_event", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("heads", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_anchor")),
    )


def _attachment() -> None:
    op.create_table(
        "attachment",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("subject", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("recorded_at", sa.String(length=32), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
    )
    op.create_index(op.f("ix_attachment_subject"), "attachment", ["subject"], unique=False)


def _fund_order() -> None:
    op.create_table(
        "fund_order",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "path",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("programme", sa.String(length=40), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("sources", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fund_order")),
    )
    op.create_index(op.f("ix_fund_order_path"), "fund_order", ["path"], unique=False)


def _payroll_turn() -> None:
    op.create_table(
        "payroll_turn",
        sa.Column("programme", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("programme", name=op.f("pk_payroll_turn")),
    )


def _person() -> None:
    op.create_table(
        "person",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("name_index", sa.String(length=64), nullable=False),
        sa.Column("id_number", sa.LargeBinary(), nullable=True),
        sa.Column("id_number_index", sa.String(length=64), nullable=True),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("address", sa.LargeBinary(), nullable=True),
        sa.Column("bank", sa.String(length=100), nullable=True),
        sa.Column("account", sa.LargeBinary(), nullable=True),
        sa.Column("account_name", sa.LargeBinary(), nullable=True),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("sex", sa.String(length=40), nullable=True),
        sa.Column("died_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("token", name=op.f("uq_person_token")),
    )
    op.create_index(op.f("ix_person_id_number_index"), "person", ["id_number_index"], unique=True)
    op.create_index(op.f("ix_person_name_index"), "person", ["name_index"], unique=False)


def _registry_content() -> None:
    op.create_table(
        "registry_content",
        sa.Column("content", sa.String(length=64), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("content", name=op.f("pk_registry_content")),
    )


def _registry_entry() -> None:
    op.create_table(
        "registry_entry",
        sa.Column("sequence", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("recorded_at", sa.String(length=32), nullable=False),
        sa.Column("source", sa.String(length=100), nullable=False),
        sa.Column("version", sa.String(length=60), nullable=False),
        sa.Column("contents", sa.Text(), nullable=False),
        sa.Column("new", sa.Text(), nullable=False),
        sa.Column("chain", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_registry_entry")),
    )
    op.create_index(op.f("ix_registry_entry_source"), "registry_entry", ["source"], unique=False)


def _failed_attempt() -> None:
    op.create_table(
        "failed_attempt",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_failed_attempt")),
    )
    op.create_index(op.f("ix_failed_attempt_at"), "failed_attempt", ["at"])
    op.create_index(op.f("ix_failed_attempt_digest_at"), "failed_attempt", ["digest", "at"])


def _staff_session() -> None:
    op.create_table(
        "staff_session",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("stamp", sa.String(length=64), nullable=False),
        sa.Column("started_at", sa.String(length=32), nullable=False),
        sa.Column("seen_at", sa.String(length=32), nullable=False),
        sa.Column("ended_at", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["staff_user.id"], name=op.f("fk_staff_session_user_id_staff_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_session")),
        sa.UniqueConstraint("digest", name=op.f("uq_staff_session_digest")),
    )
    op.create_index(op.f("ix_staff_session_user_id"), "staff_session", ["user_id"], unique=False)


def _staff_user() -> None:
    op.create_table(
        "staff_user",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("login", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("password", sa.String(length=200), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_user")),
        sa.UniqueConstraint("login", name=op.f("uq_staff_user_login")),
    )


def _stored_policy() -> None:
    op.create_table(
        "stored_policy",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("recorded_at", sa.String(length=32), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("documents", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_stored_policy")),
    )


def _amendment() -> None:
    op.create_table(
        "amendment",
        sa.Column("uuid", sa.String(length=32), nullable=False),
        sa.Column("division", sa.String(length=40), nullable=False),
        sa.Column(
            "path",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("number", sa.String(length=100), nullable=True),
        sa.Column("issuer", sa.String(length=100), nullable=False),
        sa.Column("assurance", sa.String(length=40), nullable=False),
        sa.Column("issued", sa.Date(), nullable=False),
        sa.Column("announced", sa.Date(), nullable=True),
        sa.Column("effective", sa.Date(), nullable=False),
        sa.Column("first_payment_month", sa.Date(), nullable=True),
        sa.Column("arrears_from", sa.Date(), nullable=True),
        sa.Column("filed_on", sa.Date(), nullable=True),
        sa.Column("filed_with", sa.String(length=100), nullable=True),
        sa.Column("findings", sa.Text(), nullable=False),
        sa.Column("rolls_back", sa.String(length=32), nullable=True),
        sa.Column("superseded_by", sa.String(length=32), nullable=True),
        sa.Column("proposed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("proposed_at", sa.String(length=32), nullable=False),
        sa.Column("approved_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("approved_at", sa.String(length=32), nullable=True),
        sa.Column("published_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("published_at", sa.String(length=32), nullable=True),
        sa.CheckConstraint(
            "status <> 'published' OR approved_by IS NOT NULL", name=op.f("ck_amendment_published_was_approved")
        ),
        sa.CheckConstraint("approved_by <> proposed_by", name=op.f("ck_amendment_maker_is_not_checker")),
        sa.CheckConstraint("published_by <> proposed_by", name=op.f("ck_amendment_maker_is_not_publisher")),
        sa.ForeignKeyConstraint(["approved_by"], ["staff_user.id"], name=op.f("fk_amendment_approved_by_staff_user")),
        sa.ForeignKeyConstraint(["proposed_by"], ["staff_user.id"], name=op.f("fk_amendment_proposed_by_staff_user")),
        sa.ForeignKeyConstraint(["published_by"], ["staff_user.id"], name=op.f("fk_amendment_published_by_staff_user")),
        sa.ForeignKeyConstraint(["rolls_back"], ["amendment.uuid"], name=op.f("fk_amendment_rolls_back_amendment")),
        sa.ForeignKeyConstraint(
            ["superseded_by"], ["amendment.uuid"], name=op.f("fk_amendment_superseded_by_amendment")
        ),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_amendment")),
    )
    op.create_index(op.f("ix_amendment_path_status"), "amendment", ["path", "status"], unique=False)


def _assistance_case() -> None:
    op.create_table(
        "assistance_case",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("programme", sa.String(length=40), nullable=False),
        sa.Column("area", sa.String(length=40), nullable=False),
        sa.Column("division", sa.String(length=40), nullable=False),
        sa.Column(
            "path",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("unit", sa.String(length=40), nullable=True),
        sa.Column("village", sa.String(length=60), nullable=True),
        sa.Column("head_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("stage", sa.String(length=40), nullable=True),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("accepted_on", sa.Date(), nullable=True),
        sa.Column("rules_on", sa.Date(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("exit_reason", sa.String(length=40), nullable=True),
        sa.Column("persons", sa.Integer(), nullable=False),
        sa.Column("entitled", sa.Integer(), nullable=False),
        sa.Column("monthly", sa.BigInteger(), nullable=True),
        sa.Column("method", sa.String(length=40), nullable=True),
        sa.Column("review_class", sa.String(length=40), nullable=True),
        sa.Column("turns_on", sa.Date(), nullable=True),
        sa.Column("review_due", sa.Date(), nullable=True),
        sa.Column("filed", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["head_id"], ["person.id"], name=op.f("fk_assistance_case_head_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assistance_case")),
        sa.UniqueConstraint("number", name=op.f("uq_assistance_case_number")),
    )
    op.create_index(op.f("ix_assistance_case_head_id"), "assistance_case", ["head_id"], unique=False)
    op.create_index(
        op.f("ix_assistance_case_turns_on"),
        "assistance_case",
        ["turns_on"],
        unique=False,
        sqlite_where=sa.text("turns_on IS NOT NULL"),
        postgresql_where=sa.text("turns_on IS NOT NULL"),
    )
    op.create_index(op.f("ix_assistance_case_path_number"), "assistance_case", ["path", "number"], unique=False)
    op.create_index(
        op.f("ix_assistance_case_path_status_id"), "assistance_case", ["path", "status", "id"], unique=False
    )
    op.create_index(
        op.f("ix_assistance_case_status_review_due"), "assistance_case", ["status", "review_due"], unique=False
    )
    op.create_index(
        op.f("ix_assistance_case_village_path_number"),
        "assistance_case",
        ["village", "path", "number"],
        unique=False,
    )
    op.create_index(
        op.f("ix_assistance_case_programme_path_number"),
        "assistance_case",
        ["programme", "path", "number"],
        unique=False,
    )
    op.create_index(
        op.f("ix_assistance_case_status_path_number"),
        "assistance_case",
        ["status", "path", "number"],
        unique=False,
    )


def _budget_plan() -> None:
    op.create_table(
        "budget_plan",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("division", sa.String(length=40), nullable=False),
        sa.Column(
            "path",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("programme", sa.String(length=40), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("lines", sa.Text(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.Column("recorded_at", sa.String(length=32), nullable=False),
        sa.Column("prepared_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("submitted_on", sa.Date(), nullable=True),
        sa.Column("reviewed_on", sa.Date(), nullable=True),
        sa.Column("reviewed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("answer_document", sa.String(length=200), nullable=True),
        sa.Column("reckoned", sa.Text(), nullable=True),
        sa.CheckConstraint("reviewed_by <> prepared_by", name=op.f("ck_budget_plan_maker_is_not_checker")),
        sa.ForeignKeyConstraint(["prepared_by"], ["staff_user.id"], name=op.f("fk_budget_plan_prepared_by_staff_user")),
        sa.ForeignKeyConstraint(["reviewed_by"], ["staff_user.id"], name=op.f("fk_budget_plan_reviewed_by_staff_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budget_plan")),
        sa.UniqueConstraint("division", "programme", "year", name=op.f("uq_budget_plan_division_programme_year")),
    )


def _calendar_year() -> None:
    op.create_table(
        "calendar_year",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("document", sa.String(length=200), nullable=False),
        sa.Column("days", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("recorded_at", sa.String(length=32), nullable=False),
        sa.Column("loaded_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["loaded_by"], ["staff_user.id"], name=op.f("fk_calendar_year_loaded_by_staff_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_year")),
    )
    op.create_index(op.f("ix_calendar_year_year"), "calendar_year", ["year"], unique=False)


def _event() -> None:
    op.create_table(
        "event",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("chain", sa.String(length=60), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.String(length=32), nullable=False),
        sa.Column("actor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reason", sa.String(length=1000), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("written", sa.Text(), nullable=True),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["staff_user.id"], name=op.f("fk_event_actor_id_staff_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
        sa.UniqueConstraint("chain", "sequence", name=op.f("uq_event_chain_sequence")),
    )
    op.create_index(op.f("ix_event_kind_happened_on"), "event", ["kind", "happened_on"], unique=False)


def _form_draft() -> None:
    op.create_table(
        "form_draft",
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["staff_user.id"], name=op.f("fk_form_draft_user_id_staff_user")),
        sa.PrimaryKeyConstraint("user_id", "subject", name=op.f("pk_form_draft")),
    )


def _impact_preview() -> None:
    op.create_table(
        "impact_preview",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("amendment", sa.String(length=32), nullable=False),
        sa.Column(
            "path",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("starts", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=True),
        sa.Column("asked_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("asked_at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["amendment"], ["amendment.uuid"], name=op.f("fk_impact_preview_amendment_amendment")),
        sa.ForeignKeyConstraint(["asked_by"], ["staff_user.id"], name=op.f("fk_impact_preview_asked_by_staff_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_impact_preview")),
    )
    op.create_index(
        op.f("ix_impact_preview_amendment_asked_at"), "impact_preview", ["amendment", "asked_at"], unique=False
    )


def _impact_household() -> None:
    op.create_table(
        "impact_household",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("preview", sa.String(length=80), nullable=False),
        sa.Column("case_number", sa.String(length=40), nullable=False),
        sa.Column("programme", sa.String(length=40), nullable=False),
        sa.Column("standing", sa.String(length=40), nullable=False),
        sa.Column("change", sa.String(length=40), nullable=False),
        sa.Column("persons", sa.Integer(), nullable=False),
        sa.Column("before", sa.String(length=80), nullable=True),
        sa.Column("after", sa.String(length=80), nullable=True),
        sa.ForeignKeyConstraint(
            ["preview"], ["impact_preview.id"], name=op.f("fk_impact_household_preview_impact_preview")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_impact_household")),
    )
    op.create_index(
        op.f("ix_impact_household_preview_change_id"), "impact_household", ["preview", "change", "id"], unique=False
    )


def _job() -> None:
    op.create_table(
        "job",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("arguments", sa.Text(), nullable=False),
        sa.Column("cursor", sa.Text(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("started_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("started_at", sa.String(length=32), nullable=False),
        sa.Column("finished_at", sa.String(length=32), nullable=True),
        sa.Column("message", sa.String(length=1000), nullable=True),
        sa.ForeignKeyConstraint(["started_by"], ["staff_user.id"], name=op.f("fk_job_started_by_staff_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
    )


def _kinship_link() -> None:
    op.create_table(
        "kinship_link",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("of_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("link", sa.String(length=40), nullable=False),
        sa.Column("nature", sa.String(length=40), nullable=False),
        sa.Column("supported", sa.Boolean(), nullable=False),
        sa.Column("basis", sa.String(length=40), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.CheckConstraint("person_id <> of_id", name=op.f("ck_kinship_link_nobody_is_his_own_kin")),
        sa.ForeignKeyConstraint(["of_id"], ["person.id"], name=op.f("fk_kinship_link_of_id_person")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_kinship_link_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kinship_link")),
        sa.UniqueConstraint("person_id", "of_id", "link", name=op.f("uq_kinship_link_person_id_of_id_link")),
    )
    op.create_index(op.f("ix_kinship_link_of_id"), "kinship_link", ["of_id"], unique=False)


def _monthly_report() -> None:
    op.create_table(
        "monthly_report",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("report", sa.String(length=40), nullable=False),
        sa.Column("division", sa.String(length=40), nullable=False),
        sa.Column(
            "path",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("declaration", sa.Text(), nullable=False),
        sa.Column("rows", sa.Text(), nullable=False),
        sa.Column("sums", sa.Text(), nullable=False),
        sa.Column("adjustments", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("prepared_at", sa.String(length=32), nullable=False),
        sa.Column("prepared_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("closed_at", sa.String(length=32), nullable=True),
        sa.Column("closed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("note", sa.String(length=1000), nullable=True),
        sa.CheckConstraint("closed_by <> prepared_by", name=op.f("ck_monthly_report_maker_is_not_checker")),
        sa.ForeignKeyConstraint(["closed_by"], ["staff_user.id"], name=op.f("fk_monthly_report_closed_by_staff_user")),
        sa.ForeignKeyConstraint(
            ["prepared_by"], ["staff_user.id"], name=op.f("fk_monthly_report_prepared_by_staff_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_monthly_report")),
        sa.UniqueConstraint("report", "division", "month", name=op.f("uq_monthly_report_report_division_month")),
    )


def _office_holder() -> None:
    op.create_table(
        "office_holder",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_office_holder_person_id_person")),
        sa.ForeignKeyConstraint(["user_id"], ["staff_user.id"], name=op.f("fk_office_holder_user_id_staff_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_office_holder")),
        sa.UniqueConstraint("person_id", name=op.f("uq_office_holder_person_id")),
        sa.UniqueConstraint("user_id", name=op.f("uq_office_holder_user_id")),
    )


def _payroll_run() -> None:
    op.create_table(
        "payroll_run",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("programme", sa.String(length=40), nullable=False),
        sa.Column("area", sa.String(length=40), nullable=False),
        sa.Column("division", sa.String(length=40), nullable=False),
        sa.Column(
            "path",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("frequency", sa.String(length=40), nullable=False),
        sa.Column("from_month", sa.Date(), nullable=False),
        sa.Column("until_month", sa.Date(), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("households", sa.Integer(), nullable=False),
        sa.Column("persons", sa.Integer(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("exceptions", sa.Integer(), nullable=False),
        sa.Column("prepared_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("prepared_on", sa.Date(), nullable=False),
        sa.Column("approved_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("approved_on", sa.Date(), nullable=True),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.CheckConstraint(
            "status IN ('draft', 'prepared', 'approved', 'exported', 'paid', 'cancelled')",
            name=op.f("ck_payroll_run_status"),
        ),
        sa.CheckConstraint("(approved_by IS NULL) = (digest IS NULL)", name=op.f("ck_payroll_run_approval_locks")),
        sa.CheckConstraint(
            "approved_by IS NULL OR approved_by <> prepared_by", name=op.f("ck_payroll_run_maker_is_not_checker")
        ),
        sa.ForeignKeyConstraint(["approved_by"], ["staff_user.id"], name=op.f("fk_payroll_run_approved_by_staff_user")),
        sa.ForeignKeyConstraint(["prepared_by"], ["staff_user.id"], name=op.f("fk_payroll_run_prepared_by_staff_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payroll_run")),
        sa.UniqueConstraint("number", name=op.f("uq_payroll_run_number")),
    )
    op.create_index(op.f("ix_payroll_run_path_from_month"), "payroll_run", ["path", "from_month"], unique=False)
    op.create_index(
        op.f("ix_payroll_run_programme_from_month"), "payroll_run", ["programme", "from_month"], unique=False
    )


def _posting() -> None:
    op.create_table(
        "posting",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("event", sa.String(length=40), nullable=False),
        sa.Column("programme", sa.String(length=40), nullable=False),
        sa.Column("area", sa.String(length=40), nullable=False),
        sa.Column("division", sa.String(length=40), nullable=False),
        sa.Column(
            "path",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("village", sa.String(length=60), nullable=True),
        sa.Column("provision", sa.String(length=200), nullable=False),
        sa.Column("rules_on", sa.Date(), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("drawn_on", sa.Date(), nullable=False),
        sa.Column("drawn_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("recorded_at", sa.String(length=32), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("batch", sa.String(length=60), nullable=True),
        sa.Column("repeats_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("posted_by", sa.String(length=40), nullable=True),
        sa.Column("posters", sa.Text(), nullable=False),
        sa.Column("places", sa.Text(), nullable=False),
        sa.Column("posted_on", sa.Date(), nullable=True),
        sa.Column("days", sa.Integer(), nullable=True),
        sa.Column("day_kind", sa.String(length=40), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("taken_down_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "taken_down_on IS NULL OR posted_on <= taken_down_on", name=op.f("ck_posting_down_after_up")
        ),
        sa.ForeignKeyConstraint(["drawn_by"], ["staff_user.id"], name=op.f("fk_posting_drawn_by_staff_user")),
        sa.ForeignKeyConstraint(["repeats_id"], ["posting.id"], name=op.f("fk_posting_repeats_id_posting")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posting")),
    )
    op.create_index(op.f("ix_posting_batch"), "posting", ["batch"], unique=False)
    op.create_index(op.f("ix_posting_path_status"), "posting", ["path", "status"], unique=False)


def _review_round() -> None:
    op.create_table(
        "review_round",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("division", sa.String(length=40), nullable=False),
        sa.Column(
            "path",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("programme", sa.String(length=40), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("recorded_at", sa.String(length=32), nullable=False),
        sa.Column("opened_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["opened_by"], ["staff_user.id"], name=op.f("fk_review_round_opened_by_staff_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_round")),
    )
    op.create_index(op.f("ix_review_round_path_due_on"), "review_round", ["path", "due_on"], unique=False)


def _role_grant() -> None:
    op.create_table(
        "role_grant",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("division", sa.String(length=40), nullable=False),
        sa.Column(
            "path",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["staff_user.id"], name=op.f("fk_role_grant_user_id_staff_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grant")),
    )
    op.create_index(op.f("ix_role_grant_user_id"), "role_grant", ["user_id"], unique=False)


def _sample_draw() -> None:
    op.create_table(
        "sample_draw",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("division", sa.String(length=40), nullable=False),
        sa.Column(
            "path",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("programme", sa.String(length=40), nullable=False),
        sa.Column("area", sa.String(length=40), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("rule", sa.String(length=200), nullable=False),
        sa.Column("seed", sa.String(length=64), nullable=False),
        sa.Column("strata", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("drawn_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.String(length=32), nullable=False),
        sa.Column("drawn_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["drawn_by"], ["staff_user.id"], name=op.f("fk_sample_draw_drawn_by_staff_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sample_draw")),
    )
    op.create_index(op.f("ix_sample_draw_path_since"), "sample_draw", ["path", "since"], unique=False)


def _visit_round() -> None:
    op.create_table(
        "visit_round",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("stage", sa.String(length=40), nullable=True),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("division", sa.String(length=40), nullable=False),
        sa.Column(
            "path",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("visitors", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("recorded_at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["recorded_by"], ["staff_user.id"], name=op.f("fk_visit_round_recorded_by_staff_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_round")),
    )
    op.create_index(op.f("ix_visit_round_path_happened_on"), "visit_round", ["path", "happened_on"], unique=False)


def _amendment_row() -> None:
    op.create_table(
        "amendment_row",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("amendment", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("raw", sa.Text(), nullable=False),
        sa.Column("previous", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["amendment"], ["amendment.uuid"], name=op.f("fk_amendment_row_amendment_amendment")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_amendment_row")),
        sa.UniqueConstraint("amendment", "position", name=op.f("uq_amendment_row_amendment_position")),
    )


def _budget_assumption() -> None:
    op.create_table(
        "budget_assumption",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("plan_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("line", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("because", sa.String(length=1000), nullable=False),
        sa.Column("recorded_at", sa.String(length=32), nullable=False),
        sa.Column("assumed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["assumed_by"], ["staff_user.id"], name=op.f("fk_budget_assumption_assumed_by_staff_user")
        ),
        sa.ForeignKeyConstraint(["plan_id"], ["budget_plan.id"], name=op.f("fk_budget_assumption_plan_id_budget_plan")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budget_assumption")),
    )
    op.create_index(
        op.f("ix_budget_assumption_plan_id_line_name"), "budget_assumption", ["plan_id", "line", "name"], unique=False
    )


def _case_assignment() -> None:
    op.create_table(
        "case_assignment",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("holder_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("taken_over_from", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["assistance_case.id"], name=op.f("fk_case_assignment_case_id_assistance_case")
        ),
        sa.ForeignKeyConstraint(
            ["holder_id"], ["office_holder.id"], name=op.f("fk_case_assignment_holder_id_office_holder")
        ),
        sa.ForeignKeyConstraint(
            ["taken_over_from"], ["office_holder.id"], name=op.f("fk_case_assignment_taken_over_from_office_holder")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_assignment")),
    )
    op.create_index(op.f("ix_case_assignment_case_id"), "case_assignment", ["case_id"], unique=False)
    op.create_index(op.f("ix_case_assignment_holder_id"), "case_assignment", ["holder_id"], unique=False)


def _case_member() -> None:
    op.create_table(
        "case_member",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("relation", sa.String(length=40), nullable=False),
        sa.Column("entitled", sa.Boolean(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("end_reason", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["assistance_case.id"], name=op.f("fk_case_member_case_id_assistance_case")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_case_member_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_member")),
    )
    op.create_index(op.f("ix_case_member_case_id"), "case_member", ["case_id"], unique=False)
    op.create_index(op.f("ix_case_member_person_id"), "case_member", ["person_id"], unique=False)


def _case_note() -> None:
    op.create_table(
        "case_note",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["assistance_case.id"], name=op.f("fk_case_note_case_id_assistance_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_note")),
        sa.UniqueConstraint("case_id", name=op.f("uq_case_note_case_id")),
    )


def _certificate() -> None:
    op.create_table(
        "certificate",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("issued_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("end_reason", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["assistance_case.id"], name=op.f("fk_certificate_case_id_assistance_case")
        ),
        sa.ForeignKeyConstraint(["issued_by"], ["staff_user.id"], name=op.f("fk_certificate_issued_by_staff_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate")),
        sa.UniqueConstraint("number", name=op.f("uq_certificate_number")),
    )
    op.create_index(op.f("ix_certificate_case_id"), "certificate", ["case_id"], unique=False)


def _facts_version() -> None:
    op.create_table(
        "facts_version",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("basis", sa.String(length=40), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.String(length=32), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["assistance_case.id"], name=op.f("fk_facts_version_case_id_assistance_case")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_facts_version")),
        sa.UniqueConstraint("case_id", "number", name=op.f("uq_facts_version_case_id_number")),
    )


def _fund_entry() -> None:
    op.create_table(
        "fund_entry",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("division", sa.String(length=40), nullable=False),
        sa.Column(
            "path",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("programme", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.String(length=32), nullable=False),
        sa.Column("recorded_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("document", sa.String(length=200), nullable=True),
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "(kind IN ('spending', 'reversal')) = (run_id IS NOT NULL)", name=op.f("ck_fund_entry_earmarked")
        ),
        sa.CheckConstraint("kind IN ('budget', 'receipt', 'spending', 'reversal')", name=op.f("ck_fund_entry_kind")),
        sa.ForeignKeyConstraint(["recorded_by"], ["staff_user.id"], name=op.f("fk_fund_entry_recorded_by_staff_user")),
        sa.ForeignKeyConstraint(["run_id"], ["payroll_run.id"], name=op.f("fk_fund_entry_run_id_payroll_run")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fund_entry")),
    )
    op.create_index(
        op.f("ix_fund_entry_path_programme_year"), "fund_entry", ["path", "programme", "year"], unique=False
    )
    op.create_index(op.f("ix_fund_entry_run_id"), "fund_entry", ["run_id"], unique=False)


def _meeting() -> None:
    op.create_table(
        "meeting",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("stage", sa.String(length=40), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("division", sa.String(length=40), nullable=False),
        sa.Column(
            "path",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("place", sa.String(length=100), nullable=False),
        sa.Column("chair_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("expected", sa.Integer(), nullable=False),
        sa.Column("present", sa.Integer(), nullable=False),
        sa.Column("representatives", sa.Integer(), nullable=False),
        sa.Column("announced_at", sa.String(length=5), nullable=True),
        sa.Column("secret", sa.Boolean(), nullable=False),
        sa.Column("recorded_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("recorded_at", sa.String(length=32), nullable=False),
        sa.CheckConstraint("present <= expected", name=op.f("ck_meeting_present_are_expected")),
        sa.ForeignKeyConstraint(["chair_id"], ["office_holder.id"], name=op.f("fk_meeting_chair_id_office_holder")),
        sa.ForeignKeyConstraint(["recorded_by"], ["staff_user.id"], name=op.f("fk_meeting_recorded_by_staff_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting")),
    )
    op.create_index(op.f("ix_meeting_path_held_on"), "meeting", ["path", "held_on"], unique=False)


def _office_post() -> None:
    op.create_table(
        "office_post",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("holder_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("division", sa.String(length=40), nullable=False),
        sa.Column(
            "path",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("unit", sa.String(length=100), nullable=False),
        sa.Column("position", sa.String(length=60), nullable=False),
        sa.Column("is_head", sa.Boolean(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["holder_id"], ["office_holder.id"], name=op.f("fk_office_post_holder_id_office_holder")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_office_post")),
    )
    op.create_index(op.f("ix_office_post_holder_id"), "office_post", ["holder_id"], unique=False)
    op.create_index(op.f("ix_office_post_path_role"), "office_post", ["path", "role"], unique=False)


def _payroll_claim() -> None:
    op.create_table(
        "payroll_claim",
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["assistance_case.id"], name=op.f("fk_payroll_claim_case_id_assistance_case")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["payroll_run.id"], name=op.f("fk_payroll_claim_run_id_payroll_run")),
        sa.PrimaryKeyConstraint("case_id", "month", name=op.f("pk_payroll_claim")),
    )
    op.create_index(op.f("ix_payroll_claim_run_id"), "payroll_claim", ["run_id"], unique=False)


def _payroll_exception() -> None:
    op.create_table(
        "payroll_exception",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("found_at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["assistance_case.id"], name=op.f("fk_payroll_exception_case_id_assistance_case")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["payroll_run.id"], name=op.f("fk_payroll_exception_run_id_payroll_run")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payroll_exception")),
    )
    op.create_index(
        op.f("ix_payroll_exception_run_id_case_id"), "payroll_exception", ["run_id", "case_id"], unique=False
    )


def _payroll_line() -> None:
    op.create_table(
        "payroll_line",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "path",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("area", sa.String(length=40), nullable=False),
        sa.Column("persons", sa.Integer(), nullable=False),
        sa.Column("benefit", sa.BigInteger(), nullable=False),
        sa.Column("household_topup", sa.BigInteger(), nullable=False),
        sa.Column("member_topup", sa.BigInteger(), nullable=False),
        sa.Column("price_subsidy", sa.BigInteger(), nullable=False),
        sa.Column("phase_out", sa.BigInteger(), nullable=False),
        sa.Column("arrears", sa.BigInteger(), nullable=False),
        sa.Column("recovery", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("settled_benefit", sa.BigInteger(), nullable=False),
        sa.Column("settled_household_topup", sa.BigInteger(), nullable=False),
        sa.Column("settled_member_topup", sa.BigInteger(), nullable=False),
        sa.Column("settled_price_subsidy", sa.BigInteger(), nullable=False),
        sa.Column("settled_phase_out", sa.BigInteger(), nullable=False),
        sa.Column("decision", sa.Integer(), nullable=False),
        sa.Column("settles", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("status_reason", sa.String(length=200), nullable=True),
        sa.CheckConstraint(
            "status IN ('due', 'held', 'paid', 'returned', 'cancelled')", name=op.f("ck_payroll_line_status")
        ),
        sa.CheckConstraint(
            "total = benefit + household_topup + member_topup + price_subsidy + phase_out + arrears - recovery",
            name=op.f("ck_payroll_line_total_is_the_sum"),
        ),
        sa.CheckConstraint("total >= 0 AND arrears >= 0 AND recovery >= 0", name=op.f("ck_payroll_line_not_negative")),
        sa.ForeignKeyConstraint(
            ["case_id"], ["assistance_case.id"], name=op.f("fk_payroll_line_case_id_assistance_case")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["payroll_run.id"], name=op.f("fk_payroll_line_run_id_payroll_run")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payroll_line")),
    )
    op.create_index(op.f("ix_payroll_line_case_id"), "payroll_line", ["case_id"], unique=False)
    op.create_index(op.f("ix_payroll_line_run_id_case_id"), "payroll_line", ["run_id", "case_id"], unique=True)


def _posting_line() -> None:
    op.create_table(
        "posting_line",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("posting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("values", sa.Text(), nullable=False),
        sa.Column("masked", sa.Boolean(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["assistance_case.id"], name=op.f("fk_posting_line_case_id_assistance_case")
        ),
        sa.ForeignKeyConstraint(["posting_id"], ["posting.id"], name=op.f("fk_posting_line_posting_id_posting")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posting_line")),
        sa.UniqueConstraint("posting_id", "case_id", name=op.f("uq_posting_line_posting_id_case_id")),
    )
    op.create_index(op.f("ix_posting_line_case_id"), "posting_line", ["case_id"], unique=False)


def _problem() -> None:
    op.create_table(
        "problem",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("division", sa.String(length=40), nullable=False),
        sa.Column(
            "path",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("finding", sa.String(length=1000), nullable=False),
        sa.Column("found_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("recorded_at", sa.String(length=32), nullable=False),
        sa.Column("recorded_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("rectified_on", sa.Date(), nullable=True),
        sa.Column("rectified_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("rectification", sa.String(length=1000), nullable=True),
        sa.Column("verified_on", sa.Date(), nullable=True),
        sa.Column("verified_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("verified_by <> rectified_by", name=op.f("ck_problem_maker_is_not_checker")),
        sa.ForeignKeyConstraint(["case_id"], ["assistance_case.id"], name=op.f("fk_problem_case_id_assistance_case")),
        sa.ForeignKeyConstraint(["recorded_by"], ["staff_user.id"], name=op.f("fk_problem_recorded_by_staff_user")),
        sa.ForeignKeyConstraint(["rectified_by"], ["staff_user.id"], name=op.f("fk_problem_rectified_by_staff_user")),
        sa.ForeignKeyConstraint(["verified_by"], ["staff_user.id"], name=op.f("fk_problem_verified_by_staff_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_problem")),
    )
    op.create_index(op.f("ix_problem_path_status_due_on"), "problem", ["path", "status", "due_on"], unique=False)


def _recovery_entry() -> None:
    op.create_table(
        "recovery_entry",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["assistance_case.id"], name=op.f("fk_recovery_entry_case_id_assistance_case")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["payroll_run.id"], name=op.f("fk_recovery_entry_run_id_payroll_run")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_entry")),
    )
    op.create_index(op.f("ix_recovery_entry_case_id"), "recovery_entry", ["case_id"], unique=False)
    op.create_index(op.f("ix_recovery_entry_run_id"), "recovery_entry", ["run_id"], unique=False)


def _recovery_order() -> None:
    op.create_table(
        "recovery_order",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("per_payment", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("prepared_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("decided_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_recovery_order_amount")),
        sa.CheckConstraint("decided_by <> prepared_by", name=op.f("ck_recovery_order_maker_is_not_checker")),
        sa.ForeignKeyConstraint(
            ["case_id"], ["assistance_case.id"], name=op.f("fk_recovery_order_case_id_assistance_case")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["staff_user.id"], name=op.f("fk_recovery_order_decided_by_staff_user")
        ),
        sa.ForeignKeyConstraint(
            ["prepared_by"], ["staff_user.id"], name=op.f("fk_recovery_order_prepared_by_staff_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_order")),
    )
    op.create_index(op.f("ix_recovery_order_case_id"), "recovery_order", ["case_id"], unique=False)


def _recusal_demand() -> None:
    op.create_table(
        "recusal_demand",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("holder_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("demanded_by", sa.String(length=40), nullable=False),
        sa.Column("demanded_on", sa.Date(), nullable=False),
        sa.Column("provision", sa.String(length=200), nullable=True),
        sa.Column("deciding_body", sa.String(length=40), nullable=True),
        sa.Column("recorded_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("recorded_at", sa.String(length=32), nullable=False),
        sa.Column("granted", sa.Boolean(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("decided_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("decided_by <> recorded_by", name=op.f("ck_recusal_demand_maker_is_not_checker")),
        sa.ForeignKeyConstraint(
            ["case_id"], ["assistance_case.id"], name=op.f("fk_recusal_demand_case_id_assistance_case")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["staff_user.id"], name=op.f("fk_recusal_demand_decided_by_staff_user")
        ),
        sa.ForeignKeyConstraint(
            ["holder_id"], ["office_holder.id"], name=op.f("fk_recusal_demand_holder_id_office_holder")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["staff_user.id"], name=op.f("fk_recusal_demand_recorded_by_staff_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recusal_demand")),
    )
    op.create_index(op.f("ix_recusal_demand_case_id"), "recusal_demand", ["case_id"], unique=False)


def _redecision_batch() -> None:
    op.create_table(
        "redecision_batch",
        sa.Column("id", sa.String(length=60), nullable=False),
        sa.Column("amendment", sa.String(length=32), nullable=False),
        sa.Column("division", sa.String(length=40), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column(
            "path",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("from_month", sa.Date(), nullable=False),
        sa.Column("first_payment_month", sa.Date(), nullable=False),
        sa.Column("totals", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.Column("prepared_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("prepared_at", sa.String(length=32), nullable=False),
        sa.Column("signed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("signed_at", sa.String(length=32), nullable=True),
        sa.CheckConstraint("signed_by <> prepared_by", name=op.f("ck_redecision_batch_maker_is_not_checker")),
        sa.ForeignKeyConstraint(
            ["amendment"], ["amendment.uuid"], name=op.f("fk_redecision_batch_amendment_amendment")
        ),
        sa.ForeignKeyConstraint(
            ["prepared_by"], ["staff_user.id"], name=op.f("fk_redecision_batch_prepared_by_staff_user")
        ),
        sa.ForeignKeyConstraint(
            ["signed_by"], ["staff_user.id"], name=op.f("fk_redecision_batch_signed_by_staff_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_redecision_batch")),
        sa.UniqueConstraint(
            "amendment", "division", "attempt", name=op.f("uq_redecision_batch_amendment_division_attempt")
        ),
    )


def _referral() -> None:
    op.create_table(
        "referral",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("target", sa.String(length=40), nullable=False),
        sa.Column("referred_on", sa.Date(), nullable=False),
        sa.Column("referred_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("conditions", sa.Text(), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("outcome", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["assistance_case.id"], name=op.f("fk_referral_case_id_assistance_case")),
        sa.ForeignKeyConstraint(["referred_by"], ["staff_user.id"], name=op.f("fk_referral_referred_by_staff_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referral")),
    )
    op.create_index(op.f("ix_referral_case_id"), "referral", ["case_id"], unique=False)
    op.create_index(op.f("ix_referral_target_outcome"), "referral", ["target", "outcome"], unique=False)


def _relative_filing() -> None:
    op.create_table(
        "relative_filing",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("holder_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("relation", sa.String(length=40), nullable=False),
        sa.Column("provision", sa.String(length=200), nullable=False),
        sa.Column("filed_on", sa.Date(), nullable=False),
        sa.Column("filed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("visit_required", sa.Boolean(), nullable=False),
        sa.Column("visited_on", sa.Date(), nullable=True),
        sa.Column("visited_by", sa.Text(), nullable=False),
        sa.Column("township_opinion", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["assistance_case.id"], name=op.f("fk_relative_filing_case_id_assistance_case")
        ),
        sa.ForeignKeyConstraint(["filed_by"], ["staff_user.id"], name=op.f("fk_relative_filing_filed_by_staff_user")),
        sa.ForeignKeyConstraint(
            ["holder_id"], ["office_holder.id"], name=op.f("fk_relative_filing_holder_id_office_holder")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_relative_filing_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relative_filing")),
        sa.UniqueConstraint("case_id", name=op.f("uq_relative_filing_case_id")),
    )
    op.create_index(op.f("ix_relative_filing_holder_id"), "relative_filing", ["holder_id"], unique=False)


def _sample_item() -> None:
    op.create_table(
        "sample_item",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("draw_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("stratum", sa.String(length=40), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["assistance_case.id"], name=op.f("fk_sample_item_case_id_assistance_case")
        ),
        sa.ForeignKeyConstraint(["draw_id"], ["sample_draw.id"], name=op.f("fk_sample_item_draw_id_sample_draw")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sample_item")),
        sa.UniqueConstraint("draw_id", "case_id", name=op.f("uq_sample_item_draw_id_case_id")),
    )
    op.create_index(op.f("ix_sample_item_case_id"), "sample_item", ["case_id"], unique=False)


def _visit() -> None:
    op.create_table(
        "visit",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("round_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.String(length=5), nullable=False),
        sa.Column("place", sa.LargeBinary(), nullable=False),
        sa.Column("finding", sa.LargeBinary(), nullable=False),
        sa.Column("signatures", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["assistance_case.id"], name=op.f("fk_visit_case_id_assistance_case")),
        sa.ForeignKeyConstraint(["round_id"], ["visit_round.id"], name=op.f("fk_visit_round_id_visit_round")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit")),
        sa.UniqueConstraint("round_id", "case_id", name=op.f("uq_visit_round_id_case_id")),
    )
    op.create_index(op.f("ix_visit_case_id"), "visit", ["case_id"], unique=False)


def _decision() -> None:
    op.create_table(
        "decision",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.String(length=32), nullable=False),
        sa.Column("from_month", sa.Date(), nullable=False),
        sa.Column("until_month", sa.Date(), nullable=True),
        sa.Column("monthly", sa.String(length=80), nullable=False),
        sa.Column("parts", sa.Text(), nullable=False),
        sa.Column("method", sa.String(length=40), nullable=False),
        sa.Column("policy_hash", sa.String(length=64), nullable=True),
        sa.Column("facts_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("trace", sa.LargeBinary(), nullable=True),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("batch", sa.String(length=60), nullable=True),
        sa.Column("prepared_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("decided_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.CheckConstraint("decided_by <> prepared_by", name=op.f("ck_decision_maker_is_not_checker")),
        sa.ForeignKeyConstraint(["case_id"], ["assistance_case.id"], name=op.f("fk_decision_case_id_assistance_case")),
        sa.ForeignKeyConstraint(["decided_by"], ["staff_user.id"], name=op.f("fk_decision_decided_by_staff_user")),
        sa.ForeignKeyConstraint(["facts_id"], ["facts_version.id"], name=op.f("fk_decision_facts_id_facts_version")),
        sa.ForeignKeyConstraint(
            ["policy_hash"], ["stored_policy.hash"], name=op.f("fk_decision_policy_hash_stored_policy")
        ),
        sa.ForeignKeyConstraint(["prepared_by"], ["staff_user.id"], name=op.f("fk_decision_prepared_by_staff_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
        sa.UniqueConstraint("case_id", "number", name=op.f("uq_decision_case_id_number")),
    )
    op.create_index(op.f("ix_decision_batch"), "decision", ["batch"], unique=False)
    op.create_index(
        op.f("ix_decision_kind_from_month_case_id"), "decision", ["kind", "from_month", "case_id"], unique=False
    )


def _meeting_attendance() -> None:
    op.create_table(
        "meeting_attendance",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("meeting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("holder_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("signed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["holder_id"], ["office_holder.id"], name=op.f("fk_meeting_attendance_holder_id_office_holder")
        ),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_meeting_attendance_meeting_id_meeting")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_attendance")),
        sa.UniqueConstraint("meeting_id", "holder_id", name=op.f("uq_meeting_attendance_meeting_id_holder_id")),
    )


def _meeting_result() -> None:
    op.create_table(
        "meeting_result",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("meeting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column("agree", sa.Integer(), nullable=False),
        sa.Column("disagree", sa.Integer(), nullable=False),
        sa.Column("abstain", sa.Integer(), nullable=False),
        sa.Column("result", sa.String(length=40), nullable=False),
        sa.Column("excluded", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["assistance_case.id"], name=op.f("fk_meeting_result_case_id_assistance_case")
        ),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_meeting_result_meeting_id_meeting")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_result")),
        sa.UniqueConstraint("meeting_id", "case_id", name=op.f("uq_meeting_result_meeting_id_case_id")),
    )
    op.create_index(op.f("ix_meeting_result_case_id"), "meeting_result", ["case_id"], unique=False)


def _sample_check() -> None:
    op.create_table(
        "sample_check",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.Column("inspectors", sa.Text(), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("note", sa.String(length=1000), nullable=True),
        sa.Column("recorded_at", sa.String(length=32), nullable=False),
        sa.Column("recorded_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["sample_item.id"], name=op.f("fk_sample_check_item_id_sample_item")),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["staff_user.id"], name=op.f("fk_sample_check_recorded_by_staff_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sample_check")),
        sa.UniqueConstraint("item_id", name=op.f("uq_sample_check_item_id")),
    )


def _redecision_row() -> None:
    op.create_table(
        "redecision_row",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("batch", sa.String(length=60), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("persons", sa.Integer(), nullable=False),
        sa.Column("before", sa.String(length=80), nullable=True),
        sa.Column("after", sa.String(length=80), nullable=True),
        sa.Column("arrears_months", sa.Integer(), nullable=True),
        sa.Column("arrears", sa.BigInteger(), nullable=True),
        sa.Column("spans", sa.Text(), nullable=True),
        sa.Column("exception", sa.String(length=40), nullable=True),
        sa.Column("detail", sa.String(length=300), nullable=True),
        sa.Column("decision_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["batch"], ["redecision_batch.id"], name=op.f("fk_redecision_row_batch_redecision_batch")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["assistance_case.id"], name=op.f("fk_redecision_row_case_id_assistance_case")
        ),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name=op.f("fk_redecision_row_decision_id_decision")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_redecision_row")),
        sa.UniqueConstraint("batch", "case_id", name=op.f("uq_redecision_row_batch_case_id")),
    )
    op.create_index(
        op.f("ix_redecision_row_batch_exception_id"), "redecision_row", ["batch", "exception", "id"], unique=False
    )


def _review_item() -> None:
    op.create_table(
        "review_item",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("round_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("reviewed_on", sa.Date(), nullable=True),
        sa.Column("facts_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("from_month", sa.Date(), nullable=True),
        sa.Column("outcome", sa.String(length=40), nullable=True),
        sa.Column("previous", sa.String(length=80), nullable=True),
        sa.Column("monthly", sa.String(length=80), nullable=True),
        sa.Column("months", sa.Text(), nullable=True),
        sa.Column("note", sa.String(length=1000), nullable=True),
        sa.Column("entered_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("decided_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("decision_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("decided_by <> entered_by", name=op.f("ck_review_item_maker_is_not_checker")),
        sa.ForeignKeyConstraint(
            ["case_id"], ["assistance_case.id"], name=op.f("fk_review_item_case_id_assistance_case")
        ),
        sa.ForeignKeyConstraint(["decided_by"], ["staff_user.id"], name=op.f("fk_review_item_decided_by_staff_user")),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name=op.f("fk_review_item_decision_id_decision")),
        sa.ForeignKeyConstraint(["entered_by"], ["staff_user.id"], name=op.f("fk_review_item_entered_by_staff_user")),
        sa.ForeignKeyConstraint(["facts_id"], ["facts_version.id"], name=op.f("fk_review_item_facts_id_facts_version")),
        sa.ForeignKeyConstraint(["round_id"], ["review_round.id"], name=op.f("fk_review_item_round_id_review_round")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_item")),
        sa.UniqueConstraint("round_id", "case_id", name=op.f("uq_review_item_round_id_case_id")),
    )
    op.create_index(op.f("ix_review_item_case_id_status"), "review_item", ["case_id", "status"], unique=False)


def _running_process() -> None:
    op.create_table(
        "running_process",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("host", sa.String(length=100), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("program", sa.String(length=60), nullable=False),
        sa.Column("plugins", sa.Text(), nullable=False),
        sa.Column("rules", sa.String(length=64), nullable=False),
        sa.Column("failures", sa.Text(), nullable=False),
        sa.Column("started_at", sa.String(length=32), nullable=False),
        sa.Column("seen_at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_running_process")),
    )


def _plugin_step() -> None:
    op.create_table(
        "plugin_step",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("plugin", sa.String(length=100), nullable=False),
        sa.Column("step", sa.String(length=40), nullable=False),
        sa.Column("version", sa.String(length=60), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("told", sa.Text(), nullable=True),
        sa.Column("proposed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("actor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("recorded_at", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.String(length=1000), nullable=True),
        sa.CheckConstraint(
            "step <> 'accepted' OR proposed_by <> actor_id", name=op.f("ck_plugin_step_maker_is_not_checker")
        ),
        sa.CheckConstraint(
            "step <> 'accepted' OR proposed_by IS NOT NULL", name=op.f("ck_plugin_step_accepted_was_proposed")
        ),
        sa.ForeignKeyConstraint(["actor_id"], ["staff_user.id"], name=op.f("fk_plugin_step_actor_id_staff_user")),
        sa.ForeignKeyConstraint(["proposed_by"], ["staff_user.id"], name=op.f("fk_plugin_step_proposed_by_staff_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plugin_step")),
    )
    op.create_index(op.f("ix_plugin_step_plugin_id"), "plugin_step", ["plugin", "id"], unique=False)
