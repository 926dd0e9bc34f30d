"""`python -m replique.cli`: the same as `replique`."""

from replique.cli import main

if __name__ == "__main__":
    main()
