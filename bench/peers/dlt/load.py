"""Loads a segment into DuckDB with dlt: its REST source, merged by key.

    python load.py SEGMENT_URL PAGE_SIZE DIRECTORY

The pipeline is what dlt's own tutorial writes for an API that pages by number. Run
again in the same directory, it is the second night. Prints how many rows there are.
"""

import os
import sys

os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"

import dlt  # noqa: E402: reads the setting above
import duckdb  # noqa: E402
from dlt.sources.rest_api import rest_api_source  # noqa: E402


def main(segment: str, page_size: int, directory: str) -> None:
    base, path = segment.rsplit("/", 1)
    database = os.path.join(directory, "peer.duckdb")
    source = rest_api_source({
        "client": {"base_url": base + "/"},
        "resources": [{
            "name": "people",
            "primary_key": "UUID",
            "write_disposition": "merge",
            "endpoint": {
                "path": path,
                "params": {"page_size": page_size},
                "data_selector": "data",
                "paginator": {"type": "page_number", "base_page": 1, "page_param": "page", "total_path": "total_pages"},
            },
        }],
    })
    pipeline = dlt.pipeline(
        pipeline_name="peer",
        destination=dlt.destinations.duckdb(database),
        dataset_name="audiencelab",
        pipelines_dir=os.path.join(directory, "pipelines"),
    )
    pipeline.run(source).raise_on_failed_jobs()
    with duckdb.connect(database, read_only=True) as connection:
        print(connection.sql("SELECT count(*) FROM audiencelab.people").fetchone()[0])


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3])
