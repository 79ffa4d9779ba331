"""Lets ``python -m medresample`` do what the command ``medresample`` does."""

from medresample.cli import main

if __name__ == "__main__":
    main()
