"""Sphinx configuration: ``python -m sphinx -W docs docs/_build/html``, which needs no network."""

import sys
import warnings
from pathlib import Path

import medresample

sys.path.insert(0, str(Path(__file__).parent))  # pictures.py, drawn on by the method pages

project = "medresample"
author = "The medresample developers"
copyright = "2026, The medresample developers"
release = version = medresample.__version__

extensions = [
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "numpydoc",
    "matplotlib.sphinxext.plot_directive",
    "myst_parser",
    "sphinx_design",
    "sphinx_gallery.gen_gallery",
]
exclude_patterns = ["_build", "_templates"]
templates_path = ["_templates"]
default_role = "code"
pygments_style = "tango"

# -- API pages: only what medresample itself defines --------------------------------------------
autosummary_generate = True
autodoc_typehints = "none"
autodoc_member_order = "bysource"
numpydoc_show_class_members = False


def skip_inherited_from_others(app, what, name, obj, skip, options):
    """Leave out methods that come from scikit-learn and imbalanced-learn: they document them."""
    function = getattr(obj, "fget", obj)
    module = getattr(function, "__module__", None)
    return True if module and not module.startswith("medresample") else skip


# -- pictures -------------------------------------------------------------------------------------
plot_formats = [("png", 160)]
plot_html_show_formats = False
plot_html_show_source_link = False
plot_include_source = False

sphinx_gallery_conf = {
    "examples_dirs": "../examples",
    "gallery_dirs": "auto_examples",
    "within_subsection_order": "ExampleTitleSortKey",
    "reference_url": {"medresample": None},
    "abort_on_example_error": True,
    "download_all_examples": False,
    "show_memory": False,
    "capture_repr": (),
    "show_signature": False,
    "write_computation_times": False,
    "remove_config_comments": True,
}
warnings.filterwarnings("ignore", message=".*is non-interactive, and thus cannot be shown")

# -- the site -------------------------------------------------------------------------------------
html_theme = "pydata_sphinx_theme"
html_title = "medresample"
html_static_path = ["_static"]
html_css_files = ["medresample.css"]
html_show_sourcelink = False
html_copy_source = False
html_sidebars = {
    page: [] for page in ("index", "get_started", "architecture", "glossary", "changelog")
}
html_theme_options = {
    "logo": {"text": "medresample"},
    "navbar_align": "left",
    "header_links_before_dropdown": 8,
    "navigation_with_keys": False,
    "show_toc_level": 2,
    "footer_start": ["copyright"],
    "footer_end": [],
}


def setup(app):
    """Register the hook above."""
    app.connect("autodoc-skip-member", skip_inherited_from_others)
