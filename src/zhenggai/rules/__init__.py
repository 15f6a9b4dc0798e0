"""FACTS → PROBLEMS: what an inspector would find in a plan, found beforehand. One file, one rule.

A rule sees plain facts and nothing else: no database, no clock, no settings. What it says is worded neutrally; whether
something is a fault is for people to decide.
"""

from zhenggai.rules.engine import Outcome, check
from zhenggai.rules.facts import Facts, Need
from zhenggai.rules.gathering import gather
from zhenggai.rules.registry import rules
from zhenggai.rules.result import Failure, Result, Severity
from zhenggai.rules.rule import FAMILIES, Rule, RuleError

__all__ = [
    "FAMILIES",
    "Facts",
    "Failure",
    "Need",
    "Outcome",
    "Result",
    "Rule",
    "RuleError",
    "Severity",
    "check",
    "gather",
    "rules",
]
