"""For every reason of the contract, whole articles that must carry it as evidence, and look-alikes that must not.

Data only: `test_firing.py` runs over `EXAMPLES`. People, places and events are invented. A false alarm that is
found in use becomes one more silent example here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from firing_articles import FERRY, LOCAL, MACHINE, MATCH, NON_NATIVE, ORCHARD, PLANNING, POMPOUS, SPUN, WATER, WIRE


@dataclass(frozen=True)
class Example:
    """An article, and whether its report must hold evidence with this reason.

    `kind` says how `source` is to be read: "text" or "html". `quote` is the exact quote of that evidence; None where
    any quote will do (the reason belongs to the article as a whole), and always None for silent examples.
    """

    reason: str
    source: str
    kind: str = "text"
    quote: str | None = None
    fires: bool = True
    title: str = ""


def _text(body: Sequence[str], *lines: str, at: int = 3) -> str:
    """The article as plain text, with lines put in as paragraphs of their own before paragraph `at`."""
    return "\n\n".join((*body[:at], *lines, *body[at:]))


def _html(body: Sequence[str], *markup: str, at: int = 3) -> str:
    """The article as a CMS fragment, with markup put in before paragraph `at`."""
    paragraphs = [f"<p>{escape(paragraph, quote=False)}</p>" for paragraph in body]
    return "\n".join((*paragraphs[:at], *markup, *paragraphs[at:]))


def _fires(reason: str, body: Sequence[str], line: str, at: int = 3, *around: str, title: str = "") -> Example:
    """`line` is the evidence; the lines `around` follow it."""
    return Example(reason, _text(body, line, *around, at=at), quote=line, title=title)


def _fires_html(reason: str, body: Sequence[str], markup: str, quote: str, at: int = 3) -> Example:
    return Example(reason, _html(body, markup, at=at), "html", quote)


def _silent(reason: str, body: Sequence[str], *lines: str, at: int = 3, title: str = "") -> Example:
    return Example(reason, _text(body, *lines, at=at), fires=False, title=title)


def _silent_html(reason: str, body: Sequence[str], markup: str, at: int = 3) -> Example:
    return Example(reason, _html(body, markup, at=at), "html", fires=False)


def _stuffed(body: Sequence[str], *sentences: str) -> str:
    """The article with one of the sentences at the end of each paragraph."""
    return "\n\n".join(f"{paragraph} {sentence}" for paragraph, sentence in zip(body, sentences, strict=True))


LOOK_ALIKES = str.maketrans("aceopxyBHKMTX", "асеорхуВНКМТХ")  # Latin -> Cyrillic

END = 5  # after the last paragraph of any of the articles

HOLLOW_CLOSER = (
    "Incidents like this remind us all of how important clean water is in our daily lives, and of the need to work together "
    "towards a better and more sustainable future."
)
HOLLOW_HOPE = (
    "Whatever the outcome, it remains to be seen how this story will unfold, but one thing is certain: the debate is far from "
    "over, and all eyes will be on what comes next."
)

# One example, one line, as far as it goes.
# fmt: off

REWRITE = (
    *(Example("machine-phrasing", _text(body)) for body in MACHINE),
    _silent("machine-phrasing", WIRE),
    _silent("machine-phrasing", LOCAL),
    _silent("machine-phrasing", POMPOUS, "I asked a computer to write this column. It offered to “delve into the "
        "rich tapestry of waste management”. I offered to delve into it with a poker."),
    *(Example("spun-wording", _text(body)) for body in SPUN),
    _silent("spun-wording", NON_NATIVE),
    _silent("spun-wording", POMPOUS),
    _silent("spun-wording", ORCHARD),
)

PADDING = (
    _fires("hollow-paragraph", FERRY, "The incident serves as a powerful reminder of the importance of reliable "
        "transport in today's interconnected world. It highlights the complex challenges that communities face, "
        "while also underscoring the resilience and determination that define them."),
    _fires("hollow-paragraph", PLANNING, "Beyond the immediate decision, the vote speaks to a broader conversation "
        "about growth, identity, and the future of our communities. Striking the right balance will require "
        "thoughtful dialogue, collaboration, and a shared commitment to progress.", END),
    _fires("hollow-paragraph", ORCHARD, "As the industry continues to evolve, stakeholders will need to adapt to "
        "shifting dynamics and embrace new opportunities. The situation represents a pivotal moment in an "
        "ever-changing landscape, with far-reaching implications for all involved.", END),
    _fires("hollow-paragraph", WATER, "As communities continue to navigate these challenges, it is essential that "
        "stakeholders work together to find sustainable solutions. By fostering collaboration and embracing innovation, "
        "the region can build a more resilient future for generations to come.", END),
    Example("hollow-paragraph", _text((*WATER[:2], f"{WATER[2]} {HOLLOW_CLOSER}", *WATER[3:])), quote=HOLLOW_CLOSER),
    Example("hollow-paragraph", _text((*PLANNING[:-1], f"{PLANNING[-1]} {HOLLOW_HOPE}")), quote=HOLLOW_HOPE),
    _fires("hollow-paragraph", FERRY, "What is a ferry? A ferry is a boat that carries people and goods across the water. "
        "Ferries have been an important part of our lives for centuries, and ferry news is more popular than ever.", 0),
    _fires("hollow-paragraph", MATCH, "Football is more than just a game. It brings people together from all walks of life, "
        "and it is easy to see why so many fans around the world cannot get enough of it.", 2),
    _silent("hollow-paragraph", POMPOUS, "What is at stake is £11,000 a year, less than the borough spends on the "
        "mayor's car. If the bins go, the saving will be swallowed by two men and a van by Easter, and we shall have "
        "neither the money nor the bins.", at=END),
    _silent("hollow-paragraph", WATER, "The council said it had no comment.", at=END),
    _silent("hollow-paragraph", POMPOUS, "We get the bins we deserve, and the aldermen.", at=END),
    _silent("hollow-paragraph", MATCH, "Nobody in Dunmere is talking about the league. On this evidence, who can blame them?", at=END),
    _silent("hollow-paragraph", PLANNING, "It is a quiet town that has never much liked being told what to want.", at=0),
    _silent("hollow-paragraph", ORCHARD, "Cider apples cannot be sold as eating apples; they are too bitter. A tree "
        "takes eight years to bear and goes on for sixty."),
    _fires("generic-conclusion", FERRY, "In conclusion, the breakdown of the ferry highlights the urgent need for "
        "reliable transport to the island. Only time will tell whether the company will rise to the challenge, but "
        "one thing is certain: islanders deserve better.", END),
    _fires("generic-conclusion", MATCH, "Overall, the match was a testament to the spirit of the cup and the "
        "determination of both teams. As the semi-finals approach, fans will be eagerly waiting to see what the "
        "future holds for this remarkable side.", END),
    _fires("generic-conclusion", WATER, "To sum up, the burst main in Brenwick has raised important questions about "
        "ageing infrastructure. It remains to be seen how the authorities will respond, but the incident is a "
        "wake-up call for everyone.", END),
    _fires("generic-conclusion", ORCHARD, "In conclusion, the situation facing cider growers is a reminder of the "
        "challenges that lie ahead. As the industry continues to navigate uncertainty, it remains to be seen whether "
        "stakeholders can come together to find a lasting solution.", END),
    _silent("generic-conclusion", PLANNING, "In conclusion, the inspector wrote in 2017, “the appeal fails on the "
        "newts alone”. That letter still hangs in the site office.", at=END),
    _silent("generic-conclusion", ORCHARD, "Conclusion", "Shaking the trees twice, in the first and third weeks of "
        "October, brought down 94 % of the crop against 71 % for a single shake (n = 60). We found no more bruising "
        "than after picking by hand.", at=END),
    _silent("generic-conclusion", POMPOUS, "Keep the bins, then. Sack the Alderman.", at=END),
    _fires("repeated-headline", FERRY, "Island Ferry Saint Orla Limps to Port After Engine Failure", 2,
        "Saint Orla Ferry Limps Into Port Following Engine Failure",
        "Engine Failure: Ferry Saint Orla Limps Into the Port of Ansel",
        title="Ferry Saint Orla Limps Into Port After Engine Failure"),
    _fires("repeated-headline", MATCH, "Dunmere Knock Out the Holders Castleroy in Extra Time of Cup Tie",
        3, "Holders Castleroy Knocked Out of the Cup by Dunmere in Extra Time",
        "Cup Holders Castleroy Out as Dunmere Knock Them Out in Extra Time",
        title="Dunmere Knock Holders Castleroy Out of Cup in Extra Time"),
    _fires("repeated-headline", PLANNING, "Brickworks Houses Plan Rejected by Halden Planners for Third Time", 4,
        "Halden Planners Reject Plan for Brickworks Houses a Third Time",
        "Third Time: Plan for Brickworks Houses in Halden Rejected by Planners",
        title="Halden Planners Reject Brickworks Houses Plan for the Third Time"),
    _silent("repeated-headline", ORCHARD, "A third of Lornach's cider apples rot on the ground", at=0,
        title="A third of Lornach's cider apples rot on the ground"),
    _silent("repeated-headline", WATER, "‘They told me it was fixed’",
        title="Brenwick main bursts again, 2,000 homes dry"),
    _silent("repeated-headline", MATCH, "Dunmere face a wait", at=4,
        title="Lind volley sends Dunmere into semi-finals"),
    Example(
        "keyword-stuffing",
        _stuffed(
            FERRY[:4],
            "Travellers looking for cheap car insurance quotes often ask about delays. Are cheap car insurance quotes "
            "worth it?",
            "Finding cheap car insurance quotes online has never been easier, and cheap car insurance quotes save time. "
            "Get cheap car insurance quotes now.",
            "Experts recommend cheap car insurance quotes. Comparing cheap car insurance quotes is free. Click for cheap "
            "car insurance quotes.",
            "With cheap car insurance quotes, drivers save. Cheap car insurance quotes are online. Try cheap car insurance "
            "quotes.",
        ),
        title="Ferry Engine Failure: How Cheap Car Insurance Quotes Can Help Travellers",
    ),
    Example(
        "keyword-stuffing",
        _stuffed(
            MATCH[:4],
            "Fans of the best online casino bonus know it. Where is the best online casino bonus? Claim the best online casino "
            "bonus.",
            "The best online casino bonus can turn an evening. Is the best online casino bonus worth it? See the best online "
            "casino bonus.",
            "Like the best online casino bonus, luck played its part. Every best online casino bonus has terms. Read our "
            "best online casino bonus guide.",
            "When choosing the best online casino bonus, always check the terms of the best online casino bonus.",
        ),
        title="Dunmere Cup Win and the Best Online Casino Bonus for Fans",
    ),
    Example(
        "keyword-stuffing",
        _stuffed(
            WATER[:4],
            "Need an emergency plumber Brenwick? Our emergency plumber Brenwick team can help. Trust an emergency "
            "plumber Brenwick.",
            "If you need an emergency plumber Brenwick has many, but the best emergency plumber Brenwick offers is near.",
            "An emergency plumber Brenwick families call knows basements. Ring emergency plumber Brenwick. Any emergency "
            "plumber Brenwick will do.",
            "Many people search for emergency plumber Brenwick. Every emergency plumber Brenwick relies on is insured. "
            "Book an emergency plumber Brenwick.",
        ),
        title="Emergency Plumber Brenwick: What to Do When a Main Bursts",
    ),
    _silent("keyword-stuffing", ORCHARD, "Cider apples are paid by weight, eating apples by size. Cider apples "
        "bruise; nobody minds.", title="Lornach cider apples left on ground as buyer cancels contracts"),
    _silent("keyword-stuffing", WATER, "When will the water be back?", "Not before Thursday noon, the company says.",
        "Can I drink what is in the tank?", "Boil it first.", "Who queued longest?",
        "Ray Soames, three hours and ten minutes, for six bottles. He had the only chair.",
        title="Brenwick water: your questions answered"),
    _silent("keyword-stuffing", PLANNING, "Clay Lane has no pavement. Clay Lane residents counted 1,140 cars on Clay "
        "Lane in one day.", title="Clay Lane brickworks plan rejected for third time"),
)

LINKS = (
    _fires("promo-line", FERRY, "Must Read: Pop Star Kiki Lorr Reveals the Diet That Changed Her Life"),
    _fires("promo-line", PLANNING, "Also Read | Gold Price Today: Check Latest Rates In Your City Before Buying", 2),
    _fires("promo-line", WATER, "READ MORE: Royal chef shares the one ingredient he would never put in soup", 4),
    _fires_html("promo-line", MATCH, '<p><strong><a href="https://starpatrol.example/lorr-split">Kiki Lorr Breaks '
        'Her Silence on Split From Fiancé</a></strong></p>', "Kiki Lorr Breaks Her Silence on Split From Fiancé"),
    _silent("promo-line", PLANNING, "Anyone who votes on it must read the bill first, Ruddock said: “All 300 pages, "
        "not the bit with the map.”"),
    _silent("promo-line", ORCHARD, "(Read more below on how the village press was rebuilt.)"),
    _silent("promo-line", MATCH, "Readers who also read the programme notes will have seen that Teale wrote them "
        "herself."),
    _silent("promo-line", FERRY, "Don't miss the tide, the old timetable said. It still hangs in the waiting room.",
        at=4),
    _silent_html("promo-line", WATER, "<p>To read the engineer's report of 2019, <a "
        "href=\"https://brenwickwater.example/main-1931.pdf\">click here</a>.</p>"),
    _silent_html("promo-line", MATCH, "<p>More from her talk with the ground's own radio:</p><audio "
        "src=\"teale.mp3\"></audio>"),
    _fires("headline-list", FERRY, "Ten Celebrity Homes You Will Not Believe Exist", END,
        "Tech Giant Unveils Foldable Phone Priced Under 300 Crowns", "Quartet Detained After Counterfeit Cheese "
        "Found in Warehouse"),
    Example(
        "headline-list",
        _text(
            WATER,
            "Related posts",
            "School Run Parking Row Goes to Council",
            "Ten Soups for a Cold Evening",
            "Aldous Takes Yellow Shirt in Tour of the Passes",
            at=END,
        ),
        quote="Ten Soups for a Cold Evening",
    ),
    _fires_html("headline-list", ORCHARD, '<h3>Most Popular</h3><ul><li><a href="/celebs/lorr">Kiki Lorr Spotted '
        'With Mystery Man in Brenwick</a></li><li><a href="/money/gold">Gold Falls for Third Day as Crown '
        'Strengthens</a></li><li><a href="/tv/finale">The Finale That Left Viewers Furious, Explained</a></li></ul>',
        "Gold Falls for Third Day as Crown Strengthens"),
    _silent("headline-list", MATCH, "Results", "Dunmere 2 Castleroy 1 (aet)",
        "Brenwick Town 0 Halden 0 (Halden 4-2 on pens)", at=END),
    _silent("headline-list", WATER, "Where to get water on Thursday:", "Leisure centre car park, 7am to 9pm",
        "Friary Church Hall, 9am to 6pm", "Corner of Mill Street and Station Road, until noon", at=END),
    _silent_html("headline-list", ORCHARD, "<p>Sources:</p><ul><li>Growers' association, Cider Apple Survey, table "
        "4</li><li>R. Maud, Hangdown and Its Kin, chapter 2</li></ul>", at=END),
    _silent("headline-list", FERRY, "The crew on Saturday were Ewan Strand, master, Kirsty Moll, mate, and two deckhands, "
        "the company said.", "They have been told to speak to nobody until the inspector has been.", at=END),
    *(
        _fires_html(
            "paid-link", body, f'<p>{before}<a href="{href}">{anchor}</a>{after}</p>', f"{before}{anchor}{after}", at=4
        )
        for body, before, href, anchor, after in (
            (
                FERRY,
                "While waiting for the next boat, many people pass the time with the ",
                "https://luckyspins.example/slots",
                "best online slots for real money",
                ", which offer plenty of excitement at home.",
            ),
            (
                PLANNING,
                "Those who need help with their coursework can always turn to a ",
                "https://essayhero.example/order",
                "cheap essay writing service",
                " to save time.",
            ),
            (
                MATCH,
                "Fans who would like to try their luck before the next round can claim a ",
                "https://www.betharbour.example/welcome",
                "free casino bonus without deposit",
                " in a few minutes.",
            ),
            (
                ORCHARD,
                "Investors who want to know more about digital coins should ",
                "https://coinfountain.example/signup",
                "go over here",
                " and open an account in minutes.",
            ),
        )
    ),
    _silent_html("paid-link", PLANNING, "<p>The <a href=\"https://halden.example/planning/0417.pdf\">officers' "
        "report</a> runs to 212 pages.</p>"),
    _silent_html("paid-link", WATER, "<p>The list for doorstep water is <a "
        "href=\"https://brenwickwater.example/help\">on the company's site</a>.</p>"),
    _silent_html("paid-link", ORCHARD, '<p><a href="https://orchardvale.example">Orchard Vale</a> has been pressing '
        'in Lornach since 1922.</p>'),
)

DEBRIS = (
    _fires("page-chrome", FERRY, "Skip to content", 0),
    _fires("page-chrome", PLANNING, "Home News Sport Business Opinion Lifestyle Contact", 0),
    _fires("page-chrome", WATER, "Leave a Reply", END, "Your email address will not be published. Required fields "
        "are marked *"),
    _fires("page-chrome", MATCH, "Share this: Facebook Twitter WhatsApp Email", END),
    _silent("page-chrome", WATER, "FOR IMMEDIATE RELEASE", at=0),
    _silent("page-chrome", WATER, "Notes to editors", at=4),
    _silent("page-chrome", MATCH, "The club said it would share the gate money with the visitors, as the rules of the cup "
        "demand.", at=2),
    _silent("page-chrome", FERRY, "Home, for Mirren, is the last house before the lighthouse. He got there at ten to "
        "nine."),
    _silent("page-chrome", WATER, "She asked for a reply by email and left an address."),
    _silent("page-chrome", PLANNING, "The comments, 1,611 of them, were not published."),
    _fires("call-to-action", FERRY, "Subscribe to our newsletter and get the latest headlines in your inbox every "
        "morning!", END),
    _fires("call-to-action", MATCH, "Follow us on Facebook and join our WhatsApp channel for instant sports updates.",
        END),
    _fires("call-to-action", ORCHARD, "For all the latest Farming News, download the Halden Ledger App.", END),
    _silent("call-to-action", WATER, "Anyone whose water is brown should run the cold tap for ten minutes, then ring "
        "01632 960 119."),
    _silent("call-to-action", PLANNING, "Ruddock asked people to follow the appeal on the council's own pages, “dull "
        "as they are”."),
    _silent("call-to-action", ORCHARD, "Nine growers have subscribed £500 each. A tenth is thinking about it.", at=4),
    _fires("syndication-notice", WATER, "(This report was auto-generated from a syndicated wire feed and has not "
        "been edited by our staff.)", END),
    _fires("syndication-notice", FERRY, "The post Ferry limps into Port Ansel on one engine appeared first on Halden "
        "Ledger.", END),
    _fires("syndication-notice", PLANNING, "Source: https://www.haldenledger.example/2025/03/brickworks-rejected",
        END),
    _fires("syndication-notice", ORCHARD, "(This story has not been edited by our staff and is auto-generated from a "
        "syndicated feed.)", END),
    _silent("syndication-notice", PLANNING, "The letter was first published by the developer itself, on a page that "
        "has since gone."),
    _silent("syndication-notice", WATER, "A source at the company said the clamp had come from the wrong drawer."),
    _silent("syndication-notice", FERRY, "The notice on the pier said only that the boat had not been cleared by the "
        "harbour's own staff.", at=2),
    _fires("stray-file", FERRY, "1741092233 5127.jpg", 0),
    _fires("stray-file", ORCHARD, "IMG_20240611_084512.png", END),
    _fires("stray-file", MATCH, "DSC04417.JPG", 2),
    _silent("stray-file", PLANNING, "The traffic count was in a file called final_final2.xlsx, which nobody on the "
        "committee had opened.", at=2),
    _silent("stray-file", WATER, "Her picture of the hole, hole.jpg, has been seen 40,000 times."),
    _silent("stray-file", ORCHARD, "Hangdown apples at Nether Marl. Photograph: Ida Brook"),
    _fires("template-leftover", WATER, "{{ article.title }}", 0),
    _fires("template-leftover", FERRY, "Lorem ipsum dolor sit amet, consectetur adipiscing elit.", 4),
    _fires("template-leftover", PLANNING, "[Insert quote from local resident here]", 2),
    _fires("template-leftover", MATCH, "{{ related.headline }}", 2),
    _fires("template-leftover", ORCHARD, "{{ page.newsletter_box }}", 3),
    _silent("template-leftover", ORCHARD, "“They [the new owners] never saw the trees,” he said.", at=2),
    _silent("template-leftover", PLANNING, "The junction is shown on the plan as “undefined”. So is the school.",
        at=4),
    _silent("template-leftover", MATCH, "The programme had “lorem ipsum” where the visitors' team should have been. "
        "Teale has kept one.", at=4),
    _fires("advert", FERRY, "ADVERTISEMENT", 2),
    _fires("advert", WATER, "Sponsored: Lose weight in 14 days with NatureSlim, now 50% off. Order today!"),
    _fires("advert", ORCHARD, "Visit our shop: 20% off rain jackets this weekend only", END),
    _fires("advert", MATCH, "Advertisement", 3),
    _silent("advert", FERRY, "The company's advertisement for a second engineer has been up since May."),
    _silent("advert", MATCH, "The shirts have had no sponsor since the tyre firm went under. The shop sells them at "
        "half price.", at=4),
    _silent("advert", WATER, "The corner shop was selling water at 20 per cent off by six. It was the only one that "
        "did."),
)

OBFUSCATED = (
    Example("obfuscated-text", _text(FERRY).translate(LOOK_ALIKES)),
    Example("obfuscated-text", _text(PLANNING).replace("e", "e\u200b")),
    Example("obfuscated-text", _text(WATER).replace("Brenwick", "Br\u0435nwi\u0441k")),  # one word, two letters of it
    _silent("obfuscated-text", MATCH, "Also on the bench: Jean-François Lévêque, Przemysław Wójcik, Søren Ærø and Đỗ "
        "Thị Hạnh."),
    _silent("obfuscated-text", FERRY, "Her old name, Святая Ольга, can still be read under the paint. Орла was what "
        "the children called her."),
    _silent("obfuscated-text", WATER, "The pressure p falls by Δp = ρgh, the engineer wrote, “and here h was the "
        "whole of Station Road” 😬.", at=4),
)

# fmt: on

EXAMPLES = (*REWRITE, *PADDING, *LINKS, *DEBRIS, *OBFUSCATED)
