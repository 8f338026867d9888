"""Forms of lists, blocks, transfers, requests and duplicates."""

from flask_wtf.file import FileField

from webinar_app.web.forms import Form


class ImportForm(Form):
    """A list of people as a file."""

    file = FileField("CSV file", description="At most 5 MB and 10,000 people.")
