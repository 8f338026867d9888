"""What may be done: provider-wide permissions by role, and rights in one sitting by role there."""

from enum import StrEnum


class Role(StrEnum):
    """A person's role in the organisation; everybody is an attendee."""

    ADMIN = "admin"
    COORDINATOR = "coordinator"
    PRESENTER = "presenter"
    ATTENDEE = "attendee"


class SittingRole(StrEnum):
    """A person's role in one sitting."""

    HOST = "host"
    PRESENTER = "presenter"
    MODERATOR = "moderator"
    CAPTIONER = "captioner"
    OBSERVER = "observer"
    ATTENDEE = "attendee"


class Permission(StrEnum):
    """One thing that may be allowed, `resource:action`."""

    PERSON_MANAGE = "person:manage"
    COURSE_EDIT = "course:edit"
    COURSE_PUBLISH = "course:publish"
    WEBINAR_SCHEDULE = "webinar:schedule"
    REGISTRATION_MANAGE = "registration:manage"
    MAIL_READ = "mail:read"
    CERTIFICATE_MANAGE = "certificate:manage"
    REPORT_READ = "report:read"
    RECORD_MANAGE = "record:manage"
    ROOM_JOIN = "room:join"
    ROOM_PRESENT = "room:present"
    ROOM_END = "room:end"
    ROOM_REMOVE = "room:remove"
    POLL_VOTE = "poll:vote"
    POLL_RUN = "poll:run"
    CHECK_ANSWER = "check:answer"
    CHECK_CALL = "check:call"
    QUESTION_ASK = "question:ask"
    QUESTION_MODERATE = "question:moderate"
    CHAT_POST = "chat:post"
    CHAT_MODERATE = "chat:moderate"
    STAGE_CONTROL = "stage:control"
    CAPTIONS_WRITE = "captions:write"


_COORDINATOR = frozenset(
    {
        Permission.COURSE_EDIT, Permission.COURSE_PUBLISH, Permission.WEBINAR_SCHEDULE,
        Permission.REGISTRATION_MANAGE, Permission.MAIL_READ, Permission.CERTIFICATE_MANAGE, Permission.REPORT_READ,
    }
)  # fmt: skip
PROVIDER_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.ADMIN: _COORDINATOR | {Permission.PERSON_MANAGE, Permission.RECORD_MANAGE},
    Role.COORDINATOR: _COORDINATOR,
    Role.PRESENTER: frozenset(),
    Role.ATTENDEE: frozenset(),
}

_STAFF = frozenset(
    {
        Permission.ROOM_JOIN, Permission.ROOM_PRESENT, Permission.ROOM_REMOVE, Permission.POLL_RUN,
        Permission.QUESTION_MODERATE,
        Permission.CHAT_POST, Permission.CHAT_MODERATE, Permission.CAPTIONS_WRITE,
    }
)  # fmt: skip
SITTING_PERMISSIONS: dict[SittingRole, frozenset[Permission]] = {
    SittingRole.HOST: _STAFF | {Permission.STAGE_CONTROL, Permission.ROOM_END, Permission.CHECK_CALL},
    SittingRole.PRESENTER: _STAFF | {Permission.STAGE_CONTROL, Permission.ROOM_END, Permission.CHECK_CALL},
    SittingRole.MODERATOR: _STAFF,
    SittingRole.CAPTIONER: frozenset({Permission.ROOM_JOIN, Permission.CAPTIONS_WRITE}),
    SittingRole.OBSERVER: frozenset({Permission.ROOM_JOIN}),
    SittingRole.ATTENDEE: frozenset(
        {
            Permission.ROOM_JOIN,
            Permission.POLL_VOTE,
            Permission.CHECK_ANSWER,
            Permission.QUESTION_ASK,
            Permission.CHAT_POST,
        }
    ),
}
EVERY_SITTING_PERMISSION = frozenset().union(*SITTING_PERMISSIONS.values())
