"""A process that does tasks of the benchmarks, one after the other: it is started only once."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "benchmarks"
TASKS = """
import json, sys
import fresh

for line in sys.stdin:
    task, details = json.loads(line)
    print(json.dumps(getattr(fresh, task)(**details)), flush=True)
"""


@pytest.fixture(scope="session")
def elsewhere():
    """Do a task of ``benchmarks/fresh.py`` in a process of its own: ``elsewhere(task, **details)``.

    It is the same process for all, which imports what they need only once.
    """
    with subprocess.Popen(
        [sys.executable, "-c", TASKS], cwd=FOLDER, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    ) as process:  # fmt: skip

        def do(task, **details):
            process.stdin.write(json.dumps([task, details]) + "\n")
            process.stdin.flush()
            answer = process.stdout.readline()
            assert answer, f"{task} failed: see what the process wrote on stderr"
            return json.loads(answer)

        yield do
        process.stdin.close()
