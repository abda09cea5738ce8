"""Thousands of requests to the API that schemathesis makes up from its OpenAPI document: none may break it.

`python -m benchmarks.api_cases [EXAMPLES] [SEED]`: up to EXAMPLES (200) cases an operation in each phase, all
checks, on the store of the tests. Prints what schemathesis prints; ends with 1 where it finds anything.
"""

import sys
import tempfile
from pathlib import Path

_TESTS = Path(__file__).parent.parent / "tests"


def main() -> int:
    sys.path.insert(0, str(_TESTS))
    from fakes_api import examine, filled_site

    examples, seed = (sys.argv[1:] + ["200", "1"][len(sys.argv) - 1 :])[:2]
    with tempfile.TemporaryDirectory() as folder, filled_site(Path(folder), articles=60) as site:
        done = examine(site, Path(folder), "--max-examples", examples, "--seed", seed)
    print(done.stdout, done.stderr, sep="")
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
