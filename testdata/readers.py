"""Counts the rows of exports again and again, by one reader, until stdin ends.

    readers.py READER PLACE...

A place is a folder or s3://bucket/prefix, of the server at AWS_ENDPOINT_URL. Each reading
is a line on stdout: {"place": ..., "rows": ...}, with "again": why, if it was the second
try, or "error" in the place of "rows" after two. The first line is {"absent": why} where
the reader is not installed.
"""
import importlib
import json
import os
import select
import sys

reader, places = sys.argv[1], sys.argv[2:]
endpoint = os.environ.get("AWS_ENDPOINT_URL", "")
key, secret = os.environ.get("AWS_ACCESS_KEY_ID", ""), os.environ.get("AWS_SECRET_ACCESS_KEY", "")
remote = any(place.startswith("s3://") for place in places)


def s3():
    from pyarrow import fs

    return fs.S3FileSystem(access_key=key, secret_key=secret, region="us-east-1", endpoint_override=endpoint)


def at(place, store):
    """The arguments by which pyarrow and pandas read a place."""
    return (place.removeprefix("s3://"), {"filesystem": store}) if place.startswith("s3://") else (place, {})


def duckdb_reader():
    import duckdb

    c = duckdb.connect()
    if remote:
        try:
            packaged = importlib.import_module("duckdb_extension_httpfs")
        except ImportError:
            c.execute("LOAD httpfs")
        else:
            path = os.path.join(os.path.dirname(packaged.__file__), "extensions", "v" + duckdb.__version__, "httpfs.duckdb_extension")
            c.execute(f"LOAD '{path}'")
        host = endpoint.removeprefix("http://")
        c.execute(
            f"""CREATE SECRET (TYPE s3, KEY_ID '{key}', SECRET '{secret}', REGION 'us-east-1',
            ENDPOINT '{host}', URL_STYLE 'path', USE_SSL false)"""
        )

    def count(place):
        return len(c.execute(f"SELECT * FROM read_parquet('{place}/**/*.parquet')").fetchall())

    return count


def pyarrow_reader():
    import pyarrow.parquet as pq

    store = s3() if remote else None

    def count(place):
        path, options = at(place, store)
        return pq.read_table(path, **options).num_rows

    return count


def pandas_reader():
    import pandas as pd

    store = s3() if remote else None

    def count(place):
        path, options = at(place, store)
        return len(pd.read_parquet(path, **options))

    return count


def polars_reader():
    import polars as pl

    options = {
        "aws_access_key_id": key, "aws_secret_access_key": secret, "aws_region": "us-east-1",
        "aws_endpoint_url": endpoint, "aws_allow_http": "true",
    }

    def count(place):
        if place.startswith("s3://"):
            return pl.scan_parquet(f"{place}/**/*.parquet", storage_options=options).collect().height
        return pl.read_parquet(place).height

    return count


def say(**line):
    print(json.dumps(line), flush=True)


try:
    count = {"duckdb": duckdb_reader, "pyarrow": pyarrow_reader, "pandas": pandas_reader, "polars": polars_reader}[reader]()
except Exception as e:  # not installed, or without its part for S3
    say(absent=str(e).splitlines()[0])
    sys.exit()
while not select.select([sys.stdin], [], [], 0)[0]:
    for place in places:
        try:
            say(place=place, rows=count(place))
        except Exception as first:
            try:
                say(place=place, rows=count(place), again=repr(first))
            except Exception as e:
                say(place=place, error=repr(e))
