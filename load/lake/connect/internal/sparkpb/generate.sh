#!/bin/sh
# Makes connect.pb.go and connect_grpc.pb.go from connect.proto; needs go and python3, and fetches protoc and its plugins in these versions.
set -eu
tools=$(mktemp -d)
trap 'rm -rf "$tools"' EXIT
python3 -m venv "$tools/venv"
"$tools/venv/bin/pip" install --quiet grpcio-tools==1.85.1
GOBIN=$tools go install google.golang.org/protobuf/cmd/protoc-gen-go@v1.36.12
GOBIN=$tools go install google.golang.org/grpc/cmd/protoc-gen-go-grpc@v1.6.1
PATH=$tools:$PATH "$tools/venv/bin/python" -m grpc_tools.protoc -I .. --go_out=.. --go_opt=paths=source_relative \
	--go-grpc_out=.. --go-grpc_opt=paths=source_relative ../sparkpb/connect.proto
