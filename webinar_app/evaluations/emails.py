"""The mail that brings people to their evaluation, rendered outside transactions."""

from webinar_app.config import links
from webinar_app.evaluations.queries import Invitation
from webinar_app.mailing.emails import render_mail
from webinar_app.providers.queries import Brand


def evaluation_mail(brand: Brand, told: Invitation) -> tuple[str, str, str]:
    """Give (subject, text, HTML); its link opens the evaluation without a password."""
    address = links()
    plain = address.evaluation(told.webinar_code)
    personal = f"{address.join(told.registration_code, told.link_version)}?to=evaluation"
    return render_mail("evaluation", brand=brand, told=told, link=personal, plain_link=plain)
