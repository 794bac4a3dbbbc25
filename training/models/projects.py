"""Projects and what they answer to: frameworks with goals and KPIs, agencies, funders, targets, sources."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from training.choices import Measure, ProjectStatus


class Source(models.Model):
    """A document that figures were taken from. What a public one states, a report may repeat (design §3.10)."""

    key = models.SlugField(_("key"), unique=True)
    publisher = models.CharField(_("publisher"), max_length=120)
    document = models.CharField(_("document"), max_length=200, blank=True)
    note = models.TextField(_("note"), blank=True)
    is_public = models.BooleanField(_("anybody can read it"), default=False)

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["key"]

    def __str__(self) -> str:
        return f"{self.publisher}: {self.note}" if self.note else self.publisher


class Framework(models.Model):
    """A policy framework in one version, such as a roadmap."""

    name = models.TextField(_("name"))
    version = models.CharField(_("version"), max_length=40)

    class Meta:
        verbose_name = _("framework")
        verbose_name_plural = _("frameworks")
        ordering = ["version"]
        constraints = [models.UniqueConstraint(fields=["name", "version"], name="framework_version_once")]

    def __str__(self) -> str:
        return self.version


class Goal(models.Model):
    framework = models.ForeignKey(Framework, models.PROTECT, related_name="goals", verbose_name=_("framework"))
    number = models.PositiveSmallIntegerField(_("number"))
    title = models.TextField(_("title"))

    class Meta:
        verbose_name = _("goal")
        verbose_name_plural = _("goals")
        ordering = ["framework", "number"]
        constraints = [models.UniqueConstraint(fields=["framework", "number"], name="goal_number_once")]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"


class Kpi(models.Model):
    """A key performance indicator, known by its number; its title only where a source gives it."""

    framework = models.ForeignKey(Framework, models.PROTECT, related_name="kpis", verbose_name=_("framework"))
    number = models.PositiveSmallIntegerField(_("number"))
    title = models.TextField(_("title"), blank=True)

    class Meta:
        verbose_name = _("KPI")
        verbose_name_plural = _("KPIs")
        ordering = ["framework", "number"]
        constraints = [models.UniqueConstraint(fields=["framework", "number"], name="kpi_number_once")]

    def __str__(self) -> str:
        return f"KPI {self.number}: {self.title}" if self.title else f"KPI {self.number}"


class Agency(models.Model):
    """An organisation that carries out projects."""

    key = models.SlugField(_("key"), unique=True)
    name = models.CharField(_("name"), max_length=120, unique=True)

    class Meta:
        verbose_name = _("agency")
        verbose_name_plural = _("agencies")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Funder(models.Model):
    """Who pays, where a source names them."""

    key = models.SlugField(_("key"), unique=True)
    name = models.CharField(_("name"), max_length=120, unique=True)

    class Meta:
        verbose_name = _("funder")
        verbose_name_plural = _("funders")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Project(models.Model):
    """Dates, budget and status are empty where no source states them: not stated is never zero."""

    key = models.SlugField(_("key"), max_length=80, unique=True)
    title = models.CharField(_("title"), max_length=250)
    agencies = models.ManyToManyField(Agency, blank=True, related_name="projects", verbose_name=_("agencies"))
    funders = models.ManyToManyField(Funder, blank=True, related_name="projects", verbose_name=_("funders"))
    goals = models.ManyToManyField(Goal, blank=True, related_name="projects", verbose_name=_("goals"))
    kpis = models.ManyToManyField(Kpi, blank=True, related_name="projects", verbose_name=_("KPIs"))
    jurisdictions = models.ManyToManyField(
        "training.Jurisdiction", blank=True, related_name="projects", verbose_name=_("jurisdictions")
    )
    start = models.DateField(_("start"), null=True, blank=True)
    end = models.DateField(_("end"), null=True, blank=True)
    budget_usd = models.DecimalField(_("budget, USD"), max_digits=14, decimal_places=2, null=True, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=ProjectStatus.choices, blank=True)
    footnotes = models.ForeignKey(
        "training.FootnoteSet",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="projects",
        verbose_name=_("footnotes"),
    )
    source = models.ForeignKey(
        Source, models.PROTECT, null=True, blank=True, related_name="projects", verbose_name=_("source")
    )
    is_demo = models.BooleanField(default=False, editable=False)

    class Meta:
        verbose_name = _("project")
        verbose_name_plural = _("projects")
        ordering = ["title"]
        constraints = [
            models.CheckConstraint(
                condition=Q(start__isnull=True) | Q(end__isnull=True) | Q(end__gte=F("start")),
                name="project_ends_after_its_start",
                violation_error_message=_("The end lies before the start."),
            ),
            models.CheckConstraint(
                condition=Q(budget_usd__isnull=True) | Q(budget_usd__gte=0), name="project_budget_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class KnowledgeProduct(models.Model):
    """A manual or guide of a project: a catalogue entry, never its content."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="knowledge_products")
    title = models.CharField(_("title"), max_length=250)

    class Meta:
        verbose_name = _("knowledge product")
        verbose_name_plural = _("knowledge products")
        ordering = ["title"]
        constraints = [models.UniqueConstraint(fields=["project", "title"], name="knowledge_product_once")]

    def __str__(self) -> str:
        return self.title


class Target(models.Model):
    """What a project promised: a measure in a period, with a share of women where one was promised."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="targets", verbose_name=_("project"))
    measure = models.CharField(_("measure"), max_length=20, choices=Measure.choices)
    start = models.DateField(_("from"))
    end = models.DateField(_("to"))
    value = models.PositiveIntegerField(_("target"))
    women_share = models.DecimalField(_("share of women, %"), max_digits=5, decimal_places=2, null=True, blank=True)

    class Meta:
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        ordering = ["project", "start", "measure"]
        constraints = [
            models.UniqueConstraint(fields=["project", "measure", "start", "end"], name="target_once"),
            models.CheckConstraint(condition=Q(end__gte=F("start")), name="target_ends_after_its_start"),
            models.CheckConstraint(
                condition=Q(women_share__isnull=True) | Q(women_share__range=(0, 100)), name="target_share_is_percent"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project}: {self.value} {self.get_measure_display()}"
