"""Where things stand on the paper, in points from its upper left corner: A4 upright or across, one centred column.

The frame is far enough from the edge that every office printer has it. Below the text stand, side by side, who signed
and what is small print, and at their right the QR code; a text is so wide and so high as nothing else wants the room.
"""

from dataclasses import dataclass, replace

from certificates.choices import Layout

MM = 72 / 25.4


@dataclass(frozen=True)
class Box:
    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.left + self.width

    @property
    def bottom(self) -> float:
        return self.top + self.height


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """`columns`: how many facts stand side by side, over the width of `facts`. A line as long runs under `name`.

    `code` is the most a QR code takes, in its lower right corner. `spare` is how far heading, name and text move down
    where nobody signs.
    """

    width: float
    height: float
    logos: Box
    heading: Box
    name: Box
    body: Box
    signatories: Box
    notes: Box
    code: Box
    check: Box
    columns: int
    facts: float
    rule: float
    spare: float
    frame: float = 9 * MM

    def unsigned(self) -> "Sheet":
        """The sheet where nobody signs."""
        heading, name, body = (replace(box, top=box.top + self.spare) for box in (self.heading, self.name, self.body))
        body = replace(body, height=self.signatories.bottom - body.top)
        return replace(self, heading=heading, name=name, body=body)


def _box(left: float, top: float, width: float, height: float) -> Box:
    return Box(left * MM, top * MM, width * MM, height * MM)


SHEETS = {
    Layout.LANDSCAPE: Sheet(
        width=297 * MM, height=210 * MM, columns=2, facts=253 * MM, rule=140 * MM, spare=7 * MM,
        logos=_box(22, 17, 253, 17), heading=_box(22, 36, 253, 23), name=_box(22, 58.5, 253, 18.5),
        body=_box(22, 80, 253, 59), signatories=_box(22, 141, 195, 33), notes=_box(22, 175, 195, 20),
        code=_box(231, 140, 44, 44), check=_box(220, 189.2, 55, 7),
    ),
    Layout.PORTRAIT: Sheet(
        width=210 * MM, height=297 * MM, columns=1, facts=140 * MM, rule=140 * MM, spare=10 * MM,
        logos=_box(22, 20, 166, 19), heading=_box(22, 46, 166, 29), name=_box(22, 74, 166, 26),
        body=_box(22, 104, 166, 92), signatories=_box(22, 198, 166, 33), notes=_box(22, 240, 105, 42),
        code=_box(144, 227, 44, 44), check=_box(133, 276.2, 55, 7),
    ),
}  # fmt: skip
