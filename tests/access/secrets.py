"""What the pages of an account may never say, whatever their status: names, addresses and figures beyond its scope."""

from tests.access.walking import Answer, Column
from tests.access.world import World
from training.permissions import RoleName as R

# Whoever may read a roster reads who came without being on it.
ROSTER = ("person", "other", "walkin")
# People of the place itself who are on no roster, and one who was merged into another and stands for nobody.
AT_HOME = ("waiting", "twin", "gone")
KEPT = {"Near", "Signed", "Past"}  # places in the jurisdiction and project of the near accounts
FIGURES = {"Near": ("4,000,0", "4000000"), "Far": ("7,000,0", "7000000")}
READ_ALL_FIGURES = {R.ADMINISTRATOR, R.COORDINATOR, R.MANAGER, R.AUDITOR}
# Searching for somebody to add, by name, finds people who are on no roster; so does bringing in a list.
FINDS_PEOPLE = {"roster_add", "roster_search", "person_new", "roster_import_preview", "invite"}

# What a manager may read elsewhere, and what these pages offer to work with.
NOT_OFFERED = {
    "home": {"Far session": "somebody else's work"},
    "session_new": {"Far project</option>": "a project of somebody else"},
    "target_new": {"Far project</option>": "a project of somebody else"},
}


def secrets_from(column: Column, world: World) -> dict[str, str]:
    """The words that are kept from an account, each with what they are."""
    secrets = {}
    for place in world.places.values():
        for name in (*ROSTER, *AT_HOME, "guest"):
            if not _may_see(column, place.word, name):
                secrets[f"{place.word}{name}"] = "a person's name"
    for word, texts in FIGURES.items():
        if not _may_count(column, word):
            secrets |= dict.fromkeys(texts, "a figure")
    if column.role not in READ_ALL_FIGURES:
        secrets["Far session"] = "a session"
    if column.role != R.ADMINISTRATOR:
        secrets |= {world.places[word].lone_account.email: "an account" for word in ("Near", "Far")}
    account = world.accounts.get(column.role)
    for place in (world.places["Near"], world.places["Far"]):
        if column.role != R.ADMINISTRATOR and not (column.role == R.COORDINATOR and place.word == "Near"):
            secrets[f"{place.word} Asking-Test"] = "a request for access"
            secrets[place.account.email] = "an account"
            own = [one.email for one in place.invitations if one.invited_by == account]
            secrets |= {one.email: "an invitation" for one in place.invitations if one.email not in own}
    return secrets


def _may_see(column: Column, place: str, name: str) -> bool:
    if column.role == R.ADMINISTRATOR:
        return True
    if column.role == R.COORDINATOR:
        return place in KEPT and name != "guest"
    if column.role == R.MANAGER:
        return place in KEPT and name in {*ROSTER, "guest"}
    if column.role == R.TRAINER:
        return place in {"Near", "Signed"} and name in {*ROSTER, "guest"}
    return column.role == R.OFFICER and (place, name) == ("Near", "person")


def _may_count(column: Column, place: str) -> bool:
    return column.role in READ_ALL_FIGURES or (column.role == R.TRAINER and place == "Near")


# Their bytes are packed and hold any number by chance; who gets the file is what the status says.
PACKED = {"application/pdf", "application/zip"}


def told(answer: Answer, column: Column, secrets: dict[str, str]) -> list[str]:
    """Which of the secrets the answer gives away. An invitation's own link tells whom it is for."""
    if answer.response.status_code != 200 or answer.address.name == "invitation":
        return []
    if answer.response.headers.get("Content-Type") in PACKED:
        return []
    text = answer.text
    if column.role == R.MANAGER:
        secrets = secrets | NOT_OFFERED.get(answer.address.name, {})
    searching = answer.address.name in FINDS_PEOPLE
    return [
        f"{what}: {secret}"
        for secret, what in secrets.items()
        if secret in text and not (searching and secret.endswith(AT_HOME))
    ]
