"""Run every benchmark: `python -m benchmarks`."""

from benchmarks import crawl, memory

crawl.main()
memory.main()
