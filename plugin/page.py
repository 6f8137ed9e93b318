"""The service's own page: an editor pastes an article or drops a file, and sees the verdict, the marked lines and the cleaned text.

Made on the server, in one piece: nothing is loaded from anywhere, and it works without scripts. The one script puts the cleaned text
on the clipboard; without it the text stands in a field to be selected. The Content-Security-Policy allows this script and the style
sheet by their hashes and nothing else, so an article cannot run, load or send anything, even if some of it were not escaped.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from copydesk import SIGNALS

from . import sheet, sidebyside
from .form import ENDINGS, FORMATS, LONGEST, Checked, Form
from .marks import look, safe
from .table import visible

_NAMES = {"article": "Article", "file": "File", "headline": "Headline", "address": "Address", "format": "Format"}
_PARAGRAPHS = {
    401: "The browser asks for a name and a password: any name will do, the password is the service's token. Reload the page to "
    "be asked again.",
    403: "The form was sent from another site. Open this page itself, and send the form from there.",
    413: "What was sent is larger than {limit}, which is the most that is read. Paste the article alone, without pictures in it.",
    500: "Something went wrong here, and it is not the article's fault. The service's log tells more to who runs it.",
}
_TITLES = {401: "Sign in", 403: "Sent from elsewhere", 413: "Too large", 500: "A fault of ours"}

_OPTIONAL = "<i>optional</i>"

_STYLE = "".join(map(sheet.style, ("explain.css", "sources.css", "page.css")))
_SCRIPT = """
const [text, button, said] = ["cleaned-text", "copy", "copied"].map((id) => document.getElementById(id));
const select = () => { text.focus(); text.select(); return document.execCommand("copy"); };
button.hidden = false;
document.getElementById("by-hand").hidden = true;
button.addEventListener("click", async () => {
  let done = true;
  try { await navigator.clipboard.writeText(text.value); } catch { done = select(); button.focus(); }
  said.textContent = done ? "Copied." : "Not copied: select the text and copy it yourself.";
});
"""

HEADERS = {
    "Content-Security-Policy": (
        f"default-src 'none'; style-src {sheet.source_hash(_STYLE)}; script-src {sheet.source_hash(_SCRIPT)}; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    # With no-referrer, browsers send "Origin: null" with the form, and it could not be told from another site's.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def start(limit: int) -> str:
    """The empty form; `limit` is the number of bytes that a request may have."""
    parts = [*_top("Check an article", "form", "the form"), *_intro(), "<main>\n", *_form(Form(), limit), *_explained()]
    return "".join((*parts, "</main>\n", _end()))


def result(checked: Checked, form: Form, limit: int) -> str:
    """What was found, and below it the form with what was in it."""
    report, document = checked.report, checked.document
    parts = [*_top(sheet.window_title(report, document), "article", "the article")]
    parts += ["<header>\n", _brand(), sheet.masthead(report, document, ' id="result" tabindex="-1"')]
    parts += [sidebyside.lead(report), _jumps(checked)]
    if form.upload is not None and form.article.strip():
        parts.append('<p class="about">This is the file. What stands in the field Article was not checked.</p>\n')
    parts += [*sheet.signals(report), "</header>\n<main>\n", sheet.legend(report), *sheet.article(report, document)]
    parts += [*_cleaned(checked), *sidebyside.sources(report, document, checked.texts), *sheet.evidence_list(report)]
    parts += ['<section aria-labelledby="again"><h2 id="again">Check another article</h2>\n', *_form(form, limit)]
    parts += ["</section>\n</main>\n", sheet.foot(report), _end(script=checked.cleaned is not None)]
    return "".join(parts)


def again(field: str, message: str, form: Form, limit: int) -> str:
    """The form with what was in it, and the field that cannot be used named above it and beside it."""
    summary = f'<p><a href="#field-{field}">{_NAMES[field]}</a>: {safe(message)}</p>'
    parts = [*_top(f"Error: {_NAMES[field]}", "form", "the form"), *_intro(), "<main>\n"]
    parts += [_alert("The article could not be checked", summary), *_form(form, limit, field, message)]
    return "".join((*parts, "</main>\n", _end()))


def refusal(status: int, detail: str, limit: int) -> str:
    """A page for a browser whose request cannot be answered; the form is on it where sending it again may help."""
    text = _PARAGRAPHS.get(status, f"{detail[:1].upper()}{detail[1:]}.").format(limit=_size(limit))
    title = _TITLES.get(status, "This cannot be done")
    parts = [
        *_top(title, "result", "the message"),
        "<header>\n",
        _brand(),
        "<h1>Check an article</h1>\n</header>\n<main>\n",
    ]
    parts.append(_alert(title, f"<p>{safe(text)}</p>"))
    parts += _form(Form(), limit) if status in (413, 415) else ['<p><a href="./">Open the form</a></p>\n']
    return "".join((*parts, "</main>\n", _end()))


def _top(title: str, target: str, name: str) -> Iterator[str]:
    yield '<!doctype html>\n<html lang="en" dir="ltr">\n<head>\n<meta charset="utf-8">\n'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">\n<meta name="color-scheme" content="light dark">\n'
    yield f'<meta name="robots" content="noindex">\n<title>{title} – Copydesk</title>\n<style>{_STYLE}</style>\n</head>\n'
    yield f'<body>\n<a class="skip" href="#{target}">Skip to {name}</a>\n'


def _brand() -> str:
    return '<p class="brand"><a href="./">Copydesk</a></p>\n'


def _intro() -> Iterator[str]:
    yield f"<header>\n{_brand()}<h1>Check an article</h1>\n"
    yield '<p class="lead">See the lines that should not go to print, and take the text without them. '
    yield "What you send is checked on this server and not kept.</p>\n</header>\n"


def _explained() -> Iterator[str]:
    """The four questions, with the tags that the answers carry."""
    yield '<section aria-labelledby="about"><h2 id="about">What Copydesk looks for</h2>\n<ul class="looks">\n'
    for shape in map(look, SIGNALS):
        yield f'<li><b class="tag {shape.css}">{shape.letter}</b> <b>{shape.name}</b> <span>{shape.question}</span></li>\n'
    yield "</ul>\n</section>\n"


def _alert(title: str, content: str) -> str:
    return f'<div class="alert" id="result" role="alert" tabindex="-1"><h2>{title}</h2>\n{content}</div>\n'


def _jumps(checked: Checked) -> str:
    """Ways to the parts of a long page."""
    names = {"signals": "Signals", "article": "Marked article", "cleaned": "Cleaned text"}
    names |= {"sources": "Sources"} if checked.report.sources else {}
    names |= {"evidence": "Evidence", "again": "Check another"}
    links = "".join(f'<li><a href="#{id}">{name}</a></li>' for id, name in names.items())
    return f'<nav aria-label="On this page"><ul class="jumps">{links}</ul></nav>\n'


def _cleaned(checked: Checked) -> Iterator[str]:
    yield '<section aria-labelledby="cleaned"><h2 id="cleaned">Cleaned text</h2>\n'
    if checked.cleaned is None:
        yield f'<p class="about">The article cannot be cleaned. {safe(checked.reason)}</p>\n</section>\n'
        return
    removed = checked.cleaned.removed
    if not removed:
        yield '<p class="about">There is nothing to remove: the text below is as it came.</p>\n'
    else:
        lines = "".join(f"<li><bdi>{safe(visible(found.quote)[:200])}</bdi></li>" for found in removed)
        count = f"{len(removed)} {'passage' if len(removed) == 1 else 'passages'}"
        yield f"<details><summary>{count} removed</summary><ul>{lines}</ul></details>\n"
    yield '<label for="cleaned-text">The text to publish</label>\n'
    yield f'<textarea id="cleaned-text" rows="14" readonly {_content(checked.cleaned.content)}\n'
    yield '<p class="row"><button type="button" id="copy" class="button" hidden>Copy the text</button> '
    yield '<span id="copied" role="status"></span></p>\n'
    yield '<p class="small" id="by-hand">Click into the text, select all of it (Ctrl+A or Cmd+A) and copy.</p>\n</section>\n'


def _form(form: Form, limit: int, wrong: str = "", message: str = "") -> Iterator[str]:
    """The form; `wrong` is the field that cannot be used, `message` says why."""

    def field(name: str, label: str, element: str, hint: str = "") -> str:
        id = f"field-{name}"  # the marked article and its parts have ids, too
        error = f'<p class="wrong" id="{id}-error">{safe(message)}</p>' if name == wrong else ""
        told = f'<p class="small" id="{id}-hint">{hint}</p>' if hint else ""
        ids = [f"{id}-{part}" for part, there in (("hint", told), ("error", error)) if there]
        state = f' aria-describedby="{" ".join(ids)}"' if ids else ""
        state += ' aria-invalid="true"' if error else ""
        element = element.replace(" ", f' id="{id}" name="{name}"{state} ', 1)  # after the element's name
        return f'<div class="field"><label for="{id}">{label}</label>{told}{error}\n{element}</div>\n'

    yield '<form id="form" method="post" action="#result" enctype="multipart/form-data" aria-label="Article to check" tabindex="-1">\n'
    yield field("article", "Article", f'<textarea rows="12" {_content(form.article)}', "Plain text, Markdown or HTML.")
    yield '<div class="more-fields">\n'
    hint = f"{' '.join(ENDINGS)}, up to {_size(limit)}. Choose one or drop it here; it is checked in place of what is pasted."
    yield field("file", "Or a file", f'<input type="file" accept="{",".join(ENDINGS)}">', hint)
    yield field(
        "headline", f"Headline {_OPTIONAL}", f'<input type="text" dir="auto" {_line("headline", form.headline)}>'
    )
    yield field(
        "address",
        f"Address {_OPTIONAL}",
        f'<input type="url" placeholder="https://" {_line("address", form.address)}>',
    )
    yield field("format", "Format", f'<select autocomplete="off">{_options(form.format)}</select>')
    yield f'<p class="tick"><input type="checkbox" id="field-padding" name="padding" value="1"{" checked" if form.padding else ""}> '
    yield '<label for="field-padding">Remove padding paragraphs, too</label></p>\n'
    yield '<p class="row"><button class="button">Check the article</button></p>\n</div>\n</form>\n'


def _line(name: str, value: str) -> str:
    return f'maxlength="{LONGEST[name]}" autocomplete="off" value="{escape(value)}"'


def _options(chosen: str) -> str:
    return "".join(
        f'<option value="{value}"{" selected" if value == chosen else ""}>{name}</option>'
        for value, name in FORMATS.items()
    )


def _content(text: str) -> str:
    """The end of a textarea's tag, its text and its end: a newline straight after the tag is no part of the text, so one is added."""
    return f'dir="auto" spellcheck="false">\n{escape(text)}</textarea>'


def _size(limit: int) -> str:
    return f"{limit / 1024 / 1024:.3g} MB" if limit >= 1024 * 1024 else f"{limit // 1024} KB"


def _end(*, script: bool = False) -> str:
    return f"<script>{_SCRIPT}</script>\n</body>\n</html>\n" if script else "</body>\n</html>\n"
