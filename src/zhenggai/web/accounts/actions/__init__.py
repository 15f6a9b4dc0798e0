"""What changes organisations, people and their rights. Each action records one event on the chain of the unit.

`rights` of None stands for the system itself: the first account and the demonstration are made before anybody has rights.
"""

from zhenggai.web.accounts.actions.feeds import feed_of, issue_feed, note_reading, revoke_feed
from zhenggai.web.accounts.actions.grants import (
    appoint_deputy,
    end_deputy,
    grant_restricted,
    grant_roles,
    revoke_grant,
    revoke_restricted,
)
from zhenggai.web.accounts.actions.organizations import (
    change_organization,
    close_organization,
    create_organization,
    move_organization,
)
from zhenggai.web.accounts.actions.people import (
    change_password,
    change_person,
    create_person,
    end_post,
    give_login,
    hold_post,
    password_fault,
    reset_password,
    unlock,
)
from zhenggai.web.accounts.actions.second_factor import disable_code, enable_code, remove_code, renew_recovery
from zhenggai.web.accounts.actions.tokens import issue_token, revoke_token, token_of

__all__ = [
    "appoint_deputy", "change_organization", "change_password", "change_person", "close_organization", "create_organization",
    "create_person", "disable_code", "enable_code", "end_deputy", "end_post", "feed_of", "give_login", "grant_restricted", "grant_roles", "hold_post", "issue_feed", "issue_token",
    "move_organization", "note_reading", "password_fault", "remove_code", "renew_recovery", "reset_password", "revoke_feed", "revoke_grant", "revoke_restricted", "revoke_token", "token_of", "unlock",
]  # fmt: skip
