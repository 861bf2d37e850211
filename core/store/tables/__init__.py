"""Every table, one subject a file. Importing this module fills ``Base.metadata``."""

from core.store.tables.amendment import Amendment, AmendmentRow, RedecisionBatch, RedecisionRow
from core.store.tables.attachment import Attachment
from core.store.tables.budget import BudgetAssumption, BudgetPlan
from core.store.tables.calendar_year import CalendarYear
from core.store.tables.case import AssistanceCase, CaseMember, FactsVersion
from core.store.tables.decision import Decision, StoredPolicy
from core.store.tables.event import Anchor, Event
from core.store.tables.job import Job
from core.store.tables.person import Person
from core.store.tables.problem import ProblemEntry
from core.store.tables.registry import RegistryContent, RegistryEntry
from core.store.tables.report import MonthlyReport
from core.store.tables.review import ReviewItem, ReviewRound
from core.store.tables.sampling import SampleCheck, SampleDraw, SampleItem
from core.store.tables.staff import RoleGrant, StaffUser

__all__ = [
    "Amendment",
    "AmendmentRow",
    "Anchor",
    "AssistanceCase",
    "Attachment",
    "BudgetAssumption",
    "BudgetPlan",
    "CalendarYear",
    "CaseMember",
    "Decision",
    "Event",
    "FactsVersion",
    "Job",
    "MonthlyReport",
    "Person",
    "ProblemEntry",
    "RedecisionBatch",
    "RedecisionRow",
    "RegistryContent",
    "RegistryEntry",
    "ReviewItem",
    "ReviewRound",
    "RoleGrant",
    "SampleCheck",
    "SampleDraw",
    "SampleItem",
    "StaffUser",
    "StoredPolicy",
]
