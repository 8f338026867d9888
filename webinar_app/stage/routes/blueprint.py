"""The blueprint of the stage."""

from flask import Blueprint

blueprint = Blueprint("stage", __name__)
