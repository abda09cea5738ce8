"""The custom spiders: a module for a source of `kind: custom`, or for several that share one by `spider`."""

import importlib.util

from core.source import Source


def module_name(source: Source) -> str:
    """Return the name of the module that holds a source's custom class: `spider`, else the id with "_"."""
    return f"{__name__}.{source.spider or source.id.replace('-', '_')}"


def custom_problem(source: Source) -> str | None:
    """Say what is missing for a source of `kind: custom`; None for all is there. Imports nothing."""
    if source.kind != "custom" or importlib.util.find_spec(module_name(source)) is not None:
        return None
    return f"`kind: custom` needs the file {module_name(source).replace('.', '/')}.py; it does not exist"
