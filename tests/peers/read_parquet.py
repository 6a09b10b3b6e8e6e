"""Reads a Parquet file of `nepho parse` with DuckDB, polars and pyarrow; prints what each found.

Every line is the name and version of a reader, rows, the sum of `bytes`, how many rows have a
`time`, and how many bytes of text `raw` has. The lines must tell the same.
"""

import sys

import duckdb
import polars
import pyarrow
import pyarrow.compute
import pyarrow.parquet


def main():
    path = sys.argv[1]
    row = duckdb.execute(
        "SELECT count(*), sum(bytes), count(time), sum(strlen(raw)) FROM read_parquet(?)", [path]
    ).fetchone()
    print(f"duckdb-{duckdb.__version__}", *(int(value) for value in row))
    table = polars.read_parquet(path)
    raw_bytes = table["raw"].str.len_bytes().sum()
    timed = len(table) - table["time"].null_count()
    total = table["bytes"].cast(polars.UInt64).sum()
    print(f"polars-{polars.__version__}", len(table), total, timed, raw_bytes)
    table = pyarrow.parquet.read_table(path)
    raw = pyarrow.compute.cast(table["raw"], pyarrow.large_string())
    raw_bytes = pyarrow.compute.sum(pyarrow.compute.binary_length(raw)).as_py()
    timed = len(table) - table["time"].null_count
    total = pyarrow.compute.sum(table["bytes"]).as_py()
    print(f"pyarrow-{pyarrow.__version__}", len(table), total, timed, raw_bytes)


main()
