"""Loads a segment into DuckDB with PyAirbyte: a declarative source, merged by key.

    python load.py SEGMENT_URL PAGE_SIZE DIRECTORY

The source is what Airbyte's connector builder makes of an API that pages by number; its
schema has the fields of the first record, as text. Run again in the same directory, it
is the second night. Prints how many rows there are.
"""

import json
import os
import sys
import urllib.request

os.environ["AIRBYTE_OFFLINE_MODE"] = "1"  # the source stands below: no registry is asked, nothing is reported

import airbyte  # noqa: E402: reads the setting above
import duckdb  # noqa: E402
from airbyte.caches import DuckDBCache  # noqa: E402
from airbyte.strategies import WriteStrategy  # noqa: E402


def manifest(base: str, path: str, page_size: int, fields: list[str]) -> dict:
    """The source, in the language of Airbyte's manifests."""
    text = {"type": ["null", "string"]}
    schema = {"type": "object", "properties": {field: text for field in fields}}
    stream = {
        "type": "DeclarativeStream",
        "name": "people",
        "primary_key": "UUID",
        "schema_loader": {"type": "InlineSchemaLoader", "schema": schema},
        "retriever": {
            "type": "SimpleRetriever",
            "requester": {"type": "HttpRequester", "url_base": base, "path": path, "http_method": "GET"},
            "record_selector": {
                "type": "RecordSelector",
                "extractor": {"type": "DpathExtractor", "field_path": ["data"]},
            },
            "paginator": {
                "type": "DefaultPaginator",
                "pagination_strategy": {"type": "PageIncrement", "page_size": page_size, "start_from_page": 1,
                                        "inject_on_first_request": True},
                "page_token_option": {"type": "RequestOption", "inject_into": "request_parameter", "field_name": "page"},
                "page_size_option": {"type": "RequestOption", "inject_into": "request_parameter", "field_name": "page_size"},
            },
        },
    }
    return {
        "version": "6.0.0",
        "type": "DeclarativeSource",
        "check": {"type": "CheckStream", "stream_names": ["people"]},
        "streams": [stream],
        "spec": {"type": "Spec", "connection_specification": {"type": "object", "properties": {}}},
    }


def main(segment: str, page_size: int, directory: str) -> None:
    base, path = segment.rsplit("/", 1)
    with urllib.request.urlopen(f"{segment}?page=1&page_size=1") as answer:
        fields = list(json.load(answer)["data"][0])
    source = airbyte.get_source("source-people", config={}, source_manifest=manifest(base, path, page_size, fields))
    source.select_all_streams()
    database = os.path.join(directory, "peer.duckdb")
    cache = DuckDBCache(db_path=database, schema_name="audiencelab")
    source.read(cache=cache, write_strategy=WriteStrategy.MERGE)
    cache.get_sql_engine().dispose()
    with duckdb.connect(database) as connection:
        print(connection.sql("SELECT count(*) FROM audiencelab.people").fetchone()[0])


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3])
