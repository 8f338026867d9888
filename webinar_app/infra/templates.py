"""One Jinja environment for pages, mails and documents."""

from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from webinar_app.infra.templates_filters import FILTERS, GLOBALS

PACKAGE = Path(__file__).resolve().parent.parent


def folder(name: str) -> Path:
    """Give `templates`, `static` or `migrations`: beside the package in a checkout, inside it in a wheel."""
    inside = PACKAGE / f"_{name}"
    return inside if inside.is_dir() else PACKAGE.parent / name


def dress(environment: Environment) -> Environment:
    """Give an environment the product's filters, and let an undefined name fail aloud."""
    environment.undefined = StrictUndefined
    environment.trim_blocks = environment.lstrip_blocks = True
    environment.filters.update(FILTERS)
    environment.globals.update(GLOBALS)
    return environment


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Give the environment of mails and documents; pages use Flask's, dressed the same way."""
    made = Environment(loader=FileSystemLoader(folder("templates")), autoescape=select_autoescape(["html", "svg"]))
    return dress(made)


def render(name: str, /, **context: Any) -> str:
    """Render a template outside a request."""
    return environment().get_template(name).render(**context)
