"""Reads one Parquet file of table `logs` with DuckDB, polars and pyarrow, and compares each of them
with the same rows as NDJSON: the number of rows, and every value of every column.

usage: readers.py ROWS.parquet ROWS.ndjson
"""

import datetime
import json
import sys

import duckdb
import polars
import pyarrow.parquet

OUTCOMES = {1: "success", 2: "failure"}
TIMES = ("time", "observed_time")


def nanoseconds(text):
    """`2026-05-12T13:00:00.123456789Z` as nanoseconds since 1970."""
    whole, _, fraction = text.rstrip("Z").partition(".")
    moment = datetime.datetime.fromisoformat(whole + "+00:00")
    return int(moment.timestamp()) * 1_000_000_000 + int(fraction.ljust(9, "0") or 0)


def expected(path):
    rows = []
    with open(path, encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            for name in TIMES:
                if name in row:
                    row[name] = nanoseconds(row[name])
            rows.append(row)
    return rows


def from_pyarrow(path):
    return plain(pyarrow.parquet.read_table(path))


def from_polars(path):
    frame = polars.read_parquet(path, use_pyarrow=False)
    return plain(frame.to_arrow())


def plain(table):
    """Columns of an Arrow table as lists; times and durations as numbers."""
    columns = {}
    for name in table.column_names:
        column = table.column(name)
        kind = column.type
        if pyarrow.types.is_timestamp(kind) or pyarrow.types.is_duration(kind):
            column = column.cast(pyarrow.int64())
        columns[name] = column.to_pylist()
    return columns


def from_duckdb(path):
    connection = duckdb.connect()
    # The time with a zone that DuckDB computes with is rounded to microseconds.
    source = f"read_parquet('{path}')"
    columns = {}
    names = [row[0] for row in connection.sql(f"DESCRIBE SELECT * FROM {source}").fetchall()]
    for name in names:
        value = f'epoch_us("{name}"::TIMESTAMPTZ) * 1000' if name in TIMES else f'"{name}"'
        rows = connection.sql(f"SELECT {value} FROM {source}").fetchall()
        columns[name] = [row[0] for row in rows]
    return columns


def compare(reader, columns, rows, unit):
    for name, values in columns.items():
        if len(values) != len(rows):
            sys.exit(f"{reader}: {name}: {len(values)} rows, but {len(rows)} were written")
        for number, (value, row) in enumerate(zip(values, rows)):
            want = row.get(name)
            if name == "outcome":
                value = OUTCOMES.get(value)
            elif name == "resources":
                value = value or None
            elif name in TIMES and None not in (value, want) and abs(value - want) < unit:
                continue
            if value != want:
                sys.exit(f"{reader}: row {number}: {name}: {value!r}, but {want!r} was written")
    left_out = {name for row in rows for name in row} - set(columns)
    if left_out:
        sys.exit(f"{reader}: no column {sorted(left_out)}")


def main():
    path, text = sys.argv[1:]
    rows = expected(text)
    compare("pyarrow", from_pyarrow(path), rows, 1)
    compare("polars", from_polars(path), rows, 1)
    compare("duckdb", from_duckdb(path), rows, 1000)
    print(f"{len(rows)} rows: duckdb {duckdb.__version__}, polars {polars.__version__}, "
          f"pyarrow {pyarrow.__version__}")


if __name__ == "__main__":
    main()
