"""The routes, one file a subject. `ROUTES` names them all, for the permission test."""

from zhenggai.web.api.registration import ROUTES, Route, router
from zhenggai.web.api.routes import differences, directory, events, ledgers

__all__ = ["ROUTES", "Route", "differences", "directory", "events", "ledgers", "router"]
