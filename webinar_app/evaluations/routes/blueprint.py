"""The blueprint of evaluations."""

from flask import Blueprint

blueprint = Blueprint("evaluations", __name__)
