"""Background tasks of referral cards. Each runs inside one region."""

from django_tasks import task

from zelfregie_referrals.domain import link_mail


@task()
def send_practice_link(practice_id: int, base_url: str) -> None:
    """Mail a practice its personal link. The link is made here, so that the queue never holds it."""
    link_mail.send_link(practice_id, base_url)
