"""Response headers held against what they are there for."""

import re
from email.message import Message

YEAR = 365 * 24 * 3600
#: What no page of ours needs of a device.
CLOSED = {"camera=()", "microphone=()", "payment=()", "usb=()"}
REFERRERS = {"no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"}


def faults_of_headers(headers: Message, *, is_public: bool = True) -> list[str]:
    """What is wrong with the headers of an answer, as sentences; none when they are as they should be.

    Policies of content and of devices are graded on pages; for a style sheet they mean nothing. Only Wagtail's admin
    may run scripts that stand in the page itself.
    """
    faults = []
    age = re.search(r"max-age=(\d+)", headers.get("Strict-Transport-Security", ""))
    if not age or int(age[1]) < YEAR:
        faults.append("Strict-Transport-Security holds for less than a year")
    if headers.get("X-Content-Type-Options") != "nosniff":
        faults.append("X-Content-Type-Options is not nosniff")
    if headers.get("Referrer-Policy") not in REFERRERS:
        faults.append(f"Referrer-Policy is {headers.get('Referrer-Policy')}")
    faults += [f"{name} tells what runs here" for name in ("Server", "X-Powered-By") if name in headers]
    if headers.get_content_type() == "text/html":
        if missing := CLOSED - set(re.split(r",\s*", headers.get("Permissions-Policy", ""))):
            faults.append(f"Permissions-Policy leaves open {sorted(missing)}")
        policy = headers.get("Content-Security-Policy", "")
        faults += _faults_of_policy(policy)
        if is_public and "unsafe" in policy.partition("style-src")[0]:
            faults.append("scripts that stand in the page may run")
    return faults


def _faults_of_policy(text: str) -> list[str]:
    policy = dict(each.strip().partition(" ")[::2] for each in text.split(";"))
    faults = []
    if policy.get("default-src") not in ("'self'", "'none'"):
        faults.append(f"default-src is {policy.get('default-src')}")
    if policy.get("frame-ancestors") not in ("'self'", "'none'"):
        faults.append(f"frame-ancestors is {policy.get('frame-ancestors')}")
    if policy.get("base-uri") not in ("'self'", "'none'"):
        faults.append(f"base-uri is {policy.get('base-uri')}")
    if policy.get("object-src", policy.get("default-src")) != "'none'":
        faults.append(f"object-src is {policy.get('object-src')}")
    return faults
