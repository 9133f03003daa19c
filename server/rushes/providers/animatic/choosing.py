"""Settling what is left open: one stable draw a question; answering one leaves the others as they were."""
# fmt: off

import random
from collections.abc import Sequence
from dataclasses import replace

from rushes.providers.animatic import words
from rushes.providers.animatic.shot import Shot, Subject


def filled(shot: Shot, draw: str) -> Shot:
    """`shot` with its open questions settled from the text `draw`."""
    place = shot.place or _likely_place(shot, draw)
    time, weather, camera = shot.time, shot.weather, shot.camera
    subjects = shot.subjects
    if time is None:
        likely = {"space": ("night",), "moon": ("night",), "underwater": ("day", "morning"),
            "room": ("golden", "day", "dusk")}
        stormy = (("day", "morning", "dusk") if weather in ("rain", "storm",
            "fog") or "rainbow" in shot.drifts else ())
        usual = ("golden", "sunset", "dawn", "morning", "day", "dusk", "night", "golden", "morning")
        time = _pick(draw, "time", likely.get(place) or stormy or usual)
    if weather is None:
        weather = "clear"
    if not subjects and shot.place is None and shot.weather is None:
        name = _pick(draw, "subject", _COMPANY.get(place, ("bird",)))
        subjects = (Subject(name, 5 if name in ("bird", "fish") else 1),)
    if camera is None:
        fast = any(s.name in _MOVERS or s.rides in _MOVERS for s in subjects)
        moves = (("tracking", "tracking", "pan_right") if fast else ("push_in", "pan_right", "pan_left",
            "pan_right", "push_in"))
        camera = _pick(draw, "camera", moves)
    return replace(shot, place=place, time=time, weather=weather, subjects=subjects, camera=camera)


_MOVERS = frozenset(["car", "truck", "bus", "motorcycle", "bicycle", "train", "horse"])
_COMPANY: dict[str, tuple[str, ...]] = {"mountains": ("person", "deer", "balloon", "bird", "tent"),
    "sea": ("boat", "lighthouse", "ship", "whale"), "beach": ("boat", "umbrella", "person", "kite"),
    "lake": ("boat", "deer", "duck", "tent"), "city": ("bird", "plane", "balloon", "couple"),
    "street": ("bicycle", "cat", "couple", "car"), "forest": ("deer", "fox", "owl", "tent"),
    "desert": ("car", "person", "balloon", "rocket"), "countryside": ("windmill", "horse", "house",
    "bicycle", "tree"), "snowfield": ("fox", "bear", "house", "penguin"),
    "space": ("astronaut", "rocket", "satellite"), "moon": ("astronaut", "rocket", "robot"),
    "underwater": ("fish", "whale", "turtle", "jellyfish"), "room": ("cat", "coffee", "robot", "guitar"),
    "sky": ("balloon", "plane", "bird", "dragon")}
_HOMES: dict[str, tuple[str, ...]] = {"boat": ("sea", "lake"), "ship": ("sea",), "galleon": ("sea",),
    "submarine": ("underwater",), "lighthouse": ("sea",), "whale": ("underwater", "sea"),
    "fish": ("underwater",), "shark": ("underwater",), "jellyfish": ("underwater",),
    "octopus": ("underwater",), "turtle": ("underwater", "beach"), "duck": ("lake",),
    "astronaut": ("moon", "space"), "rocket": ("desert", "space"), "satellite": ("space",),
    "ufo": ("desert", "countryside", "city"), "plane": ("sky",),
    "balloon": ("mountains", "countryside", "sky"), "dragon": ("mountains", "sky"),
    "train": ("countryside", "mountains"), "bus": ("city", "street"), "robot": ("city", "room"),
    "car": ("desert", "city", "countryside"), "motorcycle": ("desert", "city"),
    "bicycle": ("countryside", "street"), "penguin": ("snowfield",), "snowman": ("snowfield",),
    "bear": ("forest", "snowfield"), "deer": ("forest", "mountains"), "fox": ("forest", "snowfield"),
    "wolf": ("forest", "mountains"), "owl": ("forest",), "lion": ("countryside", "desert"),
    "elephant": ("countryside", "desert"), "giraffe": ("countryside",), "dinosaur": ("forest", "desert"),
    "cow": ("countryside",), "sheep": ("countryside",), "horse": ("countryside", "desert"),
    "castle": ("mountains",), "coffee": ("room",), "guitar": ("room",),
    "cat": ("street", "room", "countryside"), "dog": ("countryside", "beach"),
    "kite": ("beach", "countryside"), "tent": ("mountains", "forest"), "bridge": ("sea", "lake"),
    "umbrella": ("street", "beach"), "dancer": ("street", "room"), "windmill": ("countryside",),
    "helicopter": ("city",), "bird": ("sea", "sky", "countryside"), "flower": ("countryside",)}


def _likely_place(shot: Shot, draw: str) -> str:
    # A person can be anywhere: only what else is said narrows it down.
    homes = [home for s in shot.subjects for home in (_HOMES.get(s.rides or "", ()) or _HOMES.get(s.name,
        ()))]
    if shot.weather == "snow":
        homes = homes or ["snowfield", "mountains", "forest"]
    if "leaves" in shot.drifts:
        homes = homes or ["forest", "countryside", "lake"]
    if shot.weather in ("rain", "storm", "fog", "wind") and not homes:
        homes = ["street", "city", "countryside", "forest", "mountains"]
    if not homes and shot.subjects:
        homes = ["street", "mountains", "countryside", "beach", "city", "forest", "desert"]
    return _pick(draw, "place", homes or [p for p in words.PLACES if p not in ("moon", "underwater", "room")])


def _pick(draw: str, question: str, options: Sequence[str]) -> str:
    return random.Random(f"{draw}:{question}").choice(options)
