"""Every table, one subject a file. Importing this module fills ``Base.metadata``."""

from core.store.tables.amendment import Amendment, AmendmentRow, RedecisionBatch, RedecisionRow
from core.store.tables.attachment import Attachment
from core.store.tables.budget import BudgetAssumption, BudgetPlan
from core.store.tables.calendar_year import CalendarYear
from core.store.tables.case import AssistanceCase, CaseMember, FactsVersion
from core.store.tables.case_note import CaseNote
from core.store.tables.certificate import Certificate, Referral
from core.store.tables.decision import Decision, StoredPolicy
from core.store.tables.event import Anchor, Event
from core.store.tables.form_draft import FormDraft
from core.store.tables.fund import FundEntry, FundOrder
from core.store.tables.impact import ImpactHousehold, ImpactPreview
from core.store.tables.job import Job
from core.store.tables.meeting import Meeting, MeetingAttendance, MeetingResult, Visit, VisitRound
from core.store.tables.office import (
    CaseAssignment,
    KinshipLink,
    OfficeHolder,
    OfficePost,
    RecusalDemand,
    RelativeFiling,
)
from core.store.tables.payroll import (
    PayrollClaim,
    PayrollException,
    PayrollLine,
    PayrollRun,
    PayrollTurn,
    RecoveryEntry,
    RecoveryOrder,
)
from core.store.tables.person import Person
from core.store.tables.plugin import PluginStep, RunningProcess
from core.store.tables.posting import Posting, PostingLine
from core.store.tables.problem import ProblemEntry
from core.store.tables.registry import RegistryContent, RegistryEntry
from core.store.tables.report import MonthlyReport
from core.store.tables.review import ReviewItem, ReviewRound
from core.store.tables.sampling import SampleCheck, SampleDraw, SampleItem
from core.store.tables.staff import FailedAttempt, RoleGrant, StaffSession, StaffUser

__all__ = [
    "Amendment",
    "AmendmentRow",
    "Anchor",
    "AssistanceCase",
    "Attachment",
    "BudgetAssumption",
    "BudgetPlan",
    "CalendarYear",
    "CaseAssignment",
    "CaseMember",
    "CaseNote",
    "Certificate",
    "Decision",
    "Event",
    "FactsVersion",
    "FailedAttempt",
    "FormDraft",
    "FundEntry",
    "FundOrder",
    "ImpactHousehold",
    "ImpactPreview",
    "Job",
    "KinshipLink",
    "Meeting",
    "MeetingAttendance",
    "MeetingResult",
    "MonthlyReport",
    "OfficeHolder",
    "OfficePost",
    "PayrollClaim",
    "PayrollException",
    "PayrollLine",
    "PayrollRun",
    "PayrollTurn",
    "Person",
    "PluginStep",
    "Posting",
    "PostingLine",
    "ProblemEntry",
    "RecoveryEntry",
    "RecoveryOrder",
    "RecusalDemand",
    "RedecisionBatch",
    "RedecisionRow",
    "Referral",
    "RegistryContent",
    "RegistryEntry",
    "RelativeFiling",
    "ReviewItem",
    "ReviewRound",
    "RoleGrant",
    "RunningProcess",
    "SampleCheck",
    "SampleDraw",
    "SampleItem",
    "StaffSession",
    "StaffUser",
    "StoredPolicy",
    "Visit",
    "VisitRound",
]
