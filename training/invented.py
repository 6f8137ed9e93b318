"""Invented padding: sentences that say nothing, as they are put into articles for search engines or to fill a page.

The labelled corpus has padding of nine writers, and what the tenth writes is not what they wrote. So human articles also get
paragraphs made here, a few kinds of emptiness in many wordings: openers, definitions, questions and answers, hollow significance,
both sides, advice, keyword lists, hinges, recaps, conclusions. All wording is invented; {t} stands for words of the article's
headline, {f} for a field of life.
"""

from __future__ import annotations

import random
import re

from copydesk.detectors.seo_padding import SMALL_WORDS

_WORD = re.compile(r"[^\W\d_][\w'’-]*")
_FIELDS = (
    "politics", "health", "technology", "education", "sport", "business", "justice", "travel", "money", "security", "music",
    "diplomacy", "the environment", "family life", "the media", "public safety", "energy", "food", "housing", "science",
)  # fmt: skip
_TEMPLATES = (
    # openers
    "If you have been online at all this week, chances are that {t} has crossed your screen.",
    "{t} is the talk of the town at the moment. Everyone seems to have an opinion, and it is easy to see why.",
    "Few subjects stir as much emotion as {t}, and this time is no exception.",
    "In a world where headlines come and go, {t} has managed to hold the attention of the public.",
    "Welcome to our complete guide to {t}. Below we cover all that there is to know.",
    "When it comes to {f}, nothing stays the same for long.",
    "{F} is one of those things that touch all of us, whether we notice it or not.",
    "From small towns to big cities, people everywhere are asking the same question about {t}.",
    "It is no secret that {f} matters, now more than ever.",
    "Since the dawn of time, human beings have cared about {f}, and that is unlikely to change any time soon.",
    "In this article, we will take a closer look at {t} and explore why it is such an important topic.",
    "Looking for the latest on {t}? You have come to the right place.",
    "We live in an age of constant change, and {f} is changing along with it.",
    # definitions nobody asked for
    "What exactly is {f}? Simply put, {f} is a broad term that means different things to different people.",
    "{F}, as many of our readers will know, is a wide field with a long and rich history.",
    "Before we go any further, it helps to understand what {f} really means and why it is so often discussed.",
    "A headline, by definition, tells you what a story is about, and the headline here is {t}.",
    "The word itself may sound simple, but there is a lot more to it than meets the eye.",
    "For those who are not familiar with the topic, {f} can be described as an essential part of modern society.",
    "{F} can be divided into many parts, each of which has its own features, uses and importance.",
    # questions and answers
    "Frequently asked questions about {t}: What is it? Why does it matter? What comes next? Read on to find out.",
    "Is {t} a big deal? Yes, {t} is a big deal for anybody who follows {t}.",
    "So, why should you care about {t}? The answer is simple: because {t} could affect you, too.",
    "Who should read this? Anyone with an interest in {t}, {f} or both.",
    "Can {t} happen again? Anything is possible, and nobody can rule it out entirely.",
    "How will {t} play out? That depends on many factors, and the answer may surprise you.",
    "Q: Where can I learn more about {t}? A: Right here, of course.",
    "When will we know more about {t}? As soon as there is news about {t}, you will hear it.",
    "People also ask: what happened with {t}, who is involved in {t}, and is {t} good or bad?",
    # hollow significance
    "This marks a significant moment that could shape the conversation around {f} for years to come.",
    "The episode shines a light on the delicate balance between progress and tradition, and on the values that hold us together.",
    "At its heart, this is a story about people, about choices and about the kind of future that we want to build.",
    "It stands as a vivid illustration of how quickly things can change and how much is at stake for everyone involved.",
    "More than a single event, it reflects deeper currents that continue to run through our society.",
    "The significance of these developments can hardly be overstated, as they touch on questions that concern us all.",
    "What makes this moment so compelling is the way it brings together so many different threads.",
    "These events are part of a larger picture, one that continues to evolve in ways both expected and unexpected.",
    "Such moments invite us to pause, to reflect and to consider what truly matters.",
    "The ripple effects may be felt well beyond those directly affected, underlining how connected our world has become.",
    "It also raises important questions about responsibility, trust and the road ahead.",
    "By any measure, it is a development that deserves careful thought and open discussion.",
    "As {f} continues to evolve, stories like this one remind us of the power of resilience and cooperation.",
    "Every setback carries a lesson, and every lesson brings with it a chance to grow.",
    "This underscores the need for dialogue, understanding and a balanced approach on all sides.",
    "The news has drawn reactions from all corners, showing once again how deeply people care about {f}.",
    # both sides
    "Some people are in favour of it, while others are against it. Both sides make points that are worth hearing.",
    "As with most things in life, {t} has advantages and disadvantages, and it is up to you to weigh them.",
    "There are two sides to every coin, and {t} is a coin that many people are talking about.",
    "Whether you see it as good news or bad news will depend on where you stand.",
    "Like it or not, {t} is here to stay, and there is no denying its impact.",
    "You may agree or you may disagree, but you certainly cannot ignore it.",
    "Opinions differ, feelings run high, and the debate is far from over.",
    "For some it is a dream come true. For others it is a cause for concern. For all of us it is something to think about.",
    # advice
    "When following {t}, it is always wise to check several sources and to stay informed.",
    "Our top tip: take your time, do your research and never make a decision in a hurry.",
    "The best way to keep up with {t} is to read about {t} regularly and share what you learn with friends.",
    "Remember, knowledge is power, and the more you know about {f}, the better prepared you will be.",
    "If you are new to {f}, do not panic! Everyone has to start somewhere, and small steps can lead to big results.",
    "Bookmark this page so that you never miss an important moment of {t}.",
    "It never hurts to be careful, because you never know what tomorrow may bring.",
    "Staying calm, staying positive and staying up to date are the three keys to success.",
    "Talk to your family, talk to your friends, and make the choice that feels right for you.",
    # keyword lists and stuffing
    "Searches for {t} have gone up, with readers looking for {t} news, {t} updates, {t} today and the full story of {t}.",
    "{t} news, {t} explained, {t} live, {t} facts: whatever you need on {t}, we have it.",
    "Fans of {t} will know that {t} is not just any {t}. It is the {t} that everybody wants to read about.",
    "Popular searches: {t}, {t} 2024, {t} latest, {t} reaction, {t} full details.",
    "Keywords: {t}, {t} update, {t} meaning, {f}, {f} news.",
    "For the best {t} coverage, including {t} analysis and {t} background, look no further than our {t} page.",
    "The {t} story is a {t} story like no other, which is why {t} keeps trending.",
    "Many readers who searched for {t} also wanted to know about {t} and what {t} means for them.",
    # hinges
    "With the basics out of the way, let us move on to the part that everyone has been waiting for.",
    "But that is only half of the story. Keep reading, because things are about to get interesting.",
    "So what does all of this mean? Let us break it down step by step.",
    "Having covered the main points of {t}, we can now turn to the details of {t}.",
    "Without further ado, here are the facts about {t}.",
    "In this section: what happened, who said what, and what it all means for {t}.",
    "Contents: 1. What is {t}? 2. Why {t} matters 3. Reactions to {t} 4. Conclusion",
    "There is a lot to unpack here, so let us dive right in.",
    # recaps
    "To recap, {t} is an ongoing story with many moving parts, and each of them matters in its own way.",
    "In short: a lot has happened, a lot is still happening, and a lot more is likely to happen.",
    "Key takeaway: {t} is important, and understanding {t} is the first step towards making sense of {t}.",
    "As we have seen above, there is no simple answer when it comes to {t}.",
    "That, in a nutshell, is {t}. Simple, right?",
    # quips and trivia
    "Fun fact: {f} is followed by millions of people around the globe, young and old alike.",
    "Did you know that {f} is among the most talked-about subjects on the internet?",
    "As the old saying goes, where there is smoke there is fire, and {t} has plenty of both.",
    "Say what you will, but you cannot say that {f} is boring!",
    "Grab a cup of coffee, sit back and let us walk you through it.",
    "They say that truth is stranger than fiction. After reading about {t}, it is hard to argue.",
    "Rome was not built in a day, and the same can surely be said of {f}.",
    "Nobody said that {f} was easy, but that is exactly what makes it so fascinating.",
    "Social media users were quick to weigh in, with comments ranging from surprise to support to everything in between.",
    "The internet, as always, had plenty to say about {t}.",
    # conclusions
    "In conclusion, {t} shows that the only constant is change, and that we must all be ready for what lies ahead.",
    "All in all, {t} is a story that gives everyone something to think about.",
    "At the end of the day, what matters most is that people are talking about {f}.",
    "Time alone will show how it ends, but one thing is for sure: we have not heard the last of {t}.",
    "As matters stand, everyone will be watching closely to see what unfolds in the coming weeks and months.",
    "To conclude, {t} is a clear sign of the times, and its lessons should not be forgotten.",
    "Ultimately, the path forward will depend on the willingness of all parties to listen, to learn and to adapt.",
    "Looking ahead, much remains uncertain, yet there is reason to hope for a brighter tomorrow.",
    "The story is still developing, and the final chapter of {t} has yet to be written.",
    "What do you think about {t}? Let us know, because every voice counts.",
    "We hope that this overview of {t} has answered your questions about {t}. Thank you for reading.",
    "Whatever happens next, it will be a journey worth following.",
    "Final verdict: {t} is definitely something to watch, today, tomorrow and beyond.",
    "Only the future can tell what {t} will bring, and the future, as we all know, starts today.",
    "Perhaps the real lesson is that there is always more to learn about {f} and about ourselves.",
)


def keyword(title: str, rng: random.Random) -> str:
    """Two to four words of a headline in a row that begin and end with a content word; "this story" where there are none."""
    words = _WORD.findall(title)
    runs = [
        words[i : i + n]
        for n in (2, 3, 4)
        for i in range(len(words) - n + 1)
        if words[i].lower() not in SMALL_WORDS and words[i + n - 1].lower() not in SMALL_WORDS
    ]
    return " ".join(rng.choice(runs)) if runs else "this story"


def hollow(title: str, rng: random.Random, count: int) -> list[str]:
    """`count` different paragraphs of invented padding for an article of this title, some of two sentences or more."""
    about, field = keyword(title, rng), rng.choice(_FIELDS)
    made = [x.format(t=about, f=field, F=field[0].upper() + field[1:]) for x in rng.sample(_TEMPLATES, 2 * count)]
    made = [x[0].upper() + x[1:] for x in made]
    return [f"{a} {b}" if rng.random() < 0.3 else a for a, b in zip(made[::2], made[1::2], strict=True)]
