"""Run every benchmark: `python -m benchmarks`."""

from benchmarks import crawl, matching, memory

crawl.main()
memory.main()
matching.main()
