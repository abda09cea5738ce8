"""How long the catalogue of sources takes to load, beside bare YAML: `python -m benchmarks.catalogue`."""

import time
from collections.abc import Callable

import yaml

from core.config import default_config_dir, load_sources, yaml_files

_ROUNDS = 5
_BOUND = 1.0


def main() -> None:
    """Print CPU seconds and the ratio."""
    config = default_config_dir()
    began = time.process_time()
    sources, problems = load_sources(config)
    first = time.process_time() - began
    if problems:
        raise SystemExit("\n".join(map(str, problems)))
    texts = [path.read_bytes() for path in yaml_files(config / "sources")]
    floor = _least(lambda: [yaml.load(text, Loader=yaml.CSafeLoader) for text in texts])
    loaded = _least(lambda: load_sources(config))
    print(
        f"catalogue: {len(sources)} sources ({sum(one.enabled for one in sources.values())} enabled) load in "
        f"{first:.2f} s of CPU (bound {_BOUND:.0f} s), again in {loaded:.2f} s; bare YAML takes {floor:.2f} s"
    )


def _least(work: Callable[[], object]) -> float:
    """Return the least CPU seconds of some rounds."""
    spent = []
    for _ in range(_ROUNDS):
        began = time.process_time()
        work()
        spent.append(time.process_time() - began)
    return min(spent)


if __name__ == "__main__":
    main()
