"""Report pages: one self-contained HTML file each, that can be opened, printed and sent."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

_STYLE: Final = """
*{box-sizing:border-box}
body{margin:0;background:#f5f7fa;color:#1f2933;
font:14px/1.45 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",sans-serif}
main{max-width:1200px;margin:0 auto;padding:28px 24px}
header{margin-bottom:18px}
h1{font-size:26px;margin:0 0 6px;letter-spacing:-.01em}
h2{font-size:13px;margin:0 0 10px;color:#52606d;text-transform:uppercase;letter-spacing:.06em}
table+h2{margin-top:22px}
header p{margin:0 0 6px;max-width:95ch}
header .facts{color:#52606d;font-size:13px;max-width:none;clear:both}
.verdict{float:right;font-size:22px;font-weight:700;padding:6px 18px;border-radius:8px;
text-transform:uppercase;color:#fff}
.verdict.pass{background:#2b8a3e}.verdict.fail{background:#c5221f}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:10px;margin-bottom:16px}
.card{background:#fff;border:1px solid #e4e7eb;border-top:4px solid #cbd2d9;border-radius:8px;
padding:10px 12px}
.card.good{border-top-color:#2b8a3e}.card.bad{border-top-color:#c5221f}
.card b{display:block;font-size:20px;font-variant-numeric:tabular-nums}
.card span{color:#52606d;font-size:12px}
section{background:#fff;border:1px solid #e4e7eb;border-radius:8px;padding:16px;margin-bottom:16px;
min-width:0}
.columns{display:grid;grid-template-columns:1fr 1fr;gap:16px;align-items:start}
svg{width:100%;height:auto;display:block;
font-family:system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
table{border-collapse:collapse;width:100%;font-size:13px;font-variant-numeric:tabular-nums}
th{color:#7b8794;font-weight:500;font-size:12px}
th,td{padding:4px 8px 4px 0;border-bottom:1px solid #edf0f3;vertical-align:top}
td,th{text-align:right;white-space:nowrap}
td.text,th.text{text-align:left;white-space:normal}
section table+table{margin-top:16px}
small{color:#7b8794}
i{font-style:normal;font-weight:600}
.good{color:#2b8a3e}i.bad{color:#c5221f}
footer{color:#52606d;font-size:12.5px;max-width:110ch}
footer p{margin:0 0 6px}
code{background:#e4e7eb;padding:1px 5px;border-radius:4px}
@media (max-width:860px){.columns{grid-template-columns:1fr}}
iframe{width:100%;height:900px;border:1px solid #e1e5ea;background:#fff}
@media print{body{background:#fff}section{break-inside:avoid}}
"""


@dataclass(frozen=True, slots=True)
class Card:
    """A figure at the top of a report page.

    Attributes:
        value: The figure as text.
        title: What it is.
        met: Whether its objective was met; None where it has none.
    """

    value: str
    title: str
    met: bool | None = None


def html_page(title: str, verdict: str, facts: Sequence[str], body: str) -> str:
    """Return a whole page.

    Args:
        title: The heading.
        verdict: `pass` or `fail`.
        facts: Lines under the heading, as HTML.
        body: The rest, as HTML.
    """
    lines = "".join(f"<p>{one}</p>" for one in facts)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}: {verdict}</title><style>{_STYLE}</style></head>"
        f'<body><main><header><span class="verdict {verdict}">{verdict}</span>'
        f"<h1>{escape(title)}</h1>{lines}</header>{body}</main></body></html>\n"
    )


def section(title: str, body: str) -> str:
    """Return a part of a page with its heading; `body` is HTML."""
    return f"<section><h2>{escape(title)}</h2>{body}</section>"


def cards(shown: Iterable[Card]) -> str:
    """Return figures side by side."""
    state = {True: "good", False: "bad", None: ""}
    drawn = "".join(
        f'<div class="card {state[one.met]}"><b>{escape(one.value)}</b>'
        f"<span>{escape(one.title)}</span></div>"
        for one in shown
    )
    return f'<div class="cards">{drawn}</div>'


def met_or_missed(*, met: bool) -> str:
    """Return the verdict on one objective as HTML."""
    return '<i class="good">met</i>' if met else '<i class="bad">missed</i>'


def table(head: Sequence[str], rows: Iterable[Sequence[str]], *, texts: Sequence[int] = ()) -> str:
    """Return a table.

    Args:
        head: Headings of the columns, as text.
        rows: Cells, as HTML.
        texts: Numbers of the columns that hold text; the first does, all others hold numbers.
    """
    classes = [' class="text"' if at == 0 or at in texts else "" for at in range(len(head))]

    def row(tag: str, cells: Sequence[str]) -> str:
        whole = zip(classes, cells, strict=True)
        return f"<tr>{''.join(f'<{tag}{kind}>{cell}</{tag}>' for kind, cell in whole)}</tr>"

    top = row("th", [escape(one) for one in head])
    body = "".join(row("td", cells) for cells in rows)
    return f"<table><thead>{top}</thead><tbody>{body}</tbody></table>"
