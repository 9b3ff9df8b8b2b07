"""How often somebody may try; counted by core without keeping who it was."""

from zelfregie_core.domain.throttle import Limit

_QUARTER = 15 * 60
#: High enough for a waiting room or a care home behind one address.
WRONG_CODES = Limit("referrals:code", tries=20, seconds=_QUARTER)
LINK_REQUESTS = Limit("referrals:link", tries=5, seconds=_QUARTER)
