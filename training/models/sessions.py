"""Trainings (the curriculum) and sessions (one delivery of a training, on one or more days)."""

from typing import TYPE_CHECKING

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from training import permissions
from training.choices import Language, Modality, SessionKind, SessionStatus

if TYPE_CHECKING:
    from training.models.accounts import Account

DEFAULT_ATTENDANCE_SHARE = 80


class Topic(models.Model):
    key = models.SlugField(_("key"), max_length=100, unique=True)
    name = models.CharField(_("name"), max_length=150)

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Training(models.Model):
    """A curriculum. Its completion rule: a share of all session days and, if set, a test score."""

    title = models.CharField(_("title"), max_length=200)
    topic = models.ForeignKey(Topic, models.PROTECT, related_name="trainings", verbose_name=_("topic"))
    level = models.CharField(_("level"), max_length=40, blank=True)
    version = models.CharField(_("version"), max_length=20, default="1")
    hours = models.DecimalField(_("hours"), max_digits=5, decimal_places=1, null=True, blank=True)
    attendance_share = models.PositiveSmallIntegerField(
        _("share of days to complete, %"),
        default=DEFAULT_ATTENDANCE_SHARE,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
    )
    pass_mark = models.DecimalField(
        _("post-test score to complete"), max_digits=5, decimal_places=2, null=True, blank=True
    )

    class Meta:
        verbose_name = _("training")
        verbose_name_plural = _("trainings")
        ordering = ["title", "version"]
        constraints = [
            models.UniqueConstraint(fields=["title", "version"], name="training_version_once"),
            models.CheckConstraint(condition=Q(attendance_share__range=(1, 100)), name="training_share_is_percent"),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.version})"


# Whose rosters are tallied: what is over, and has no date for each participation of its own.
TALLIED = Q(status__in=SessionStatus.over()) & ~Q(modality=Modality.SELF_PACED)


class SessionQuerySet(models.QuerySet["Session"]):
    def visible_to(self, account: "Account") -> "SessionQuerySet":
        """The sessions this account may open."""
        return self.filter(permissions.session_scope(account))

    def work_of(self, account: "Account") -> "SessionQuerySet":
        """The sessions that are this account's own work, signed off or not."""
        return self.filter(permissions.work_scope(account))

    def changeable_by(self, account: "Account") -> "SessionQuerySet":
        """The sessions this account may change."""
        return self.filter(permissions.changing_scope(account))

    def without_parents(self) -> "SessionQuerySet":
        """Those that restate no others. A parent is a series, or whatever has children (design §3.7)."""
        # A list of its own, which is short: to look for children beside each session takes longer.
        parents = Session.objects.filter(parent__isnull=False).order_by().values("parent")
        return self.exclude(kind=SessionKind.SERIES).exclude(pk__in=parents)

    def counted(self) -> "SessionQuerySet":
        """Those whose figures count: open, delivered or signed off, and no parents (design §3.1, §3.7)."""
        return self.filter(status__in=SessionStatus.counted()).without_parents()


class Session(models.Model):
    """One delivery of a training. What no source states is empty: dates, modality, number of sessions.

    `number_of_sessions` is how many a record stands for (a published event may sum up twelve); empty is unknown.
    `audience` gives kinds of institution, `audience_text` the words of the source where it says no more.
    `as_of` is the date up to which a published figure was stated.
    """

    key = models.SlugField(_("key"), max_length=120, unique=True)
    title = models.CharField(_("title"), max_length=200)
    training = models.ForeignKey(
        Training, models.PROTECT, null=True, blank=True, related_name="sessions", verbose_name=_("training")
    )
    topic = models.ForeignKey(Topic, models.PROTECT, related_name="sessions", verbose_name=_("topic"))
    project = models.ForeignKey(
        "training.Project", models.PROTECT, null=True, blank=True, related_name="sessions", verbose_name=_("project")
    )
    project_inferred = models.BooleanField(_("project inferred from the subject"), default=False)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("part of the series")
    )
    kind = models.CharField(_("kind"), max_length=24, choices=SessionKind.choices, default=SessionKind.TRAINING)
    modality = models.CharField(_("modality"), max_length=12, choices=Modality.choices, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=SessionStatus.choices, default=SessionStatus.PLANNED)
    start = models.DateField(_("first day"), null=True, blank=True)
    end = models.DateField(_("last day"), null=True, blank=True)
    as_of = models.DateField(_("figures as of"), null=True, blank=True)
    place = models.CharField(_("place"), max_length=150, blank=True)
    language = models.CharField(_("language"), max_length=3, choices=Language.choices, blank=True)
    capacity = models.PositiveIntegerField(_("places"), null=True, blank=True)
    number_of_sessions = models.PositiveIntegerField(_("number of sessions"), null=True, blank=True, default=1)
    days_per_session = models.PositiveSmallIntegerField(_("days per session"), null=True, blank=True)
    modules = models.PositiveSmallIntegerField(_("modules"), null=True, blank=True)
    jurisdictions = models.ManyToManyField(
        "training.Jurisdiction", blank=True, related_name="sessions", verbose_name=_("jurisdictions")
    )
    audience = models.ManyToManyField(
        "training.InstitutionType", blank=True, related_name="sessions", verbose_name=_("kinds of institution")
    )
    audience_text = models.CharField(_("audience, in the words of the source"), max_length=250, blank=True)
    institutions = models.ManyToManyField(
        "training.Institution", blank=True, related_name="sessions", verbose_name=_("institutions")
    )
    trainers = models.ManyToManyField(
        "training.Account", blank=True, related_name="assigned_sessions", verbose_name=_("trainers")
    )
    source = models.ForeignKey(
        "training.Source", models.PROTECT, null=True, blank=True, related_name="sessions", verbose_name=_("source")
    )
    requested_by = models.CharField(_("requested or announced by"), max_length=150, blank=True)
    note = models.TextField(_("note"), blank=True)
    created_by = models.ForeignKey(
        "training.Account", models.SET_NULL, null=True, blank=True, related_name="created_sessions"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    closed_at = models.DateTimeField(null=True, editable=False)
    closed_by = models.ForeignKey("training.Account", models.SET_NULL, null=True, related_name="+", editable=False)

    objects = SessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        ordering = [F("end").desc(nulls_last=True), "title", "pk"]
        indexes = [models.Index(fields=["end", "start"], name="session_by_date")]
        constraints = [
            models.CheckConstraint(
                condition=Q(start__isnull=True, end__isnull=True) | Q(end__gte=F("start")),
                name="session_ends_after_its_start",
                violation_error_message=_("Give both days, the last one not before the first, or neither."),
            ),
            models.CheckConstraint(
                condition=Q(status__in=["planned", "cancelled"]) | Q(project__isnull=False),
                name="session_held_for_a_project",
                violation_error_message=_("A session that took place belongs to a project."),
            ),
            models.CheckConstraint(
                condition=~Q(kind="series") | Q(parent__isnull=True),
                name="session_series_has_no_parent",
                violation_error_message=_("A series cannot be part of another series."),
            ),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="session_not_its_own_parent"),
            models.CheckConstraint(
                condition=Q(number_of_sessions__isnull=True) | Q(number_of_sessions__gte=1),
                name="session_stands_for_at_least_one",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("session", args=[self.key])

    @property
    def is_over(self) -> bool:
        return self.status in SessionStatus.over()

    @property
    def is_series(self) -> bool:
        return self.kind == SessionKind.SERIES

    @property
    def attendance_share(self) -> int:
        """Per cent of all session days that complete it: the training's rule, else 80."""
        return self.training.attendance_share if self.training else DEFAULT_ATTENDANCE_SHARE


class SessionDay(models.Model):
    """A day of a session, made from its dates; weekends are training days. A day with marks is never dropped."""

    session = models.ForeignKey(Session, models.CASCADE, related_name="days")
    date = models.DateField(_("date"))

    class Meta:
        verbose_name = _("session day")
        verbose_name_plural = _("session days")
        ordering = ["date"]
        constraints = [models.UniqueConstraint(fields=["session", "date"], name="session_day_once")]

    def __str__(self) -> str:
        return f"{self.date:%Y-%m-%d}"

    @property
    def is_today(self) -> bool:
        return self.date == timezone.localdate()

    @property
    def is_ahead(self) -> bool:
        return self.date > timezone.localdate()
