"""``python -m sandbox`` is ``scim-sandbox``."""

from sandbox.cli import main

if __name__ == "__main__":
    main()
