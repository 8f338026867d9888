"""The web process: patch first, then import, check, migrate-check, serve."""

from webinar_app.infra import runtime

runtime.patch()  # before every other import: sockets made earlier would stay blocking

from webinar_app.app import serve

if __name__ == "__main__":
    serve()
