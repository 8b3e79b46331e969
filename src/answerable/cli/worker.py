"""`answerable worker`: background jobs, handed over inside the transactions that ask for them."""

from __future__ import annotations

import argparse
import logging

from answerable.cli import installation
from answerable.cli.ranges import between

POLL_SECONDS = 1.0


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--concurrency", type=between(1, 256), default=4, help="jobs at once (default 4)")


def run(arguments: argparse.Namespace) -> int:
    """Work until SIGTERM. Not by procrastinate's own command, which prints to the terminal past the log."""
    installation.load_django()
    from procrastinate.contrib.django import app
    from procrastinate.contrib.django.django_connector import DjangoConnector
    from procrastinate.exceptions import ConnectorException
    from psycopg import OperationalError

    connector = app.connector
    if not isinstance(connector, DjangoConnector):
        raise TypeError(connector)
    with app.replace_connector(connector.get_worker_connector()) as ours:
        logging.getLogger(__name__).info("Takes jobs, %d at once.", arguments.concurrency)
        try:
            ours.run_worker(concurrency=arguments.concurrency, fetch_job_polling_interval=POLL_SECONDS)
        except ConnectorException as error:
            raise OperationalError(str(error.__cause__ or error)) from error
    return 0
