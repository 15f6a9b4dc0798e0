"""The routes, one file a subject. `ROUTES` names them all, for the permission test."""

from zhenggai.web.api.registration import ROUTES, Route, router
from zhenggai.web.api.routes import (
    closures,
    differences,
    directory,
    duties,
    events,
    evidence,
    extensions,
    ledgers,
    meetings,
    notices,
    papers,
    proof,
)

__all__ = [
    "ROUTES",
    "Route",
    "closures",
    "differences",
    "directory",
    "duties",
    "events",
    "evidence",
    "extensions",
    "ledgers",
    "meetings",
    "notices",
    "papers",
    "proof",
    "router",
]
