"""What the system grants this process: open files. Raises what may be raised, says what is too little."""

import logging
import resource

log = logging.getLogger(__name__)

# The store with its WAL, the log, the web server's listener, pipes to the worker and its readers.
_OWN_FILES = 64
# A connection has its socket, and a name look-up beside it for a moment.
_FILES_A_REQUEST = 2


def raise_file_limit(requests: int) -> int:
    """Raise the limit of open files as far as allowed; warn where `requests` at once could exceed it.

    Returns the limit in force.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = _OWN_FILES + requests * _FILES_A_REQUEST
    wanted = max(soft, min(hard, 65536) if hard != resource.RLIM_INFINITY else 65536)
    if wanted > soft:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    if wanted < needed:
        log.warning(
            "only %d files may be open at once, %d are wanted: requests may fail with 'too many open files'; "
            "raise LimitNOFILE (ulimit -n) or lower crawl.concurrency",
            wanted,
            needed,
        )
    return wanted
