"""`python -m bot`."""

from bot.runtime.cli import main

if __name__ == "__main__":
    main()
