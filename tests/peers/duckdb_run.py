"""Runs one query in DuckDB on one thread; prints rows and CPU seconds of this process.

Standard input: how the result is taken (`arrow`, `table` or `copy`), then the query. Start-up and
imports are not counted.
"""

import resource
import sys

import duckdb
import pyarrow  # noqa: F401  (loaded before the clock starts)


def cpu_seconds():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def main():
    how, query = sys.stdin.read().split("\n", 1)
    connection = duckdb.connect()
    connection.execute("SET threads = 1")
    connection.execute("SET preserve_insertion_order = false")
    connection.sql("SELECT 1").to_arrow_table()
    began = cpu_seconds()
    rows = 0
    if how == "arrow":
        for batch in connection.sql(query).to_arrow_reader(100_000):
            rows += batch.num_rows
    elif how == "table":
        connection.execute("CREATE TEMP TABLE result AS " + query)
    else:
        rows = connection.execute(query).fetchone()[0]
    seconds = cpu_seconds() - began
    if how == "table":
        rows = connection.execute("SELECT count(*) FROM result").fetchone()[0]
    print(rows, seconds)


main()
