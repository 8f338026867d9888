"""Who acts: a plain value that edges make and policies judge."""

from dataclasses import dataclass, field

from webinar_app.core.permissions import Permission, Role


@dataclass(frozen=True, slots=True)
class Actor:
    """A person who acts, or a guest (`person_id` None).

    `limited_to` is a registration id when the person came by a personal join link: such a sign-in reaches that
    registration's room, evaluation and certificate, and no account page.
    """

    person_id: int | None = None
    display_name: str = ""
    email: str = ""
    roles: frozenset[Role] = frozenset()
    permissions: frozenset[Permission] = field(default=frozenset())
    provider_id: int | None = None
    time_zone: str | None = None
    sign_in_id: int | None = None
    limited_to: int | None = None

    @property
    def scope(self) -> str:
        """Give the scope of this actor's idempotency keys; a guest has none and must name a form."""
        if self.person_id is None:
            raise ValueError("a guest's act needs an explicit scope")
        return f"person:{self.person_id}"

    @property
    def is_signed_in(self) -> bool:
        """Say whether the person is known at all."""
        return self.person_id is not None

    @property
    def is_full(self) -> bool:
        """Say whether the sign-in reaches the account, not one registration only."""
        return self.person_id is not None and self.limited_to is None

    @property
    def is_coordinator(self) -> bool:
        """Say whether coordinator pages are offered."""
        return Permission.COURSE_EDIT in self.permissions

    @property
    def is_presenter(self) -> bool:
        """Say whether presenter pages are offered."""
        return Role.PRESENTER in self.roles

    def may(self, permission: Permission) -> bool:
        """Say whether the actor holds a provider-wide permission."""
        return permission in self.permissions


GUEST = Actor()


@dataclass(frozen=True, slots=True)
class Member:
    """A person in one sitting: staff, or an attendee with a registration. Made by policy, carried by a connection."""

    person_id: int
    webinar_id: int
    webinar_code: str
    display_name: str
    rights: frozenset[Permission]
    registration_id: int | None = None  # none for staff
    sign_in_id: int | None = None

    @property
    def scope(self) -> str:
        """Give the scope of this person's idempotency keys in this room: they go when the room is removed."""
        return f"person:{self.person_id}:{self.webinar_code}"

    @property
    def is_staff(self) -> bool:
        """Say whether the person runs the sitting."""
        return Permission.ROOM_PRESENT in self.rights

    @property
    def is_audience(self) -> bool:
        """Say whether the person takes part for themselves, and is counted; observers and captioners are neither."""
        return self.registration_id is not None

    def may(self, permission: Permission) -> bool:
        """Say whether the person may do this in the sitting."""
        return permission in self.rights
