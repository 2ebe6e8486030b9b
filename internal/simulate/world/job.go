package world

// Job is a job title with what the vendors derive from it.
type Job struct {
	Title      string
	Seniority  string // AudienceLab's wording
	Department string
}

// Jobs are the titles that people hold.
var Jobs = rows("jobs.txt", func(f []string) Job { return Job{f[0], f[1], f[2]} })
