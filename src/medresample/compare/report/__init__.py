"""One HTML file that shows a comparison and opens without network."""

from medresample.compare.report._page import report_html, write_report

__all__ = ["report_html", "write_report"]
