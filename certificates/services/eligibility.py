"""Who is due which certificate, and why: read from the register of a signed-off session, never decided by hand.

`standing_of` says it of one person with reasons, `DUE` the same of any number to the database; a test compares them.
"""

from dataclasses import dataclass

from django.db.models import Case, CharField, Q, Value, When
from django.utils.translation import gettext as _

from certificates.choices import Kind
from certificates.models import Certificate, CertificateRule
from certificates.services.renewing import renewable_in
from training.choices import Modality, Outcome, Role, SessionKind, SessionStatus
from training.models import Participation, Session
from training.services.outcomes import days_to_complete

COURSE = Q(session__modality=Modality.SELF_PACED)
READY = (COURSE & Q(session__status__in=SessionStatus.counted())) | (~COURSE & Q(session__status=SessionStatus.CLOSED))
CONSIDERED = READY & ~Q(session__kind=SessionKind.SERIES) & Q(role=Role.TRAINEE) & ~Q(outcome=Outcome.WITHDRAWN)


def _gives(kind: str) -> Q:
    rule = "session__training__certificate_rule"
    return Q(**{f"{rule}__isnull": True}) | Q(**{f"{rule}__gives_{kind}": True})


# The kind a participation is due, empty if none.
DUE = Case(
    When(CONSIDERED & Q(outcome=Outcome.COMPLETED) & _gives("completion"), then=Value(Kind.COMPLETION.value)),
    When(CONSIDERED & Q(days_attended__gt=0) & _gives("attendance"), then=Value(Kind.ATTENDANCE.value)),
    default=Value(""),
    output_field=CharField(),
)


@dataclass(frozen=True, kw_only=True)
class Ground:
    """What decides for everybody in a session. `needed`: days that complete it; None without days."""

    session: Session
    rule: CertificateRule
    days: int
    needed: int | None

    @property
    def is_course(self) -> bool:
        return self.session.modality == Modality.SELF_PACED


@dataclass(frozen=True, kw_only=True)
class Standing:
    """One person of the roster. `kind` is what they are due, None if nothing; `reasons` say why, in sentences.

    may_override: whether somebody may decide otherwise with a reason. `certificate` is the one that stands, if any.
    `renews`: what a certificate of completion prolongs.
    """

    participation: Participation
    kind: Kind | None
    reasons: tuple[str, ...]
    may_override: bool = False
    certificate: Certificate | None = None
    renews: Certificate | None = None

    @property
    def is_pending(self) -> bool:
        """Due and not issued yet."""
        return self.kind is not None and self.certificate is None

    @property
    def differs(self) -> bool:
        """Whether the register no longer bears the certificate that stands, as after a session was reopened."""
        held = self.certificate
        return bool(held and not held.revoked_at and not held.override_reason and held.kind != self.kind)


def why_not_yet(session: Session) -> str:
    """Why nothing can be issued in this session; empty if something can."""
    if session.is_series:
        return _("A series has no roster: certificates are issued in its sessions.")
    if session.status == SessionStatus.CANCELLED:
        return _("The session was cancelled.")
    if session.modality == Modality.SELF_PACED:
        begun = session.status in SessionStatus.counted()
        return "" if begun else _("Nobody can take this course yet, so nobody has passed it.")
    if session.status != SessionStatus.CLOSED:
        return _("Certificates are issued once the session is signed off: until then its register may still change.")
    return ""


def ground_of(session: Session) -> Ground:
    return Ground(
        session=session,
        rule=CertificateRule.objects.of(session),
        days=session.days.count(),
        needed=days_to_complete(session),
    )


def standings(session: Session) -> list[Standing]:
    """Everybody on the roster, by name; a constant number of queries. The caller has asked who may see them."""
    ground, renewable = ground_of(session), renewable_in(session)
    held = {one.participation_id: one for one in Certificate.objects.of_session(session).current()}
    found = Participation.objects.filter(session=session).by_name()
    return [standing_of(one, ground, held.get(one.pk), renewable.get(one.person_id)) for one in found]


def standing_of(
    participation: Participation,
    ground: Ground,
    held: Certificate | None = None,
    renews: Certificate | None = None,
) -> Standing:
    """What the register of a signed-off session says about one person."""
    if participation.role != Role.TRAINEE:
        role = participation.get_role_display().lower()
        why = _("On the roster as %(role)s: certificates go to trainees.") % {"role": role}
        return Standing(participation=participation, kind=None, reasons=(why,), certificate=held)
    if participation.outcome == Outcome.WITHDRAWN:
        return Standing(participation=participation, kind=None, reasons=(_("Has withdrawn."),), certificate=held)
    kind, reasons = _due(participation, ground)
    return Standing(
        participation=participation,
        kind=kind,
        reasons=tuple(reasons),
        may_override=True,
        certificate=held,
        renews=renews,
    )


def _due(participation: Participation, ground: Ground) -> tuple[Kind | None, list[str]]:
    completed = participation.outcome == Outcome.COMPLETED
    reasons = _about_course(completed) if ground.is_course else _about_days(participation, ground)
    reasons += _about_test(participation, ground)
    if completed and ground.rule.gives_completion:
        return Kind.COMPLETION, reasons
    if completed:
        reasons.append(_("This training gives no certificates of completion."))
    if not participation.days_attended:
        return None, reasons
    if ground.rule.gives_attendance:
        return Kind.ATTENDANCE, reasons
    return None, [*reasons, _("This training gives no certificates of attendance.")]


def _about_course(completed: bool) -> list[str]:
    return [_("Passed the course.") if completed else _("Has not passed the course.")]


def _about_days(participation: Participation, ground: Ground) -> list[str]:
    if participation.days_attended is None:
        return [_("No register was kept, so nobody knows on which days they were there.")]
    days = {"there": participation.days_attended, "days": ground.days, "needed": ground.needed}
    return [_("There on %(there)s of %(days)s days; %(needed)s complete it.") % days]


def _about_test(participation: Participation, ground: Ground) -> list[str]:
    training = ground.session.training
    if training is None or training.pass_mark is None:
        return []
    score, needed = participation.post_score, f"{training.pass_mark.normalize():f}"
    if score is None:
        return [_("No test result; %(needed)s are needed.") % {"needed": needed}]
    return [_("Test: %(score)s; %(needed)s are needed.") % {"score": f"{score.normalize():f}", "needed": needed}]
