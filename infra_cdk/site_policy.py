"""The security headers of the pages of the site, for CloudFront and for the local cloud's edge.

The CDK is not needed to read them.
"""

from collections.abc import Iterable, Mapping
from typing import Final

YEAR_S: Final = 365 * 24 * 3600
# Everything comes from the site itself; nobody may frame it, and it frames nobody. Pages of staff
# also talk to the user pool and upload files to buckets: see `connecting`.
SITE: Final[Mapping[str, str]] = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
}
# Its editor writes style elements, and runs its checks in workers.
GRAPHIQL: Final[Mapping[str, str]] = {
    **SITE,
    "style-src": "'self' 'unsafe-inline'",
    "font-src": "'self' data:",
    "worker-src": "'self' blob:",
}

# An uploaded picture, opened by itself: it loads and runs nothing.
PICTURES: Final[Mapping[str, str]] = dict.fromkeys(
    ("default-src", "base-uri", "form-action", "frame-ancestors"), "'none'"
)


def connecting(origins: Iterable[str]) -> dict[str, str]:
    """Return the content security policy of the site, whose pages may also talk to some origins.

    Args:
        origins: Such as `https://carte-123456789012.auth.us-east-1.amazoncognito.com`.
    """
    return {**SITE, "connect-src": " ".join(("'self'", *origins))}


def policy_text(directives: Mapping[str, str]) -> str:
    """A content security policy as the header has it."""
    return "; ".join(f"{name} {sources}" for name, sources in directives.items())


def security_headers(directives: Mapping[str, str]) -> dict[str, str]:
    """Return the security headers of a page as `SiteHeaders` has CloudFront send them.

    Args:
        directives: The page's content security policy.
    """
    return {
        "content-security-policy": policy_text(directives),
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "strict-origin-when-cross-origin",
        "strict-transport-security": f"max-age={YEAR_S}; includeSubDomains",
    }
