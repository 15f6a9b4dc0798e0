"""Words that refer a finding to the measures of another: 与第3项合并整改."""

from __future__ import annotations

import re

MERGED = re.compile(
    r"(?:与|同|和|并入|纳入|见|参照)(?:上述|前述)?第?[\d一二三四五六七八九十]+(?:\([\d一二三四五六七八九十]+\))?(?:项|条|个|点)?[^,。;]{0,10}(?:合并|一并|一同|共同|同步|措施|问题)"
    r"|(?:合并|一并)(?:至|到|入|纳入)?第[^,。;]{1,8}整改|同上"
)
"""To be searched in a folded text."""
