"""Forms of courses and of when and where their sessions are held."""

from webinar_app.courses.forms.course import KINDS, CourseForm, NewCourseForm, fields_of
from webinar_app.courses.forms.fields import number_of, options, ref_of, up_to, whole
from webinar_app.courses.forms.schedule import PRECISIONS, ScheduleFields, schedule_of, zone_choices

__all__ = [
    "KINDS", "PRECISIONS", "CourseForm", "NewCourseForm", "ScheduleFields", "fields_of", "number_of", "options",
    "ref_of", "schedule_of", "up_to", "whole", "zone_choices",
]  # fmt: skip
