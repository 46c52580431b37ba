#!/usr/bin/env python3
"""Checks records with Trilith in Spark, and writes what is found as a table.

    spark-submit spark_check.py 's3://bucket/records/*.ndjson' s3://bucket/trilith --trilith /opt/trilith

Records are lines as `trilith check --stream` reads them. Every partition is given to a process of its own, so the
binary must be at the same path on every machine (`spark-submit --files trilith` puts it into the working directory: then
it is `./trilith`). The table is split by `type`: `finding`, `file` with what was looked at, `error` with records that
could not be read. The job ends with a failure if a process ended before it had answered for all of its records.
"""

import argparse
import shlex
import subprocess
import sys

from pyspark.sql import SparkSession


def arguments():
    """What the job is called with; what follows `--` is passed on to `trilith check`."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("records", help="files with records, one a line")
    parser.add_argument("table", help="directory to write to; replaced if it exists")
    parser.add_argument("--trilith", default="trilith", help="the binary, on every machine")
    parser.add_argument("--partitions", type=int, help="processes to share the records among, at least")
    parser.add_argument("--format", default="parquet", choices=["parquet", "json", "orc"])
    parser.add_argument("options", nargs="*", help="options of `trilith check`, after `--`")
    return parser.parse_args()


def main():
    """Runs the job; returns the exit code."""
    args = arguments()
    spark = SparkSession.builder.appName("trilith").getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    command = " ".join(map(shlex.quote, [args.trilith, "check", "--stream", *args.options]))
    schema = subprocess.check_output([args.trilith, "schema", "spark"], text=True).strip()
    records = spark.sparkContext.textFile(args.records, args.partitions)
    # Without `checkCode` a process that could not work would look like one that found nothing.
    lines = records.pipe(command, checkCode=True)
    table = spark.read.schema(schema).json(lines)
    table.write.partitionBy("type").mode("overwrite").format(args.format).save(args.table)

    written = spark.read.schema(schema).format(args.format).load(args.table)
    counts = {row["type"]: row["count"] for row in written.groupBy("type").count().collect()}
    answered = written.where("type = 'end'").agg({"records": "sum"}).first()[0] or 0
    expected = records.filter(lambda line: line.strip()).count()
    spark.stop()
    print(f"records: {answered} of {expected}, " + ", ".join(f"{kind}: {counts[kind]}" for kind in sorted(counts)))
    return 0 if answered == expected else 1


if __name__ == "__main__":
    sys.exit(main())
