// Package sparkpb is the part of the protocol of Spark Connect that package connect speaks, generated from connect.proto.
package sparkpb

//go:generate sh generate.sh
