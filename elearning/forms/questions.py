"""A question as an editor writes it: its key once, its texts in two languages side by side.

What is typed becomes the JSON that bank/content.py describes; what stands in other languages stays as it is.
"""

import copy

from django import forms
from django.utils.translation import gettext_lazy as _

from elearning.bank.content import FALSE, TRUE, Content, ContentError, fresh_key, number, read_content
from elearning.bank.gaps import MOST_ROWS
from elearning.bank.marking import is_right
from elearning.choices import Difficulty, QuestionKind
from elearning.languages import own_name
from elearning.services.questions import Facts
from training.models import Topic

SPARE, FIRST_ROWS = 2, 4
CHOSEN = (QuestionKind.SINGLE, QuestionKind.MULTIPLE)
# The groups of rows a kind has, with what stands in each row: once, and in each language.
GROUPS = {
    QuestionKind.SINGLE: {"option": (("right", "credit"), ("text", "feedback"))},
    QuestionKind.MULTIPLE: {"option": (("right", "credit"), ("text", "feedback"))},
    QuestionKind.TRUE_FALSE: {"option": ((), ("feedback",))},
    QuestionKind.MATCHING: {"option": ((), ("text",)), "pair": (("option",), ("text",))},
    QuestionKind.NUMERIC: {"accepted": (("value", "tolerance", "credit"), ("feedback",))},
    QuestionKind.SHORT_TEXT: {"accepted": (("credit",), ("text", "feedback"))},
}
# Where the texts of a group stand in a language's part of the content.
PLACES = {"option": "options", "pair": "pairs", "accepted": "accepted"}
OVERALL = {
    "general": _("Said to everybody afterwards"),
    "right": _("Said after a right answer"),
    "partly": _("Said after a partly right answer"),
    "wrong": _("Said after a wrong answer"),
}
LABELS = {
    "right": _("Right"),
    "credit": _("Credit, %"),
    "value": _("Number"),
    "tolerance": _("Tolerance, ±"),
    "option": _("Belongs to right side"),
    "text": _("Text"),
    "feedback": _("Remark on it"),
}


class QuestionForm(forms.Form):
    """`languages` are the two shown: what is typed for them replaces what they said. `old` is what is asked now."""

    name = forms.CharField(label=_("Name in the bank"), max_length=200, help_text=_("For lists; no learner sees it."))
    module_key = forms.ChoiceField(label=_("Module"), required=False)
    topic = forms.ModelChoiceField(Topic.objects.none(), label=_("Topic"), required=False)
    difficulty = forms.TypedChoiceField(label=_("Difficulty"), choices=Difficulty.choices, coerce=int)
    source_note = forms.CharField(label=_("Source"), max_length=300, required=False)
    in_assessment = forms.BooleanField(label=_("May be drawn for the final test"), required=False)
    points = forms.DecimalField(label=_("Points"), min_value=0, max_value=100)
    shuffle = forms.BooleanField(label=_("Answers in another order each time"), required=False)
    case_sensitive = forms.BooleanField(label=_("Capital letters matter"), required=False)
    answer = forms.ChoiceField(
        label=_("It is"),
        choices=[(TRUE, _("True")), (FALSE, _("False"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Say whether it is true or false.")},
    )

    def __init__(self, data=None, *, kind, languages, modules, facts, old=None, more=0):
        self.kind, self.languages, self.old = QuestionKind(kind), languages, old
        self.more = more
        super().__init__(data, initial=self._initial(facts))
        self.fields["module_key"].choices = [("", _("No module")), *modules]
        self.fields["topic"].queryset = Topic.objects.all()
        for name, kinds in KINDS_OF.items():
            if self.kind not in kinds:
                del self.fields[name]
        for code in languages:
            self._text(f"stem_{code}", _("What is asked"), code, rows=3)
            for name, label in OVERALL.items():
                self._text(f"{name}_{code}", label, code, rows=2)
        self.counts = {group: self._count(group) for group in GROUPS[self.kind]}
        for group, number_of in self.counts.items():
            for place in range(number_of):
                self._row(group, place)

    # ---- fields

    def _count(self, group):
        """How many rows: those there are and some to add to; as many as were sent where a form was."""
        if self.kind == QuestionKind.TRUE_FALSE:
            return 2
        known = len(self._known(group))
        wanted = known + SPARE if known else FIRST_ROWS
        if self.is_bound:
            sent = self.data.get(f"{group}_rows", "")
            wanted = int(sent) if sent.isascii() and sent.isdecimal() and len(sent) < 4 else wanted
        return max(min(wanted + self.more, MOST_ROWS), known)

    def _row(self, group, place):
        once, each = GROUPS[self.kind][group]
        base = f"{group}_{place}"
        self.fields[f"{base}_key"] = forms.CharField(required=False, widget=forms.HiddenInput, max_length=40)
        if self.kind != QuestionKind.TRUE_FALSE:
            self.fields[f"{base}_gone"] = forms.BooleanField(label=_("Take it out"), required=False)
        for name in once:
            self.fields[f"{base}_{name}"] = self._field(name)
        for code in self.languages:
            for name in each:
                self._text(f"{base}_{name}_{code}", LABELS[name], code, rows=2 if name == "feedback" else 1)

    def _field(self, name):
        if name == "right":
            return forms.BooleanField(label=LABELS[name], required=False)
        if name == "option":
            places = range(1, self._count("option") + 1)
            return forms.ChoiceField(label=LABELS[name], required=False, choices=[("", "–"), *((n, n) for n in places)])
        widget = forms.TextInput(attrs={"inputmode": "decimal", "size": 8})
        return forms.CharField(label=LABELS[name], required=False, max_length=40, widget=widget)

    def _text(self, name, label, code, *, rows):
        is_line = self.kind == QuestionKind.SHORT_TEXT and "_text_" in name
        widget = forms.TextInput if is_line else forms.Textarea
        attrs = {"lang": code} | ({} if is_line else {"rows": rows})
        self.fields[name] = forms.CharField(
            label=f"{label} · {own_name(code)}", required=False, max_length=4000, widget=widget(attrs=attrs)
        )

    # ---- what stands there now

    def _known(self, group):
        if self.old is None:
            return ()
        return {"option": self.old.options, "pair": self.old.pairs, "accepted": self.old.accepted}[group]

    def _initial(self, facts):
        found = {name: getattr(facts, name) for name in Facts.__dataclass_fields__}
        old = self.old or Content(kind=self.kind)
        found |= {"points": number(old.points), "shuffle": old.shuffle, "case_sensitive": old.case_sensitive}
        by_tick = _is_by_tick(old)
        for group in GROUPS[self.kind]:
            for place, one in enumerate(self._known(group)):
                found |= {f"{group}_{place}_{name}": value for name, value in self._told(group, one, by_tick).items()}
        for code in self.languages:
            texts = old.texts.get(code)
            if texts:
                found |= {f"{name}_{code}": getattr(texts, name) for name in ("stem", *OVERALL)}
        if self.kind == QuestionKind.TRUE_FALSE:
            found |= {"option_0_key": TRUE, "option_1_key": FALSE}
            found["answer"] = next((one.key for one in old.options if one.credit == 100), None)
        return found

    def _told(self, group, one, by_tick):
        told = {"key": one.key}
        if group == "pair":
            told["option"] = [option.key for option in self.old.options].index(one.option) + 1
        if group == "accepted":
            told |= {"value": one.value, "tolerance": one.tolerance, "credit": number(one.credit)}
        if group == "option" and self.kind in CHOSEN:
            told["right"] = is_right(self.kind, one.credit)
            told["credit"] = "" if by_tick else number(one.credit)
        for code in self.languages:
            texts = self.old.texts.get(code)
            if texts:
                told[f"text_{code}"] = getattr(texts, PLACES[group]).get(one.key, "")
                told[f"feedback_{code}"] = texts.feedback.get(one.key, "")
        return told

    # ---- for the page

    def rows(self, group):
        """Each row with its fields: `once`, and one list for each language."""
        once, each = GROUPS[self.kind][group]
        for place in range(self.counts[group]):
            base = f"{group}_{place}"
            gone = f"{base}_gone"
            yield {
                "number": place + 1,
                "title": ROWS[group] % {"number": place + 1},
                "key": self[f"{base}_key"],
                "gone": self[gone] if gone in self.fields and self[f"{base}_key"].value() else None,
                "once": [self[f"{base}_{name}"] for name in once],
                "sides": [[self[f"{base}_{name}_{code}"] for name in each] for code in self.languages],
            }

    @property
    def groups(self):
        return [
            {
                "name": group,
                "title": TITLES[self.kind, group],
                "count": self.counts[group],
                "rows": list(self.rows(group)),
            }
            for group in self.counts
        ]

    @property
    def stems(self):
        return [self[f"stem_{code}"] for code in self.languages]

    @property
    def overall(self):
        return [[self[f"{name}_{code}"] for name in OVERALL] for code in self.languages]

    @property
    def beside(self):
        return [self[name] for name in ("points", "shuffle", "case_sensitive", "answer") if name in self.fields]

    @property
    def facts_fields(self):
        return [self[name] for name in Facts.__dataclass_fields__]

    # ---- what it says

    def facts(self):
        told = {name: self.cleaned_data[name] for name in Facts.__dataclass_fields__}
        return Facts(**told | {"module_key": told["module_key"] or None})

    def content(self):
        """The question as it was typed. Raises ContentError for a number that is none."""
        said, texts = self.cleaned_data, copy.deepcopy(self.old.as_json()["texts"]) if self.old else {}
        data = {"kind": self.kind.value, "points": str(said["points"])}
        data |= {name: said[name] for name in ("shuffle", "case_sensitive") if name in self.fields}
        own_words = {code: texts.get(code, {}).get("options", {}) for code in self.languages}
        for code in self.languages:
            texts[code] = {name: said[f"{name}_{code}"] for name in ("stem", *OVERALL)}
        rows = {group: list(self._typed(group)) for group in self.counts}
        for group, typed in rows.items():
            data[PLACES[group]] = [row["said"] for row in typed]
            for row in typed:
                self._put(texts, group, row)
        if self.kind == QuestionKind.TRUE_FALSE:
            for code, words in own_words.items():
                texts[code]["options"] = words
        if "pair" in rows:
            self._join(data, rows["option"])
        kept = {row["said"]["key"] for typed in rows.values() for row in typed}
        data["texts"] = {code: part for code, part in _pruned(texts, kept).items() if any(part.values())}
        return read_content(data)

    def _typed(self, group):
        """Rows that say something: the key they have or a new one, what is said once, and their texts."""
        once, each = GROUPS[self.kind][group]
        known = {one.key for one in self._known(group)}
        taken = set(known)
        for place in range(self.counts[group]):
            base = f"{group}_{place}"
            said = {name: self.cleaned_data[f"{base}_{name}"] for name in once}
            sides = {
                code: {name: self.cleaned_data[f"{base}_{name}_{code}"] for name in each} for code in self.languages
            }
            is_said = any(text for side in sides.values() for text in side.values()) or any(
                said[name] for name in said if name != "credit"
            )
            if self.kind == QuestionKind.TRUE_FALSE:
                key = (TRUE, FALSE)[place]
                yield {
                    "place": place + 1,
                    "said": {"key": key, "correct": key == self.cleaned_data["answer"]},
                    "sides": sides,
                }
                continue
            key = self.cleaned_data[f"{base}_key"]
            if self.cleaned_data[f"{base}_gone"] or not (is_said or key in known):
                continue
            if key not in known:
                key = fresh_key(taken)
                taken.add(key)
            yield {"place": place + 1, "said": {"key": key, **_said_once(said)}, "sides": sides}

    def _put(self, texts, group, row):
        for code, side in row["sides"].items():
            for name, text in side.items():
                part = "feedback" if name == "feedback" else PLACES[group]
                texts[code].setdefault(part, {})[row["said"]["key"]] = text

    def _join(self, data, right_sides):
        """The pairs with the keys of the right sides they were put to."""
        by_place = {str(row["place"]): row["said"]["key"] for row in right_sides}
        for pair in data["pairs"]:
            pair["option"] = by_place.get(pair.get("option", ""), "")
            if not pair["option"]:
                raise ContentError(_("Say of each left side which right side belongs to it."))


def _said_once(said):
    """As content has it: a tick is `correct`, an empty credit is left to it."""
    told = {name: value for name, value in said.items() if name != "right" and value not in ("", None)}
    if "credit" in told:
        told["credit"] = str(told["credit"]).replace(",", ".")
    for name in ("value", "tolerance"):
        if name in told:
            told[name] = told[name].replace(",", ".").strip()
    return told | ({"correct": said["right"]} if "right" in said else {})


def _pruned(texts, kept):
    """Without what was said about rows that are gone, in the languages that are not shown too."""
    pruned = {}
    for code, part in texts.items():
        pruned[code] = {
            name: {key: text for key, text in value.items() if key in kept and text}
            if isinstance(value, dict)
            else value
            for name, value in part.items()
        }
    return pruned


def _is_by_tick(content):
    """Whether the credits are those that ticks alone would give."""
    if content.kind not in CHOSEN:
        return False
    ticked = [{"key": one.key, "correct": is_right(content.kind, one.credit)} for one in content.options]
    return read_content({"kind": content.kind.value, "options": ticked}).options == content.options


KINDS_OF = {
    "shuffle": (*CHOSEN, QuestionKind.MATCHING),
    "case_sensitive": (QuestionKind.SHORT_TEXT,),
    "answer": (QuestionKind.TRUE_FALSE,),
}
ROWS = {
    "option": _("Answer %(number)s"),
    "pair": _("Left side %(number)s"),
    "accepted": _("Accepted %(number)s"),
}
TITLES = {
    (QuestionKind.SINGLE, "option"): _("Answers"),
    (QuestionKind.MULTIPLE, "option"): _("Answers"),
    (QuestionKind.TRUE_FALSE, "option"): _("Remarks on true and false"),
    (QuestionKind.MATCHING, "option"): _("Right sides"),
    (QuestionKind.MATCHING, "pair"): _("Left sides, each put to a right side"),
    (QuestionKind.NUMERIC, "accepted"): _("Accepted numbers"),
    (QuestionKind.SHORT_TEXT, "accepted"): _("Accepted answers"),
}
