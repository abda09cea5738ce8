"""Run every benchmark: `python -m benchmarks`."""

from benchmarks import crawl, matching, memory, reading

crawl.main()
memory.main()
matching.main()
reading.main()
