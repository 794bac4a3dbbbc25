"""One login for each role. The password is no secret, so these accounts are only made where demo data is allowed."""

from dataclasses import dataclass

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group

from training.models import Account, Jurisdiction, Person, Project
from training.permissions import RoleName

PASSWORD = "evidenca-demo"  # noqa: S105 (public on purpose)
DOMAIN = "demo.example"
COORDINATED = "MK"


@dataclass(frozen=True)
class Login:
    role: str
    email: str


def address(role: RoleName) -> str:
    return f"{role.value}@{DOMAIN}"


def logins() -> list[Login]:
    """The demo accounts that can log in, in the order of the roles."""
    active = set(Account.objects.filter(is_demo=True, is_active=True).values_list("email", flat=True))
    return [Login(role.value, address(role)) for role in RoleName if address(role) in active]


def make_accounts() -> dict[RoleName, Account]:
    """The accounts, each with its role; one that `remove` had to keep comes back. Scopes follow with `give_scopes`."""
    password = make_password(PASSWORD)  # hashing is slow by design, and once is enough for a password everyone knows
    made = {
        role: Account.objects.update_or_create(
            email=address(role),
            is_demo=True,
            defaults={"name": f"{role.value.capitalize()} (demo)", "password": password, "is_active": True},
        )[0]
        for role in RoleName
    }
    for role, account in made.items():
        account.groups.set([Group.objects.get(name=role.value)])
    return made


def give_scopes(accounts: dict[RoleName, Account], projects: list[Project]) -> None:
    """The manager gets the demo projects, the coordinator one jurisdiction."""
    accounts[RoleName.MANAGER].projects.set(projects)
    accounts[RoleName.COORDINATOR].jurisdictions.set(Jurisdiction.objects.filter(code=COORDINATED))


def give_record(officer: Account, people: list[Person]) -> None:
    """The officer's account belongs to the one of `people` who is in most sessions."""
    counted = {person.pk: person.participations.count() for person in people}
    person = max(people, key=lambda one: (counted[one.pk], -one.pk))
    person.account = officer
    person.save(update_fields=["account", "updated_at"])
