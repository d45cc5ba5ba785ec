"""How the page looks, on a screen and on paper."""

from typing import Final

STYLE: Final = """
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
.cards{display:grid;grid-template-columns:repeat(7,1fr);gap:10px;margin-bottom:16px}
.card{background:#fff;border:1px solid #e4e7eb;border-top:4px solid #cbd2d9;border-radius:8px;
padding:10px 12px}
.card.good{border-top-color:#2b8a3e}.card.bad{border-top-color:#c5221f}
.card b{display:block;font-size:20px;font-variant-numeric:tabular-nums;white-space:nowrap}
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
@media (max-width:860px){.cards{grid-template-columns:repeat(3,1fr)}
.columns{grid-template-columns:1fr}}
@media print{body{background:#fff}section{break-inside:avoid}}
"""
