"""Named reads of the pages that join features; every page takes a constant number of statements."""

from webinar_app.portal.queries.catalogue import catalogue_page, offers_of_series, series_page
from webinar_app.portal.queries.course import course_page, moved_to
from webinar_app.portal.queries.learning import my_page
from webinar_app.portal.queries.manage import calendar_page, day_page

__all__ = [
    "calendar_page", "catalogue_page", "course_page", "day_page", "moved_to", "my_page", "offers_of_series",
    "series_page",
]  # fmt: skip
