"""The one blueprint of calendars."""

from flask import Blueprint

blueprint = Blueprint("calendars", __name__)
