"""Every table, for Alembic and tests."""

import webinar_app.accounts.models
import webinar_app.attendance.models
import webinar_app.audit.models
import webinar_app.calendars.models
import webinar_app.campaigns.models
import webinar_app.certificates.models
import webinar_app.chat.models
import webinar_app.courses.models
import webinar_app.evaluations.models
import webinar_app.handouts.models
import webinar_app.infra.acts
import webinar_app.infra.jobs
import webinar_app.mailing.models
import webinar_app.payments.models
import webinar_app.people.models
import webinar_app.polls.models
import webinar_app.propagation.models
import webinar_app.providers.models
import webinar_app.questions.models
import webinar_app.registrations.models
import webinar_app.retention.models
import webinar_app.stage.models
import webinar_app.webinars.models  # noqa: F401  # each import registers its tables
from webinar_app.infra.orm import Base

metadata = Base.metadata
