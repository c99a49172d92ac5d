"""The headers that every answer of the desk carries, for the desk and for who looks at it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

HEADERS: Mapping[str, str] = MappingProxyType(
    {
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Robots-Tag": "noindex",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    }
)
OVER_HTTPS: Mapping[str, str] = MappingProxyType({"Strict-Transport-Security": "max-age=31536000"})
"""Only where the desk's address is https: it would lock people out of any other."""
