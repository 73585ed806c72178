"""`python -m tradewind`: what the launcher runs once the environment stands."""

from tradewind.cli.main import main

if __name__ == "__main__":
    main()
