"""One script for each measured claim; `bench/run.py` runs them and writes bench/README.md."""
