package main

import (
	"slices"
	"time"
)

// Report is everything that was measured in one go, as JSON has it.
type Report struct {
	Command  string   `json:"command"`
	Measured string   `json:"measured"` // the day
	Sync     string   `json:"sync"`     // what `sync version` says
	CPUs     int      `json:"cpus"`
	Rounds   int      `json:"rounds"`
	PageSize int      `json:"page_size"`
	Results  []Result `json:"results"`
}

// Result is what was measured with one number of records.
type Result struct {
	Records  int       `json:"records"`
	Bytes    int64     `json:"json_bytes"` // of the records, as they are served
	Measures []Measure `json:"measures"`
	Files    []File    `json:"files"`
}

// Measure is the medians of what one thing took.
type Measure struct {
	Name     string  `json:"name"`
	Seconds  float64 `json:"seconds"`
	CPU      float64 `json:"cpu_seconds"`
	Peak     int64   `json:"peak_bytes,omitempty"` // 0: not known
	ToFloor  float64 `json:"to_floor"`             // seconds, by those of the floor of the same round
	CPUFloor float64 `json:"cpu_to_floor"`
}

// File is the median of bytes on disk.
type File struct {
	Name   string  `json:"name"`
	Bytes  int64   `json:"bytes"`
	ToJSON float64 `json:"to_json"` // by the bytes of the records as they are served
}

// result takes the medians.
func (t *trial) result() Result {
	r := Result{Records: t.size, Bytes: t.vendor.bytes}
	for _, name := range t.samples.names {
		taken := t.samples.values[name]
		r.Measures = append(r.Measures, Measure{
			Name:     name,
			Seconds:  median(taken, func(s sample) float64 { return s.wall.Seconds() }),
			CPU:      median(taken, func(s sample) float64 { return s.cpu.Seconds() }),
			Peak:     int64(median(taken, func(s sample) float64 { return float64(s.peak) })),
			ToFloor:  median(taken, func(s sample) float64 { return ratio(s.wall, s.floor.wall) }),
			CPUFloor: median(taken, func(s sample) float64 { return ratio(s.cpu, s.floor.cpu) }),
		})
	}
	for _, name := range t.sizes.names {
		bytes := median(t.sizes.values[name], func(n int64) float64 { return float64(n) })
		r.Files = append(r.Files, File{Name: name, Bytes: int64(bytes), ToJSON: bytes / float64(t.vendor.bytes)})
	}
	return r
}

func ratio(a, b time.Duration) float64 {
	if b == 0 {
		return 0
	}
	return float64(a) / float64(b)
}

// median is the middle of the values of a list, or the mean of the two in the middle;
// 0 of none.
func median[T any](list []T, value func(T) float64) float64 {
	if len(list) == 0 {
		return 0
	}
	var values []float64
	for _, item := range list {
		values = append(values, value(item))
	}
	slices.Sort(values)
	middle := len(values) / 2
	if len(values)%2 == 1 {
		return values[middle]
	}
	return (values[middle-1] + values[middle]) / 2
}
