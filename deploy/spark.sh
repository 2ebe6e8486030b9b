#!/usr/bin/env bash
# A Spark of its own on this machine, with Iceberg tables in a folder, for trying
# `engine: spark` and for the tests of it. Java 17 or later, pip and Maven fetch and run it.
#
#   deploy/spark.sh install        fetch Spark and Iceberg (0.6 GB), once
#   deploy/spark.sh start [-- CMD] serve Spark Connect until it is stopped; with a command,
#                                  run that beside it, and end with it
#   deploy/spark.sh stop           stop what start has left
#
# SPARK_DIR   where all of it lies           (default ~/.cache/contactsync-spark)
# SPARK_DATA  where its catalog, its tables and its scratch lie (default: SPARK_DIR)
# SPARK_PORT  where it listens, on loopback  (default 15002)
# SPARK_CORES threads of the engine          (default: all)
# SPARK_HEAP  memory of its JVM              (default 3g)
# SPARK_CONF  more of its settings, such as "spark.sql.shuffle.partitions=8 spark.ui.enabled=true"
set -euo pipefail

SPARK_VERSION=4.1.4
ICEBERG=org.apache.iceberg:iceberg-spark-runtime-4.1_2.13:1.12.0
SQLITE=org.xerial:sqlite-jdbc:3.50.3.0

dir=${SPARK_DIR:-$HOME/.cache/contactsync-spark}
data=${SPARK_DATA:-$dir}
port=${SPARK_PORT:-15002}
home=$dir/pyspark-$SPARK_VERSION/deps
pid=$dir/spark-$port.pid

need() { command -v "$1" >/dev/null || { echo "deploy/spark.sh: $1 is needed: $2" >&2; exit 3; }; }

install() {
	need java "install a JDK of version 17 or later"
	mkdir -p "$dir/jars"
	if [ ! -x "$home/bin/spark-submit" ]; then
		need python3 "install Python 3 with pip"
		python3 -m pip download --quiet --no-deps --no-binary :all: --dest "$dir" "pyspark==$SPARK_VERSION"
		tar -xzf "$dir/pyspark-$SPARK_VERSION.tar.gz" -C "$dir"
		rm "$dir/pyspark-$SPARK_VERSION.tar.gz"
	fi
	for artifact in $ICEBERG $SQLITE; do
		IFS=: read -r _ name version <<<"$artifact"
		if [ ! -f "$dir/jars/$name-$version.jar" ]; then
			need mvn "install Maven"
			mvn -q -B dependency:copy -Dartifact="$artifact" -DoutputDirectory="$dir/jars"
		fi
	done
}

serve() {
	local jars setting
	local -a more=()
	for setting in ${SPARK_CONF:-}; do more+=(--conf "$setting"); done
	jars=$(ls "$dir"/jars/*.jar | paste -sd,)
	mkdir -p "$data/lake" "$data/local"
	SPARK_HOME=$home SPARK_LOCAL_IP=127.0.0.1 SPARK_LOCAL_DIRS=$data/local \
		"$home/bin/spark-submit" --master "local[${SPARK_CORES:-*}]" --driver-memory "${SPARK_HEAP:-3g}" \
		--class org.apache.spark.sql.connect.service.SparkConnectServer --jars "$jars" --driver-class-path "${jars//,/:}" \
		--conf spark.connect.grpc.binding.address=127.0.0.1 --conf "spark.connect.grpc.binding.port=$port" \
		--conf spark.ui.enabled=false --conf spark.sql.shuffle.partitions=4 --conf spark.sql.session.timeZone=UTC \
		--conf spark.sql.codegen.cache.maxEntries=5000 \
		--conf spark.sql.extensions=org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions \
		--conf spark.sql.catalog.lake=org.apache.iceberg.spark.SparkCatalog --conf spark.sql.catalog.lake.type=jdbc \
		--conf "spark.sql.catalog.lake.uri=jdbc:sqlite:$data/lake/catalog.db" --conf spark.sql.catalog.lake.jdbc.schema-version=V1 \
		--conf "spark.sql.catalog.lake.warehouse=file://$data/lake" --conf spark.sql.defaultCatalog=lake \
		${more[@]+"${more[@]}"} spark-internal \
		>"$dir/spark-$port.log" 2>&1 </dev/null &
	echo $! >"$pid"
	for _ in $(seq 240); do
		if (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
			return
		fi
		kill -0 "$(cat "$pid")" 2>/dev/null || break
		sleep 0.5
	done
	echo "deploy/spark.sh: Spark does not listen on port $port; see $dir/spark-$port.log" >&2
	stop
	exit 3
}

stop() {
	[ -f "$pid" ] || return 0
	kill "$(cat "$pid")" 2>/dev/null || true
	wait "$(cat "$pid")" 2>/dev/null || true # it writes until it is gone
	rm -f "$pid"
}

case ${1:-} in
install) install ;;
start)
	install
	serve
	echo "Spark $SPARK_VERSION listens at sc://127.0.0.1:$port; its catalog is lake" >&2
	if [ "${2:-}" = -- ]; then
		trap stop EXIT
		"${@:3}"
	else
		trap stop INT TERM
		wait "$(cat "$pid")"
	fi
	;;
stop) stop ;;
*)
	sed -n '2,/^set/p' "$0" | sed -n 's/^# \{0,1\}//p' >&2
	exit 2
	;;
esac
