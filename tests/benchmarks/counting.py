"""Tables of figures: our engine against bare SQL statements that return the same cells and margins, in the same run.

`statistics_`: jurisdiction × sex, every measure. `gender_`: jurisdiction × kind of institution × sex, participations
and person-days, and unique people by themselves. `dashboard_`: the page, through Django's test client and every
middleware; `dashboard_cold_` for a process that has answered nothing yet. Tallies of rosters that are over are there,
as in use, and but for the cold page what a process holds of them; no cache is.
"""

from dataclasses import replace
from itertools import combinations
from typing import Any

from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse

from tests.benchmarks.measuring import Action, Clock, Figure, Run, medians, perf_counter, process_time, size
from training.demo.loading import load
from training.models import Account, InstitutionType, Jurisdiction
from training.permissions import RoleName
from training.statistics.engine import Answer, ask
from training.statistics.held import PEOPLE, ROSTERS
from training.statistics.question import Question
from training.statistics.told import LISTS, SUMS

COLUMNS = {"jurisdiction": "p.jurisdiction_id", "institution_type": "i.type_id", "sex": "p.sex"}
MEASURES = {
    "participations": "COUNT(*)",
    "people": "COUNT(DISTINCT p.person_id)",
    "person_days": "COALESCE(SUM(p.days_attended), 0)",
}
STATISTICS = Question(by=("jurisdiction", "sex"))
GENDER = Question(by=("jurisdiction", "institution_type", "sex"), measures=("participations", "person_days"))
GENDER_PEOPLE = replace(GENDER, measures=("people",))
COUNTED = """
    FROM training_participation p
    WHERE p.role = 'trainee' AND p.outcome IN ('attended', 'completed') AND p.session_id IN (
        SELECT s.id FROM training_session s
        WHERE s.status IN ('open', 'delivered', 'closed') AND s.kind <> 'series'
        AND NOT EXISTS (SELECT 1 FROM training_session c WHERE c.parent_id = s.id)
    )
"""
INSTITUTIONS = "training_participation p LEFT JOIN training_institution i ON i.id = p.institution_id"
Table = dict[tuple[Any, ...], tuple[int, ...]]


def grow_to(rows: int) -> None:
    """At least so many participations."""
    load(by=Account.objects.system(), scale=-(-rows // 1000))
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:  # what autovacuum would do within a minute
            cursor.execute("VACUUM ANALYZE")


def figures(run: Run) -> list[Figure]:
    found, statistics, gender = [], {}, {}
    for rows, rounds in ((run.smaller, 7), (run.larger, 3)):
        grow_to(rows)
        if rows == run.smaller:
            found += _dashboard(run, size(rows))
        statistics[rows], sql = compared(STATISTICS, run.rounds(rounds))
        found.append(_ratio(f"statistics_ratio_{size(rows)}", statistics[rows], sql))
        gender[rows], sql = compared(GENDER, run.rounds(rounds))
        found.append(_ratio(f"gender_ratio_{size(rows)}", gender[rows], sql))
        found.append(_ratio(f"gender_people_ratio_{size(rows)}", *compared(GENDER_PEOPLE, run.rounds(rounds))))
    note = f"engine at {size(run.larger)} against {size(run.smaller)}"
    for name, engine in (("statistics_growth", statistics), ("gender_growth", gender)):
        found.append(Figure(name, engine[run.larger] / engine[run.smaller], "times", note))
    return found


def _ratio(name: str, engine: float, sql: float) -> Figure:
    return Figure(name, engine / sql, "times", f"engine {engine:.3f} s, bare SQL {sql:.3f} s")


def _dashboard(run: Run, rows: str) -> list[Figure]:
    client = Client(SERVER_NAME="localhost", raise_request_exception=True)
    client.force_login(Account.objects.get(email=f"{RoleName.MANAGER}@demo.example"))
    address = reverse("statistics")
    page = client.get(address)
    if page.status_code != 200 or page["Content-Type"] != "text/html; charset=utf-8":
        raise AssertionError(f"The dashboard answered {page.status_code}.")

    def seconds(rounds: int, before: Action) -> float:
        return medians(lambda: client.get(address), rounds=run.rounds(rounds), clock=_clock(), before=before)[0]

    return [
        Figure(f"dashboard_ms_{rows}", seconds(15, cache.clear) * 1000, "ms", "the page, as a manager"),
        Figure(f"dashboard_cold_ms_{rows}", seconds(5, _begin_anew) * 1000, "ms", "the first page of a process"),
    ]


def _begin_anew() -> None:
    cache.clear()
    for held in (ROSTERS, PEOPLE, SUMS, LISTS):
        held.forget()


def compared(question: Question, rounds: int) -> list[float]:
    """The seconds our engine and bare SQL take for the same figures; they are compared first."""
    if by_code(ask(question)) != bare_tables(question):
        raise AssertionError("The engine and the bare SQL do not give the same figures.")
    actions = (lambda: ask(question), lambda: bare_tables(question))
    return medians(*actions, rounds=rounds, clock=_clock(), before=cache.clear)


def _clock() -> Clock:
    """SQLite counts within this process: whose processor time nothing else on the machine disturbs."""
    return process_time if connection.vendor == "sqlite" else perf_counter


def _subsets(question: Question) -> list[tuple[str, ...]]:
    return [subset for length in range(len(question.by), -1, -1) for subset in combinations(question.by, length)]


def bare_tables(question: Question) -> list[Table]:
    """The cells, the margins of each smaller set of the dimensions, the total: one statement each."""
    codes = {
        "jurisdiction": dict(Jurisdiction.objects.values_list("pk", "code")),
        "institution_type": dict(InstitutionType.objects.values_list("pk", "key")),
    }
    return [_table(question, subset, codes) for subset in _subsets(question)]


def _table(question: Question, subset: tuple[str, ...], codes: dict[str, dict[int, str]]) -> Table:
    keys = [COLUMNS[name] for name in subset]
    measures = [MEASURES[name] for name in question.measures]
    counted = COUNTED.replace("training_participation p", INSTITUTIONS) if "institution_type" in subset else COUNTED
    grouped = f"GROUP BY {', '.join(keys)}" if keys else ""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join([*keys, *measures])} {counted} {grouped}")
        rows = cursor.fetchall()
    return {
        tuple(codes.get(name, {}).get(key, key) for name, key in zip(subset, row, strict=False)): row[len(subset) :]
        for row in rows
    }


def by_code(answer: Answer) -> list[Table]:
    """The named part of an answer, in the same shape. Headcounts have neither people nor person-days."""
    tables = []
    columns = ["backed" if name == "participations" else name for name in answer.question.measures]
    for subset in _subsets(answer.question):
        frame = answer.cells if subset == answer.question.by else answer.margins[subset]
        named = frame[frame["backed"] > 0]
        measures = named[columns].fillna(0).astype(int).itertuples(index=False, name=None)
        keys = named[list(subset)].itertuples(index=False, name=None) if subset else [()] * len(named)
        tables.append(dict(zip(map(tuple, keys), measures, strict=True)))
    return tables
