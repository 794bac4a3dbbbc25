"""A question about certificates in an address: the register's own parameters (training/statistics/addresses.py) for
sessions, people and the period, and beside them:

    certificate, state, training, session, written_in, issued    filters, each as often as wanted
    rows, columns                                                 dimensions of `dimensions.BY`

Without a `state` what is issued is counted; with the state down or across, what is pending as well.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _

from certificates.statistics.dimensions import BY, FURTHER, ISSUED, STATES, CertificateLists
from training.models import Account
from training.statistics.addresses import completed, named_period, narrowing, read
from training.statistics.dimensions import SPECIAL_LABELS
from training.statistics.layout import Layout
from training.statistics.question import Question
from training.statistics.table import Codes

MOST_NAMED = 8  # codes an error names


@dataclass(frozen=True, kw_only=True)
class CertificateQuestion:
    """What an address asks. question: which sessions and people, of when. further: codes of each filter in `FURTHER`.
    filters: all of it in words, name and value.
    """

    question: Question
    further: Mapping[str, Codes]
    layout: Layout
    filters: tuple[tuple[str, str], ...] = ()

    @property
    def by(self) -> Codes:
        return (*self.layout.rows, self.layout.column) if self.layout.column else self.layout.rows

    @property
    def states(self) -> Codes:
        """The states that are counted."""
        if "state" in self.by:
            return self.further.get("state", tuple(code for code, _label in STATES))
        return self.further.get("state", ISSUED)

    @property
    def narrowing(self) -> list[tuple[str, str]]:
        """The parameters that say what is counted."""
        return [*narrowing(self.question), *((name, code) for name, codes in self.further.items() for code in codes)]

    @property
    def address(self) -> str:
        """The same question again, with its parameters in one order."""
        rows = [("rows", name) for name in self.layout.rows]
        return urlencode([*rows, ("columns", self.layout.column), *self.narrowing])

    def narrowed_to(self, codes: Mapping[str, str]) -> list[tuple[str, str]]:
        """The parameters that leave only what has these codes; none where there is no filter for one of them."""
        if any(code in SPECIAL_LABELS for code in codes.values()):
            return []
        said = [(name, code) for name, code in self.narrowing if name not in codes]
        own = [(name, code) for name, code in codes.items() if name != "year"]
        if "state" not in {name for name, _code in [*said, *own]}:
            own += [("state", state) for state in self.states]
        if "year" in codes:
            first, last = named_period(codes["year"])
            said = [(name, code) for name, code in said if name not in {"start", "end"}]
            own.append(("start", max(first, self.question.start or first).isoformat()))
            own.append(("end", min(last, self.question.end or last).isoformat()))
        return [*own, *said]

    @property
    def title(self) -> str:
        names = {"rows": _small(self.layout.rows[0]) if self.layout.rows else "", "columns": _small(self.layout.column)}
        if self.layout.column == "sex":
            return _("Certificates of women and men, by %(rows)s") % names
        if self.layout.column:
            return _("Certificates by %(rows)s, and by %(columns)s across") % names
        return _("Certificates by %(rows)s") % names


def ask_about(given: QueryDict, *, reader: Account, lists: CertificateLists | None = None) -> CertificateQuestion:
    """Read a request's parameters. Raises ValidationError, by parameter, for every word that means nothing here."""
    lists = CertificateLists() if lists is None else lists
    faults: dict[str, list[str]] = {}
    full = completed(given)
    row, column = (_dimension(full, name, faults) for name in ("rows", "columns"))
    if row == column:
        faults.setdefault("columns", []).append(
            _("Choose another dimension for the columns than for the rows, or none.")
        )
    further = {name: codes for name in FURTHER if (codes := _codes(full, name, lists, faults))}
    plain = full.copy()
    for name, value in {"rows": "jurisdiction", "rows2": "", "columns": ""}.items():
        plain[name] = value
    for name in (*FURTHER, "role", "measure"):
        plain.pop(name, None)
    try:
        asked = read(plain, reader=reader, lists=lists)
    except ValidationError as refusal:
        for name, errors in refusal.message_dict.items():
            faults.setdefault(name, []).extend(errors)
    if faults:
        raise ValidationError(faults)
    own = tuple((str(BY[name].label), _in_words(codes, lists, name)) for name, codes in further.items())
    return CertificateQuestion(
        question=asked.question,
        further=further,
        layout=Layout(rows=(row,), column=column),
        filters=(*asked.filters, *own),
    )


def _dimension(given: QueryDict, name: str, faults: dict[str, list[str]]) -> str:
    word = str(given.get(name) or "").strip()
    known = tuple(BY) if name == "rows" else ("", *BY)
    if word not in known:
        faults[name] = [_unknown([word], tuple(BY))]
    return word


def _codes(given: QueryDict, name: str, lists: CertificateLists, faults: dict[str, list[str]]) -> Codes:
    codes = tuple(dict.fromkeys(code for code in given.getlist(name) if code))
    if not codes:
        return ()
    if name == "issued":
        wrong = [code for code in codes if not (len(code) == 4 and code.isdecimal())]
        known: Any = [_("a year, as 2026")]
    else:
        wrong, known = [code for code in codes if not lists[name].values(code)], lists[name].labels
    if wrong:
        faults[name] = [_unknown(wrong, tuple(known))]
    return codes


def _unknown(words: list[str], known: Codes) -> str:
    named = ", ".join(known[:MOST_NAMED]) + (" …" if len(known) > MOST_NAMED else "")
    return _("Unknown: %(words)s. Possible: %(known)s.") % {"words": ", ".join(words), "known": named or "–"}


def _in_words(codes: Codes, lists: CertificateLists, name: str) -> str:
    return ", ".join(lists[name].label(code) for code in codes)


def _small(name: str) -> str:
    label = str(BY[name].label) if name else ""
    return label[:1].lower() + label[1:]
