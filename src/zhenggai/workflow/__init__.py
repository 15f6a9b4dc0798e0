"""MAY THIS MOVE: roles, and the table of acts that says who may do what to what. No framework, no database."""

from zhenggai.workflow.acts import ACTS, Act, Reach
from zhenggai.workflow.closures import TRANSITIONS, Case, Transition
from zhenggai.workflow.roles import ROLES, Role

__all__ = ["ACTS", "ROLES", "TRANSITIONS", "Act", "Case", "Reach", "Role", "Transition"]
