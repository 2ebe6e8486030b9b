//go:build !unix

package main

func restrictFiles() {}

func publicFiles() (done func()) { return func() {} }
