"""Pages of accounts: signing in, the own account, people and their roles."""

from webinar_app.accounts.routes import account, people, sign_in  # they hang their pages on the blueprint
from webinar_app.accounts.routes.blueprint import blueprint
from webinar_app.accounts.routes.web_session import device_name, load_actor, start_web_session

__all__ = ["account", "blueprint", "device_name", "load_actor", "people", "sign_in", "start_web_session"]
