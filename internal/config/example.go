package config

import _ "embed"

// The files below are those of the same names at the top of the repository,
// which embed cannot reach; a test keeps them equal.
var (
	//go:embed example/pipelines.yaml
	example string
	//go:embed example/env.example
	envExample string
)

// Example is a complete and commented pipelines.yaml.
func Example() string { return example }

// EnvExample is the .env.example that belongs to it.
func EnvExample() string { return envExample }
