"""plimsoll, a linter for the Dockerfiles of data science. It is a program: run `plimsoll` or `python -m plimsoll_lint`."""
