"""Counts the rows of a folder of a bucket by every reader that is installed.

For each line on stdin one line on stdout: {"reader": rows or "why it cannot"}.
"""
import importlib
import json
import os
import sys

endpoint, bucket, folder = sys.argv[1:4]
key, secret = os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"]


def duckdb_reader():
    import duckdb

    c = duckdb.connect()
    try:
        packaged = importlib.import_module("duckdb_extension_httpfs")
    except ImportError:
        c.execute("LOAD httpfs")
    else:
        path = os.path.join(os.path.dirname(packaged.__file__), "extensions", "v" + duckdb.__version__, "httpfs.duckdb_extension")
        c.execute(f"LOAD '{path}'")
    c.execute(
        f"""CREATE SECRET (TYPE s3, KEY_ID '{key}', SECRET '{secret}', REGION 'us-east-1',
        ENDPOINT '{endpoint.removeprefix("http://")}', URL_STYLE 'path', USE_SSL false)"""
    )
    return lambda: c.execute(f"SELECT count(*) FROM read_parquet('s3://{bucket}/{folder}/**/*.parquet')").fetchone()[0]


def s3():
    from pyarrow import fs

    return fs.S3FileSystem(access_key=key, secret_key=secret, region="us-east-1", endpoint_override=endpoint)


def pyarrow_reader():
    import pyarrow.parquet as pq

    store = s3()
    return lambda: pq.read_table(f"{bucket}/{folder}", filesystem=store).num_rows


def pandas_reader():
    import pandas as pd

    store = s3()
    return lambda: len(pd.read_parquet(f"{bucket}/{folder}", filesystem=store))


def polars_reader():
    import polars as pl

    options = {
        "aws_access_key_id": key, "aws_secret_access_key": secret, "aws_region": "us-east-1",
        "aws_endpoint_url": endpoint, "aws_allow_http": "true",
    }
    return lambda: pl.scan_parquet(f"s3://{bucket}/{folder}/**/*.parquet", storage_options=options).collect().height


readers, absent = {}, {}
for name, make in {"duckdb": duckdb_reader, "pyarrow": pyarrow_reader, "pandas": pandas_reader, "polars": polars_reader}.items():
    try:
        readers[name] = make()
    except Exception as e:  # not installed, or without its part for S3
        absent[name] = str(e).splitlines()[0]
print(json.dumps(absent), flush=True)
for line in sys.stdin:
    counts = {}
    for name, count in readers.items():
        try:
            counts[name] = count()
        except Exception as e:
            counts[name] = repr(e)
    print(json.dumps(counts), flush=True)
