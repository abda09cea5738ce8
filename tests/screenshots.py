"""Takes docs/screenshots/ anew: the demo's pages in a real browser. Run by `make screenshots`."""

import base64
import tempfile
from pathlib import Path
from typing import Any

from fakes_browser import DESKTOP, PHONE, open_tab, running_browser, running_demo
from fakes_demo_pages import Facts, facts
from playwright.sync_api import Browser

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "screenshots"
# File -> (path, how it is looked at).
_SHOTS: dict[str, tuple[str, dict[str, object]]] = {
    "entries": ("/", {}),
    "entries-dark": ("/", {"color_scheme": "dark"}),
    "entries-phone": ("/", {"size": PHONE}),
    "article": ("/articles/{copied}", {}),
    "changes": ("/articles/{revised}/revisions", {}),
    "story": ("/stories/{story}", {}),
    "overview": ("/overview", {}),
    "source": ("/sources/{source}", {}),
}


def main() -> None:
    """Run the demo, look, and write a WebP for each."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        with running_demo(home / "demo") as demo, running_browser(home / "browser.lock") as browser:
            known = facts(demo.folder)
            for name, (path, options) in _SHOTS.items():
                _take(browser, demo.address, FOLDER / f"{name}.webp", path, known, options)


def _take(
    browser: Browser, address: str, file: Path, path: str, known: Facts, options: dict[str, Any]
) -> None:
    with open_tab(browser, address, **{"size": DESKTOP, **options}) as tab:
        tab.open(known.fill(path))
        FOLDER.mkdir(exist_ok=True)
        # Playwright writes PNG and JPEG only; the browser itself knows WebP, which is a third of them.
        devtools = tab.page.context.new_cdp_session(tab.page)
        shot = devtools.send("Page.captureScreenshot", {"format": "webp", "quality": 55})
        file.write_bytes(base64.b64decode(shot["data"]))
        print(f"{file.name}: {file.stat().st_size // 1024} KB")


if __name__ == "__main__":
    main()
