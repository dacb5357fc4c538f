"""`python -m hongyan` is `hongyan`."""

from hongyan.cli import main

if __name__ == "__main__":
    main()
