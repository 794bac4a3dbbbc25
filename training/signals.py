"""What the register tells the packages above it, which it does not know."""

from django.dispatch import Signal

# Demo sessions are about to be removed. `sessions`: their ids. A receiver takes its own records of them away first.
demo_sessions_going = Signal()

# A person was erased, and nothing is committed yet. `people`: the ids of all their records. A receiver takes out of its
# own tables and files whatever names them.
person_erased = Signal()

# Somebody reads what is held about `person`. A receiver returns its own sections (services/held.py), as a list.
collecting_held = Signal()

# A session was signed off by an account, and that is committed. `session`, `by`.
session_signed_off = Signal()

# Somebody passed the course of a self-paced session, and that is committed. `participation`.
course_passed = Signal()

# The role groups have in Wagtail's admin what the register keeps. A receiver adds what its own package keeps.
roles_ensured = Signal()
