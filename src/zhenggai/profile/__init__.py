"""LOCAL CUSTOM: what differs from office to office, as versioned TOML data.

A profile is named `code@version`. An inspection is bound to one; a newer version of the same code never changes what an
older one said. `data/` holds what is shipped.
"""

from zhenggai.deadline import CycleTime, cycle_of, label_of
from zhenggai.profile.closing import ClosingCustom
from zhenggai.profile.lights import Light, days_left, light_of
from zhenggai.profile.model import Profile, load, shipped
from zhenggai.profile.values import ProfileError

__all__ = [
    "ClosingCustom",
    "CycleTime",
    "Light",
    "Profile",
    "ProfileError",
    "cycle_of",
    "days_left",
    "label_of",
    "light_of",
    "load",
    "shipped",
]
