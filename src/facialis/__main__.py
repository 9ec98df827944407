"""``python -m facialis``: the command line, where the script of that name is not on the path."""

from facialis.commands import main

if __name__ == "__main__":
    main()
