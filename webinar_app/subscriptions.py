"""Every reaction of one feature to another, on one screen; installed by app, worker, CLI and tests."""

from webinar_app.accounts.services import reactions as accounts
from webinar_app.attendance import messages as attendance_messages
from webinar_app.attendance.services import checking, recounting, summaries
from webinar_app.attendance.services import reactions as attendance
from webinar_app.calendars.events import FeedServed
from webinar_app.calendars.services import crew as calendars_crew
from webinar_app.calendars.services import letters as calendars
from webinar_app.calendars.services import replies as calendars_replies
from webinar_app.campaigns import services as campaigns
from webinar_app.certificates import messages as certificates
from webinar_app.certificates.events import CertificateIssued
from webinar_app.certificates.services import review_completion
from webinar_app.chat import messages as chat
from webinar_app.chat.services import rehearsing as chat_rehearsing
from webinar_app.courses.events import (
    CarriedAsked,
    CourseCloned,
    CourseCreated,
    CoursePublished,
    ItemsInUseAsked,
    PublishAsked,
    SittingsAsked,
    WordsSaved,
)
from webinar_app.evaluations.events import OwnProgressAsked
from webinar_app.evaluations.services import opening as evaluations_opening
from webinar_app.evaluations.services import reactions as evaluations
from webinar_app.handouts import messages as handouts
from webinar_app.handouts import services as handouts_services
from webinar_app.infra.dispatch import Table
from webinar_app.live import messages as live_messages
from webinar_app.mailing.events import MailBounced, WordsAsked
from webinar_app.payments.services import copying as payments_copying
from webinar_app.payments.services import reactions as payments
from webinar_app.people.queries import blocks as people_blocks
from webinar_app.people.queries import substitutes as people_passing
from webinar_app.people.services import needs as people_needs
from webinar_app.people.services import substitutes as people_substitutes
from webinar_app.polls import messages as polls
from webinar_app.polls.services import rehearsing as polls_rehearsing
from webinar_app.polls.services import running as polls_running
from webinar_app.propagation import services as propagation
from webinar_app.questions import messages as questions
from webinar_app.registrations.events import (
    FeeAsked,
    ItemCompleted,
    ItemWithdrawn,
    LinkAsked,
    NeedTold,
    PassingAsked,
    PriceAsked,
    RefundAsked,
    Registered,
    RegistrationCancelled,
    RegistrationEnded,
    RegistrationMade,
    RegistrationReopened,
    RosterAsked,
    SeatsFreed,
    SeatsHeldAsked,
)
from webinar_app.registrations.services import copying as registrations_copying
from webinar_app.registrations.services import forms as registrations_forms
from webinar_app.registrations.services import reactions as registrations
from webinar_app.registrations.services import waiting
from webinar_app.retention.services import holding as retention_holding
from webinar_app.retention.services import planning as retention
from webinar_app.stage import messages as stage
from webinar_app.stage.services import rehearsing as stage_rehearsing
from webinar_app.webinars import messages as rooms
from webinar_app.webinars.events import (
    ActsAsked,
    HoldAsked,
    MoveAsked,
    OwnStatesAsked,
    RehearsalEnded,
    RoomSnapshotAsked,
    StaffChanged,
    TextsAsked,
    TimeAsked,
    WebinarCancelled,
    WebinarChanged,
    WebinarCloned,
    WebinarEnded,
    WebinarPublished,
    WebinarRescheduled,
    WebinarWentLive,
    ZonesAsked,
)
from webinar_app.webinars.services import checking as webinars_checking
from webinar_app.webinars.services import reactions as webinars
from webinar_app.webinars.services import rehearsing

SUBSCRIPTIONS: Table = {
    CourseCloned: [
        registrations_copying.copy_questions,
        payments_copying.copy_prices,
        campaigns.copy_course_plans,
    ],
    CarriedAsked: [
        registrations_copying.what_goes_along,
        payments_copying.what_goes_along,
        stage_rehearsing.what_goes_along,
        polls_rehearsing.what_goes_along,
        chat_rehearsing.what_goes_along,
        handouts_services.what_goes_along,
        campaigns.what_goes_along,
    ],
    CourseCreated: [webinars.add_first_sitting],
    CoursePublished: [webinars.publish_sittings],
    PublishAsked: [webinars.missing_of_sittings],
    SittingsAsked: [webinars.list_for_courses],
    WordsSaved: [webinars_checking.course_warnings],
    ItemsInUseAsked: [webinars.items_with_sittings, registrations.items_in_ledger],
    MailBounced: [accounts.tell_of_bounce, people_substitutes.end_undelivered],
    RoomSnapshotAsked: [
        rooms.room_part,
        stage.stage_part,
        polls.polls_part,
        questions.questions_part,
        chat.chat_part,
        handouts.handouts_part,
        attendance_messages.checks_part,
        live_messages.removed_part,
    ],
    OwnStatesAsked: [polls.own_parts, questions.own_parts, chat.own_parts, attendance_messages.own_parts],
    NeedTold: [people_needs.keep_told],
    SeatsHeldAsked: [people_blocks.held_seats],
    RosterAsked: [
        attendance.tell_roster,
        evaluations.tell_roster,
        certificates.roster_columns,
        calendars_replies.tell_roster,
    ],
    OwnProgressAsked: [certificates.own_progress],
    ItemCompleted: [review_completion],
    ItemWithdrawn: [review_completion],
    WebinarPublished: [checking.plan_checks, campaigns.plan_sitting, calendars_crew.tell_crew_later],
    StaffChanged: [calendars_crew.tell_crew_later],
    CertificateIssued: [campaigns.plan_expiry],
    WebinarWentLive: [checking.plan_checks, handouts_services.plan_handouts],
    WebinarEnded: [
        polls_running.close_open_polls,
        checking.end_checks,
        summaries.plan_summaries,
        recounting.plan_recount,
        retention.plan_run,
        evaluations_opening.open_form,
        campaigns.plan_sitting,
    ],
    PriceAsked: [payments.price_of],
    FeeAsked: [payments.fee_of],
    RegistrationMade: [payments.open_order],
    Registered: [calendars.confirm_later],
    LinkAsked: [calendars.confirm_again],
    RegistrationCancelled: [calendars.withdraw_later, people_substitutes.drop_substitution],
    RegistrationEnded: [payments.close_order],
    RegistrationReopened: [payments.reopen_order],
    RefundAsked: [payments.refund_words_of],
    PassingAsked: [people_passing.passing_of],
    WebinarRescheduled: [
        calendars.tell_of_move,
        calendars_crew.tell_crew_later,
        checking.plan_checks,
        campaigns.plan_sitting,
        waiting.time_offers,
    ],
    WebinarChanged: [waiting.time_offers, waiting.refill],
    SeatsFreed: [waiting.refill],
    WebinarCancelled: [
        calendars.tell_of_cancelling,
        calendars_crew.tell_crew_later,
        waiting.dissolve,
        payments.close_orders,
        people_substitutes.drop_substitutions,
        campaigns.plan_sitting,
    ],
    WordsAsked: [campaigns.own_words],
    MoveAsked: [calendars.who_hears, waiting.who_hears, calendars_crew.crew_hears, campaigns.what_moves],
    FeedServed: [propagation.note_feed],
    HoldAsked: [retention_holding.tell_held],
    TimeAsked: [registrations.opens_too_late],
    ZonesAsked: [registrations.zones_of_registrants],
    TextsAsked: [
        registrations_forms.texts_of,
        polls_rehearsing.texts_of,
        chat_rehearsing.texts_of,
        stage_rehearsing.texts_of,
        handouts_services.texts_of,
        campaigns.texts_of,
    ],
    WebinarCloned: [
        stage_rehearsing.copy_prepared,
        polls_rehearsing.copy_prepared,
        chat_rehearsing.copy_prepared,
        handouts_services.copy_prepared,
        campaigns.copy_plans,
        registrations_copying.copy_rules,
    ],
    RehearsalEnded: [polls_running.close_open_polls, checking.end_checks, rehearsing.remove_after_end],
    ActsAsked: [polls_rehearsing.acts_of, chat_rehearsing.acts_of, handouts_services.acts_of, checking.acts_of],
}
