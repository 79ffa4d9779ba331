"""Real data to try things on, and tables read from and written to files."""

from medresample.datasets._files import TableFile, read_table, write_table
from medresample.datasets._nuclei import load_nuclei

__all__ = ["TableFile", "load_nuclei", "read_table", "write_table"]
