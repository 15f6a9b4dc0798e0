"""A demonstration unit: an invented school, people in every role, its plan imported, and some weeks of history."""

from zhenggai.web.demonstration.school import make_demonstration

__all__ = ["make_demonstration"]
