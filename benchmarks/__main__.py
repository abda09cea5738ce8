"""Run every benchmark: `python -m benchmarks`."""

from benchmarks import crawl, edits, matching, memory, reading, scale, silence

crawl.main()
memory.main()
matching.main()
reading.main()
silence.main()
edits.main()
scale.main()
