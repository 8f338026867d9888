"""Settings, read once from the environment (`WEBINAR_…`) and checked before anything starts."""

from functools import lru_cache
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from webinar_app.core.links import Links

ROOT = Path(__file__).resolve().parent.parent
UNSAFE_SECRETS = {"", "change-me", "changeme", "secret", "dev"}


class WrongSettings(SystemExit):
    """The environment cannot carry a server; the message is one clear line."""


class Settings(BaseSettings):
    """All settings. Names in the environment are upper case with the prefix `WEBINAR_`."""

    model_config = SettingsConfigDict(env_prefix="WEBINAR_", extra="ignore", frozen=True)

    instance: Path = Field(ROOT / "instance", description="Folder for the database, files and outgoing mail.")
    database_url: str = Field("", description="SQLAlchemy URL; SQLite in the instance folder when empty.")
    redis_url: str = Field("", description="Redis for wake-ups between processes; may be empty.")
    secret_key: SecretStr = Field(SecretStr(""), description="Signs cookies; at least 32 characters.")
    link_keys: SecretStr = Field(
        SecretStr(""), description="Keys of join links, comma separated, newest first; the secret key when empty."
    )
    public_url: str = Field("", description="The address people use, such as https://learn.example.org.")
    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(5000, ge=1, le=65535, description="Port to listen on.")
    async_mode: Literal["eventlet", "threading"] = Field("eventlet", description="How the server waits.")
    trusted_proxies: int = Field(0, ge=0, le=5, description="Reverse proxies in front that set X-Forwarded-*.")
    demo: bool = Field(False, description="Demo mode: one-click sign-in links, on loopback only.")
    mail_from: str = Field("Rostrum <no-reply@rostrum.example>", description="Sender of all mail.")
    uid_domain: str = Field("rostrum.example", description="Right-hand side of calendar UIDs and Message-IDs.")
    smtp_host: str = Field("", description="Mail server; mail lands in instance/outbox when empty.")
    smtp_port: int = Field(587, ge=1, le=65535, description="Port of the mail server.")
    smtp_user: str = Field("", description="User name at the mail server.")
    smtp_password: SecretStr = Field(SecretStr(""), description="Password at the mail server.")
    smtp_starttls: bool = Field(True, description="Use STARTTLS with the mail server, its certificate checked.")
    smtp_ca: Path | None = Field(None, description="File of the authority that signed the mail server's certificate.")
    smtp_per_second: float = Field(50, gt=0, le=1000, description="Most mails a second that the mail server is given.")
    stripe_key: SecretStr = Field(SecretStr(""), description="Secret key at Stripe; without it nobody pays by card.")
    stripe_webhook_secret: SecretStr = Field(SecretStr(""), description="Signs the events that Stripe sends here.")
    stripe_api: str = Field("", description="Address of Stripe's API; Stripe's own when empty.")
    max_connections: int = Field(20_000, ge=100, description="Open connections that one process accepts.")
    events_per_second: float = Field(20, ge=1, description="Events that one person may send; twice that at once.")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="Least level logged.")

    @property
    def database(self) -> str:
        """Give the database URL, the default being SQLite in the instance folder."""
        return self.database_url or f"sqlite:///{self.instance / 'webinar.db'}"

    @property
    def is_sqlite(self) -> bool:
        """Say whether the database is SQLite."""
        return self.database.startswith("sqlite")

    @property
    def link_secrets(self) -> tuple[bytes, ...]:
        """Give the keys of derived links, newest first."""
        typed = self.link_keys.get_secret_value()
        if not typed:
            return (self.secret_key.get_secret_value().encode(),)
        return tuple(key.strip().encode() for key in typed.split(",") if key.strip())

    @property
    def public_host(self) -> str:
        """Give host and port of the public address, as a browser sends them."""
        return urlsplit(self.public_url).netloc

    @property
    def is_loopback(self) -> bool:
        """Say whether the public address is on this machine."""
        return urlsplit(self.public_url).hostname in ("127.0.0.1", "localhost", "::1")

    @property
    def cookies_are_secure(self) -> bool:
        """Say whether cookies carry `Secure` and the `__Host-` prefix."""
        return urlsplit(self.public_url).scheme == "https"

    def check_for_server(self) -> None:
        """Refuse settings that a server must not start with, in one line (reliability X-7)."""
        if self.secret_key.get_secret_value().lower() in UNSAFE_SECRETS or len(self.secret_key.get_secret_value()) < 32:
            raise WrongSettings("WEBINAR_SECRET_KEY must be set to at least 32 random characters.")
        parts = urlsplit(self.public_url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise WrongSettings("WEBINAR_PUBLIC_URL must be set, such as https://learn.example.org.")
        if bool(self.stripe_key.get_secret_value()) != bool(self.stripe_webhook_secret.get_secret_value()):
            raise WrongSettings("Set WEBINAR_STRIPE_KEY and WEBINAR_STRIPE_WEBHOOK_SECRET together, or neither.")
        if self.demo and not self.is_loopback:
            raise WrongSettings("WEBINAR_DEMO=1 works on loopback only: unset it, or use http://127.0.0.1.")


def load(**overrides: object) -> Settings:
    """Read the settings; what is wrong is told in one line."""
    try:
        return Settings(**overrides)  # type: ignore[arg-type]  # pydantic checks the values
    except ValidationError as error:
        first = error.errors()[0]
        name = "WEBINAR_" + "_".join(str(part) for part in first["loc"]).upper()
        raise WrongSettings(f"{name}: {first['msg']}.") from None


@lru_cache(maxsize=1)
def links() -> Links:
    """Give the addresses of this installation."""
    return Links(settings().public_url, settings().link_secrets)


@lru_cache(maxsize=1)
def settings() -> Settings:
    """Give the settings of this process."""
    return load()
