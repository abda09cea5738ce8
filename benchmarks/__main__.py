"""Run every benchmark: `python -m benchmarks`."""

from benchmarks import (
    adding,
    catalogue,
    crawl,
    edits,
    matching,
    memory,
    reach,
    reading,
    rendering,
    scale,
    serving,
    silence,
)

catalogue.main()
adding.main()
crawl.main()
memory.main()
matching.main()
reading.main()
silence.main()
edits.main()
scale.main()
rendering.main()
serving.main()
reach.main()
