"""Loading the published facts: read the file strictly, write it once, leave alone what a person has changed since.

`reading` turns the file into checked values, `keeping` compares each with what was loaded and what is there now,
`reference` and `events` say which value of the file becomes which record.
"""

from training.roadmap.loading import load_roadmap
from training.roadmap.reading import RoadmapError

__all__ = ["RoadmapError", "load_roadmap"]
