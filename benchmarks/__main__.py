"""Run every benchmark: `python -m benchmarks`."""

from benchmarks import crawl, matching, memory, reading, silence

crawl.main()
memory.main()
matching.main()
reading.main()
silence.main()
