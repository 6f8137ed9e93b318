"""Invented lines that look like lines to other stories or debris and are an article's own: lists, specifications, embedded posts.

Real labelled pages hold too few of each kind for a model to learn that a tour's dates, a recipe's ingredients or the sources of a
study are not a list of headlines. Every function returns the lines of one such part, as its HTML element would hold them; names,
places and figures are invented.
"""

from __future__ import annotations

import html
import random
from collections.abc import Callable, Sequence

_PLACES = (
    "Alderford", "Brinmoor", "Calder Bay", "Dunwick", "Eastmere", "Fenhollow", "Garston", "Holmvale", "Ivyport", "Kelbrook",
    "Larkhill", "Marrowgate", "Nordheim", "Ostfeld", "Pinemarsh", "Quarry Point", "Rosvik", "Saltbury", "Tarnby", "Umberleigh",
)  # fmt: skip
_HALLS = (
    "Arena",
    "Amphitheatre",
    "Music Park",
    "Civic Hall",
    "Pavilion",
    "Opera House",
    "Stadion",
    "Ballroom",
    "Fairgrounds",
)
_FIRST = (
    "Ada",
    "Bruno",
    "Carla",
    "Dario",
    "Elke",
    "Femi",
    "Greta",
    "Hugo",
    "Imani",
    "Jonas",
    "Keiko",
    "Lars",
    "Mina",
    "Noor",
)
_LAST = (
    "Abbot",
    "Brandt",
    "Castell",
    "Dufour",
    "Eriksen",
    "Fofana",
    "Grau",
    "Hollis",
    "Imbert",
    "Jansen",
    "Kovac",
    "Lindqvist",
)
_MONTHS = ("Jan.", "Feb.", "March", "April", "May", "June", "July", "Aug.", "Sept.", "Oct.", "Nov.", "Dec.")
_TEAMS = ("Rovers", "United", "Harriers", "Lions", "Athletic", "Wanderers", "Comets", "Rangers", "Falcons", "Albion")
_GOODS = ("phone", "laptop", "camera", "headset", "bike", "heater", "drill", "monitor", "router", "blender")
_PARTS = (
    "{n}-inch display with {w} by {h} pixels", "{n} MP rear camera, {m} MP front camera", "Up to {n} hours of battery life",
    "Bluetooth 5.{m}, Wi-Fi 6E ({w}.11ax)", "Weight: {n}.{m} kg", "{n} GB RAM, {w} GB storage", "USB-C x{m}, HDMI 2.{m}, audio jack",
    "Aluminium frame with carbon fork", "Water resistant to {n} metres", "Operating system: Version {n}.{m}",
    "Includes cable, case and two-year warranty", "Torque: {w} Nm at {h} rpm", "Tested on a {n}-core machine with {m} TB SSD",
    "Heavy-duty front axle with reinforced housing", "Adjustable straps made for everyday use", "Price: from ${w}",
)  # fmt: skip
_FOODS = (
    "flour",
    "butter",
    "sugar",
    "lentils",
    "olive oil",
    "yoghurt",
    "carrots",
    "rice",
    "chickpeas",
    "cream",
    "salt",
    "thyme",
)
_AMOUNTS = ("{n} cups", "{n} g", "{n} tablespoons", "1/{m} teaspoon", "{n} oz", "a pinch of", "{n} ml", "{n}")
_STEPS = (
    "Heat the oven to {w} degrees and line a tray", "Stir in the {food} and let it rest for {n} minutes",
    "Chop the {food}, then add it to the pan", "Simmer for {n} minutes, stirring now and then",
)  # fmt: skip
_ASKED = (
    "Favorite book of the last year?", "What is your morning routine?", "How did you get into {good} design?",
    "What would you tell your younger self?", "Best meal you ever had?", "Which city would you move to?", "Who inspires you?",
)  # fmt: skip
_SAID = (
    "A tie between {a} and {b}", "Anything by {name}, always", "Coffee first, then a run along the harbour",
    "I would say: be patient, and write things down", "My grandmother's {food} soup", "{a}, without a doubt", "{name} and {other}",
)  # fmt: skip
_POSTS = (
    "So proud of this team tonight", "yes, this really happened", "We are out of {food} again. Send help", "Big news coming from {a}",
    "I only have one question about the {good} thing", "Thank you {a}, you were unreal", "that goal though", "never change, {team}",
    "Officials confirm the bridge in {a} is closed until further notice",
)  # fmt: skip
_SUBHEADS = (
    "What comes next for {a}", "A New {good} and a Bigger Plan", "Why the {team} Changed Course", "The Road From {a} to {b}",
    "How it works", "Key facts", "Background", "A long wait", "Never Too Late to Start Over", "Who pays for it?",
    "Stronger Brakes and a New Axle",
    "The {good} Gets the Following Upgrades", "Zone {n}: {m}0% - {n}0% = {w} bpm", "Related work", "Trending upward", "More than money",
)  # fmt: skip
_JOURNALS = (
    "Journal of Coastal Studies",
    "Annals of Small Engines",
    "Review of Rural Health",
    "Letters in Applied Acoustics",
)
_NOTES = (
    "Reviewed on a {n}-core machine, {w} GB RAM", "NOTE: Arrows reflect movement from week {n} of the rankings", "All times are local",
    "See images below:", "Watch the full interview below:", "Here is the full statement:", "Read the letter in full:",
    "Click here to read the full ruling in {name}'s case", "The following is an edited transcript",
    "For more information and to register, visit the museum's own page", "Figures may not add up because of rounding",
    "Listen to the recording from {a} here:", "The play opened in {month} and runs until {month} {n}",
)  # fmt: skip
_HOURS = (
    "{n}:{w} Uhr: Strasse bei {a} gesperrt", "{n}.{w} Uhr: {name} spricht in {a}", "{n}:{w} pm: {name} arrives in {a}",
    "{n}:{w}: {a} reports a second outage",
)  # fmt: skip


def _fill(pattern: str, rng: random.Random) -> str:
    a, b = rng.sample(_PLACES, 2)
    name, other = (f"{rng.choice(_FIRST)} {rng.choice(_LAST)}" for _ in range(2))
    n, m, w, h = (rng.randrange(*span) for span in ((2, 12), (1, 9), (11, 60), (900, 4000)))
    food, good, team, month = (rng.choice(x) for x in (_FOODS, _GOODS, _TEAMS, _MONTHS))
    return pattern.format(
        n=n, m=m, w=w, h=h, a=a, b=b, name=name, other=other, food=food, good=good, team=team, month=month
    )


def dates(rng: random.Random) -> list[str]:
    """The dates of a tour."""
    dash = rng.choice((" – ", " - ", ": ", " @ "))
    month, day = rng.randrange(12), rng.randrange(1, 12)
    return [
        _fill(f"{_MONTHS[month]} {day + 2 * i}{dash}{{a}}{rng.choice((', ', ' @ '))}{{b}} {rng.choice(_HALLS)}", rng)
        for i in range(rng.randrange(3, 9))
    ]


def specifications(rng: random.Random) -> list[str]:
    """What a product has."""
    return [_fill(x, rng) for x in rng.sample(_PARTS, rng.randrange(3, 9))]


def recipe(rng: random.Random) -> list[str]:
    """Ingredients, and sometimes the first steps."""
    lines = [f"{_fill(rng.choice(_AMOUNTS), rng)} {food}" for food in rng.sample(_FOODS, rng.randrange(3, 9))]
    return lines + [_fill(x, rng) for x in rng.sample(_STEPS, 2)] if rng.random() < 0.5 else lines


def interview(rng: random.Random) -> list[str]:
    """Short questions and shorter answers."""
    marks = rng.choice((("Q: ", "A: "), ("", ""), ("", "— ")))
    lines = []
    for asked in rng.sample(_ASKED, rng.randrange(2, 6)):
        lines += [marks[0] + _fill(asked, rng), marks[1] + _fill(rng.choice(_SAID), rng)]
    return lines


def posts(rng: random.Random) -> list[str]:
    """Embedded posts as plain text: what somebody wrote, a short address, name and date."""
    lines = []
    for text in rng.sample(_POSTS, rng.randrange(1, 4)):
        first, last = rng.choice(_FIRST), rng.choice(_LAST)
        address = rng.choice(
            ("", f" https://t.example/{rng.randrange(16**8):x}", f" pic.example.com/{rng.randrange(16**6):x}")
        )
        lines.append(_fill(text, rng) + rng.choice(("", "", " #matchday", " @" + last)) + address)
        if rng.random() < 0.6:
            lines.append(
                f"— {first} {last} (@{first}{last}) {rng.choice(_MONTHS)} {rng.randrange(1, 29)}, {rng.randrange(2015, 2025)}"
            )
    return lines


def subheads(rng: random.Random) -> list[str]:
    """One heading between two paragraphs."""
    return [_fill(rng.choice(_SUBHEADS), rng)]


def references(rng: random.Random) -> list[str]:
    """The sources of a study, by title or by address."""
    lines = []
    for _ in range(rng.randrange(2, 8)):
        name = f"{rng.choice(_LAST)} {rng.choice('ABCDEFG')}."
        titled = f"{name} ({rng.randrange(1990, 2024)}). {rng.choice(_JOURNALS)}, {rng.randrange(2, 60)}, {rng.randrange(9, 900)}"
        address = f"https://journal-{rng.randrange(99)}.example/articles/PMC{rng.randrange(10**7)}/"
        lines.append(rng.choice((titled, address)))
    return ["References", *lines] if rng.random() < 0.4 else lines


def results(rng: random.Random) -> list[str]:
    """Scores, standings, a line-up."""
    lines = []
    for i in range(rng.randrange(3, 9)):
        home, away = (f"{rng.choice(_PLACES)} {rng.choice(_TEAMS)}" for _ in range(2))
        score = f"{home} {rng.randrange(5)}, {away} {rng.randrange(5)}"
        lines.append(rng.choice((score, f"{i + 1}. {home} ({rng.randrange(9)}-{rng.randrange(9)})")))
    return lines


def clock(rng: random.Random) -> list[str]:
    """Entries of a live report."""
    return [_fill(x, rng) for x in rng.choices(_HOURS, k=rng.randrange(2, 6))]


def notes(rng: random.Random) -> list[str]:
    """A line that belongs to what stands above or below it."""
    return [_fill(rng.choice(_NOTES), rng)]


_MAKERS: tuple[Callable[[random.Random], list[str]], ...] = (
    dates, specifications, recipe, interview, posts, subheads, subheads, references, results, clock, notes, notes,
)  # fmt: skip


def with_own_lines(paragraphs: Sequence[str], rng: random.Random) -> tuple[list[str], list[str]]:
    """Paragraphs with one to four such parts between them: the lines, and the element of each ("p", "li", "h3", ...)."""
    parts: list[list[tuple[str, str]]] = [[(p, "p")] for p in paragraphs]
    for make in rng.choices(_MAKERS, k=rng.randrange(1, 5)):
        tag = (
            rng.choice(("h2", "h3", "p"))
            if make is subheads
            else rng.choice(("li", "p", "p", "td" if make is results else "li"))
        )
        parts.insert(rng.randrange(1, len(parts) + 1), [(line, tag) for line in make(rng)])
    flat = [line for part in parts for line in part]
    return [text for text, _ in flat], [tag for _, tag in flat]


def as_html(lines: Sequence[str], tags: Sequence[str]) -> str:
    """Lines as a stored HTML body; list items and table cells get their list and their table."""
    out: list[str] = []
    around = {"li": ("<ul>", "</ul>"), "td": ("<table>", "</table>")}
    last = ""
    for text, tag in zip(lines, tags, strict=True):
        if tag != last:
            out += [around[last][1]] if last in around else []
            out += [around[tag][0]] if tag in around else []
        body = html.escape(text)
        out.append(f"<tr><td>{body}</td></tr>" if tag == "td" else f"<{tag}>{body}</{tag}>")
        last = tag
    return "\n".join(out + ([around[last][1]] if last in around else []))
