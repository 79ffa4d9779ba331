"""Fail when a built page needs the network to be displayed: ``check_offline.py FOLDER``."""

import re
import sys
from html.parser import HTMLParser
from pathlib import Path

LOADED_BY = {"script": "src", "img": "src", "iframe": "src", "source": "src", "video": "src"}
LOADED_LINKS = {"stylesheet", "preload", "modulepreload", "icon", "preconnect", "dns-prefetch"}
REMOTE = re.compile(r"(https?:)?//", re.IGNORECASE)
REMOTE_IN_CSS = re.compile(r"""(?:@import\s+|url\()\s*(?:url\()?["']?((?:https?:)?//[^"')\s]+)""")


class Resources(HTMLParser):
    """The addresses that a browser fetches by itself to show a page."""

    def __init__(self):
        super().__init__()
        self.remote = []

    def handle_starttag(self, tag, attributes):
        values = {name: value or "" for name, value in attributes}
        if tag == "link" and LOADED_LINKS & set(values.get("rel", "").split()):
            address = values.get("href", "")
        else:
            address = values.get(LOADED_BY.get(tag, ""), "")
        if REMOTE.match(address):
            self.remote.append(address)
        self.remote += REMOTE_IN_CSS.findall(values.get("style", ""))


def remote_resources(path):
    text = path.read_text(encoding="utf-8", errors="replace")
    if path.suffix == ".css":
        return REMOTE_IN_CSS.findall(text)
    resources = Resources()
    resources.feed(text)
    inline_styles = "".join(re.findall(r"<style[^>]*>(.*?)</style>", text, re.DOTALL))
    return resources.remote + REMOTE_IN_CSS.findall(inline_styles)


def main(folder):
    pages = sorted([*Path(folder).rglob("*.html"), *Path(folder).rglob("*.css")])
    if not pages:
        sys.exit(f"No pages in {folder}.")
    found = [f"{page}: {address}" for page in pages for address in remote_resources(page)]
    if found:
        sys.exit("These pages load something from the network:\n" + "\n".join(found))
    print(f"{len(pages)} pages and style sheets load nothing from the network.")


if __name__ == "__main__":
    main(sys.argv[1])
