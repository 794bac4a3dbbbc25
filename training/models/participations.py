"""Who was in which session, on which days. A participation keeps its person's circumstances as they were then."""

import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, IntegerField, Q, Sum
from django.db.models.functions import Cast, Round
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from training import permissions
from training.choices import Mark, Outcome, Role, Sex, Way

if TYPE_CHECKING:
    from training.models.accounts import Account
    from training.models.sessions import Session, SessionDay


TESTED = Q(pre_score__isnull=False, post_score__isnull=False)
# Score after less score before, in hundredths: whole numbers, which add up to the same in whatever order.
GAIN = Sum(Cast(Round((F("post_score") - F("pre_score")) * 100), IntegerField()), filter=TESTED)


class RosterImport(models.Model):
    """One applied roster file. Everything it made or changed points here, so that it can be taken back as one.

    `filled` lists what it added to people known before: [{"person": id, "fields": {name: value before}}], and what it
    corrected on the roster: [{"participation": id, "fields": {name: value before}}]; `marks` what it changed on marks
    known before: [{"participation": id, "day": id, "mark": mark before}].
    """

    session = models.ForeignKey("training.Session", models.PROTECT, related_name="imports")
    file_name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    rows = models.PositiveIntegerField()
    filled = models.JSONField(default=list)
    marks = models.JSONField(default=list)
    by = models.ForeignKey("training.Account", models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    undone_by = models.ForeignKey("training.Account", models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("roster import")
        verbose_name_plural = _("roster imports")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.file_name


def mark_of(day: "SessionDay") -> models.FilteredRelation:
    """For `annotate` on participations: the relation to their mark of that day, of which there is one at the most."""
    return models.FilteredRelation("attendance", condition=Q(attendance__day=day))


class ParticipationQuerySet(models.QuerySet["Participation"]):
    def visible_to(self, account: "Account") -> "ParticipationQuerySet":
        """The participations whose person this account may see by name."""
        return self.filter(permissions.participation_scope(account))

    def of_session(self, session: "Session", account: "Account") -> "ParticipationQuerySet":
        """Those of this session that are visible to the account: all, where it is known to change the session."""
        found = self.filter(session=session)
        return found if permissions.known_to_change(account, session) else found.visible_to(account)

    def counted(self) -> "ParticipationQuerySet":
        """Those in a state that counts; role and session are the caller's to choose (design §3.1)."""
        return self.filter(outcome__in=Outcome.counted())

    def by_name(self) -> "ParticipationQuerySet":
        """With their people and institutions, in the order of a printed list whatever the script."""
        return self.select_related("person", "institution", "jurisdiction").order_by("person__search_key", "pk")


class Participation(models.Model):
    """One person in one session, with jurisdiction, institution, position and sex as they were then.

    `outcome` and `days_attended` follow from the marks (services/outcomes.py) and are never set by hand.
    `days_attended` is empty where no register was kept: those days are unknown, not zero. Scores are in per cent.
    """

    session = models.ForeignKey("training.Session", models.PROTECT, related_name="participations")
    person = models.ForeignKey("training.Person", models.PROTECT, related_name="participations")
    role = models.CharField(_("role"), max_length=10, choices=Role.choices, default=Role.TRAINEE)
    jurisdiction = models.ForeignKey("training.Jurisdiction", models.PROTECT, related_name="participations")
    institution = models.ForeignKey("training.Institution", models.PROTECT, null=True, related_name="participations")
    position = models.CharField(_("position"), max_length=150, blank=True)
    sex = models.CharField(_("sex"), max_length=1, choices=Sex.choices, default=Sex.NOT_RECORDED)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome.choices, default=Outcome.REGISTERED)
    days_attended = models.PositiveSmallIntegerField(_("days attended"), null=True)
    pre_score = models.DecimalField(_("score before"), max_digits=5, decimal_places=2, null=True, blank=True)
    post_score = models.DecimalField(_("score after"), max_digits=5, decimal_places=2, null=True, blank=True)
    completed_on = models.DateField(null=True, editable=False)
    last_activity_on = models.DateField(null=True, editable=False)
    withdrawn_at = models.DateTimeField(null=True, editable=False)
    registered_by = models.ForeignKey("training.Account", models.SET_NULL, null=True, related_name="+")
    roster_import = models.ForeignKey(RosterImport, models.SET_NULL, null=True, related_name="participations")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = ParticipationQuerySet.as_manager()

    class Meta:
        verbose_name = _("participation")
        verbose_name_plural = _("participations")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["session", "person"], name="participation_once"),
            models.CheckConstraint(
                condition=Q(outcome="withdrawn", withdrawn_at__isnull=False)
                | (~Q(outcome="withdrawn") & Q(withdrawn_at__isnull=True)),
                name="participation_withdrawn_at_a_time",
            ),
            models.CheckConstraint(condition=Q(sex__in=Sex.values), name="participation_sex_known_code"),
            models.CheckConstraint(
                condition=(Q(pre_score=None) | Q(pre_score__range=(0, 100)))
                & (Q(post_score=None) | Q(post_score__range=(0, 100))),
                name="participation_scores_in_per_cent",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.session_id}"


class AttendanceQuerySet(models.QuerySet["Attendance"]):
    def visible_to(self, account: "Account") -> "AttendanceQuerySet":
        return self.filter(participation__in=Participation.objects.visible_to(account))


class Attendance(models.Model):
    """The mark of one participation on one day, as it stands now."""

    participation = models.ForeignKey(Participation, models.CASCADE, related_name="attendance")
    day = models.ForeignKey("training.SessionDay", models.PROTECT, related_name="attendance")
    mark = models.CharField(_("mark"), max_length=8, choices=Mark.choices)
    way = models.CharField(_("way"), max_length=8, choices=Way.choices, default=Way.PAGE)
    by = models.ForeignKey("training.Account", models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = AttendanceQuerySet.as_manager()

    class Meta:
        verbose_name = _("mark")
        verbose_name_plural = _("marks")
        constraints = [
            models.UniqueConstraint(fields=["participation", "day"], name="mark_once_a_day"),
            models.CheckConstraint(condition=Q(mark__in=Mark.values), name="mark_known_code"),
        ]

    def __str__(self) -> str:
        return self.mark


class AttendanceEventQuerySet(models.QuerySet["AttendanceEvent"]):
    def visible_to(self, account: "Account") -> "AttendanceEventQuerySet":
        return self.filter(participation__in=Participation.objects.visible_to(account))


class AttendanceEvent(models.Model):
    """One mark given, kept for good: what was there before, what it became (empty: not marked), who, when, which way.

    `before` is what whoever marked had in front of them, `at` when they did; services/settling.py says which event of a
    day counts. The marks of one tap share a `batch`; undoing a batch is a batch of its own that names it.

    What came from a device has its `nonce` and when it was received; `claimed_at` is what its clock said, where that
    was put right. Marks of a walk-in have no participation until somebody has said who that is. `looked_by` has seen
    that this event was made without knowing the one before it.
    """

    participation = models.ForeignKey(Participation, models.CASCADE, null=True, related_name="events")
    walk_in = models.ForeignKey("training.WalkIn", models.CASCADE, null=True, related_name="events")
    day = models.ForeignKey("training.SessionDay", models.PROTECT, related_name="events")
    before = models.CharField(max_length=8, choices=Mark.choices, blank=True)
    after = models.CharField(max_length=8, choices=Mark.choices, blank=True)
    way = models.CharField(max_length=8, choices=Way.choices, default=Way.PAGE)
    by = models.ForeignKey("training.Account", models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    batch = models.UUIDField(default=uuid.uuid4, db_index=True)
    undoes = models.UUIDField(null=True)
    nonce = models.UUIDField(null=True, unique=True)
    device = models.UUIDField(null=True)
    received_at = models.DateTimeField(null=True)
    claimed_at = models.DateTimeField(null=True)
    looked_at = models.DateTimeField(null=True)
    looked_by = models.ForeignKey("training.Account", models.SET_NULL, null=True, related_name="+")

    objects = AttendanceEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("change of a mark")
        verbose_name_plural = _("changes of marks")
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(participation__isnull=False) | Q(walk_in__isnull=False), name="event_of_somebody"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.before or '–'} → {self.after or '–'}"
