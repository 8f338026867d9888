"""Random acts of every role in two rooms with swapped ids: nothing of one room is heard in the other (reliability R-2).

10,000 acts; `--quick` is 500. `--seed` repeats a run.
"""

import argparse
import random
import secrets
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "tests" / "live")]
ACTS, QUICK = 10_000, 500
LOOK_EVERY = 50


def main() -> int:
    """Run it; 0 if nothing crossed over and enough acts succeeded for that to say anything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(2**32))
    given = parser.parse_args()
    import conftest  # its environment comes before the application's settings
    import databases
    from factories import World
    from rooms import Doors
    from two_rooms import Fuzz, furnish

    from webinar_app.app import create_app, create_sockets
    from webinar_app.config import settings
    from webinar_app.infra import db, dispatch
    from webinar_app.infra.engines import engine_for
    from webinar_app.subscriptions import SUBSCRIPTIONS

    acts, dice, begun = QUICK if given.quick else ACTS, random.Random(given.seed), time.monotonic()
    with tempfile.TemporaryDirectory() as folder, conftest.time_machine.travel(conftest.TODAY, tick=True):
        engine = engine_for(databases.fresh("sqlite", Path(folder)), "worker")
        with engine.connect() as connection:
            outer = connection.begin()
            db.use_connection(connection)
            dispatch.install(SUBSCRIPTIONS)
            doors = Doors(create_sockets(create_app(settings()), settings()))
            world = World()
            fuzz = Fuzz((furnish(world, doors, "canary-7f3a"), furnish(world, doors, "canary-c19e")))
            leaks = []
            for number in range(acts):
                leaks += [wrong for wrong in [fuzz.step(dice.randrange)] if wrong]
                if number % LOOK_EVERY == 0 or number == acts - 1:
                    leaks += fuzz.strangers()
            doors.close()
            outer.rollback()
        engine.dispose()
    for leak in leaks[:10]:
        print(leak)
    is_good = not leaks and fuzz.done >= acts // 20
    print(f"acts={acts} succeeded={fuzz.done} events={len(fuzz.events)} leaks={len(leaks)} seed={given.seed} "
          f"seconds={time.monotonic() - begun:.0f}")  # fmt: skip
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
