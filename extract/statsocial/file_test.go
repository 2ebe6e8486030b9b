package statsocial

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"contactsync/extract"
	"contactsync/schema"
)

const (
	digest1 = "0cc175b9c0f1b6a831c399e269772661"
	digest2 = "92EB5FFEE6AE2FEC3AD71C777531578F"
)

func TestOutputFilesInEveryForm(t *testing.T) {
	for name, c := range map[string]struct {
		output, file string
		want         map[string]string
		unknown      []string
	}{
		"one value a line":         {"md5", digest1 + "\n" + digest2 + "\n", map[string]string{"md5:" + digest1: `{"md5":"` + digest1 + `"}`, "md5:" + digest2: `{"md5":"` + digest2 + `"}`}, nil},
		"people themselves":        {"ss_id", "A\r\nB", map[string]string{"A": `{"ss_id":"A"}`, "B": `{"ss_id":"B"}`}, nil},
		"a header of one column":   {"md5", "MD5\n" + digest1 + "\n", map[string]string{"md5:" + digest1: `{"md5":"` + digest1 + `"}`}, nil},
		"a byte order mark":        {"md5", "\ufeffss_id,md5\nA,m1\n", map[string]string{"A": `{"md5":"m1","ss_id":"A"}`}, nil},
		"quotes and line breaks":   {"md5", "\"ss_id\",\"md5\",\"note\"\nA,m1,\"x, \"\"y\"\"\nz\"\n", map[string]string{"A": `{"md5":"m1","note":"x, \"y\"\nz","ss_id":"A"}`}, nil},
		"columns without a name":   {"md5", "ss_id,,md5\nA,x,m1,more\n", map[string]string{"A": `{"column_2":"x","column_4":"more","md5":"m1","ss_id":"A"}`}, nil},
		"a row that is too short":  {"md5", "ss_id,md5\nA\n", map[string]string{"A": `{"ss_id":"A"}`}, nil},
		"a row without any id":     {"md5", "ss_id,md5\n,\n", map[string]string{}, []string{","}},
		"another id only":          {"md5", "twitter_id,x\n7,1\n", map[string]string{"twitter_id:7": `{"twitter_id":"7","x":"1"}`}, nil},
		"an empty value among two": {"md5", "ss_id,md5\nA,\nA,m1\n", map[string]string{"A": `{"md5":"m1","ss_id":"A"}`}, nil},
		"an empty value alone":     {"md5", "ss_id,md5\nA,\n", map[string]string{"A": `{"md5":"","ss_id":"A"}`}, nil},
		"JSON lines with numbers":  {"twitter_id", `{"ss_id":5,"twitter_id":1234567890123456789}`, map[string]string{"5": `{"ss_id":5,"twitter_id":1234567890123456789}`}, nil},
		"JSON lines with NaN":      {"md5", `{"ss_id":"A","md5":"m1","score":NaN}`, map[string]string{"A": `{"md5":"m1","score":null,"ss_id":"A"}`}, nil},
		"JSON lines with lists":    {"md5", `{"ss_id":"A","md5":["b","a","b"],"tags":[]}`, map[string]string{"A": `{"md5":["a","b"],"ss_id":"A"}`}, nil},
		"no hash among hashes":     {"md5", digest1 + "\nexpired\n", map[string]string{"md5:" + digest1: `{"md5":"` + digest1 + `"}`}, []string{"expired"}},
		"no address":               {"email_raw", "ada@example.com\nN/A\n", map[string]string{"email_raw:ada@example.com": `{"email_raw":"ada@example.com"}`}, []string{"N/A"}},
		"a sentence":               {"ss_id", "A\nRequest has expired\n", map[string]string{"A": `{"ss_id":"A"}`}, []string{"Request has expired"}},
		"of an unknown type":       {"panel", "any thing\n", map[string]string{"panel:any thing": `{"panel":"any thing"}`}, nil},
		"a person's wrong value":   {"md5", "ss_id,md5\nA,x\n", map[string]string{"A": `{"md5":"x","ss_id":"A"}`}, nil},
		"nothing":                  {"md5", "\n \n", map[string]string{}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			rows := new(spill)
			defer rows.close()
			_, err := readOutputFile(strings.NewReader(c.file), c.output, rows.add)
			require.NoError(t, err)
			found, unknown := map[string]string{}, []string(nil)
			for record, err := range rows.records() {
				require.NoError(t, err)
				if record.ID == "" {
					var line string
					require.NoError(t, json.Unmarshal(record.Raw, &line))
					unknown = append(unknown, line)
					continue
				}
				found[record.ID] = string(record.Raw)
			}
			require.Equal(t, c.want, found)
			require.Equal(t, c.unknown, unknown)
		})
	}
}

func TestWhatIsNoOutputFileIsRefused(t *testing.T) {
	for name, c := range map[string]struct{ file, want string }{
		"a web page":                {"<html><body>Access denied</body></html>", "no CSV"},
		"a JSON array":              {`[{"ss_id":"A"}]`, "no CSV"},
		"columns of unknown names":  {"user,hash\nA,m1\n", "names neither ss_id nor md5"},
		"a quote that never closes": {"ss_id,md5\nA,\"m1\nB,m2\n", "row 1"},
		"an endless first line":     {strings.Repeat("x", 3<<20), "longer than 1 MiB"},
		"an endless row":            {"ss_id,md5\nA,\"" + strings.Repeat("x\n", 2<<20), "longer than 1 MiB"},
		"an endless quoted line":    {"ss_id,md5\nA,\"" + strings.Repeat("x", 3<<20) + "\nB,\"m2\"\n", "longer than 1 MiB"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := readOutputFile(strings.NewReader(c.file), "md5", func(fileRow) error { return nil })
			require.ErrorContains(t, err, c.want)
		})
	}
}

func TestALineThatIsTooLongIsCutAndTheFileGoesOn(t *testing.T) {
	long := strings.Repeat("x", 3<<20)
	for name, file := range map[string]string{
		"values":                digest1 + "\n" + long + "\n" + digest2 + "\n",
		"values, the last":      digest1 + "\n" + digest2 + "\n" + long,
		"CSV":                   "md5,note\n" + digest1 + ",\"a\nb\"\n" + digest1 + "," + long + "\n" + digest2 + ",c\n",
		"CSV with whole quotes": "md5,note\n" + digest1 + ",\n" + digest1 + ",\"" + long + "\"\n" + digest2 + ",c\n",
		"JSON lines":            `{"md5":"` + digest1 + "\"}\n{\"md5\":\"" + long + "\n{\"md5\":\"" + digest2 + "\"}\n",
	} {
		t.Run(name, func(t *testing.T) {
			var ids []string
			var lines []int
			n, err := readOutputFile(strings.NewReader(file), "md5", func(r fileRow) error {
				if r.ID == "" {
					lines = append(lines, len(r.Line))
				} else {
					ids = append(ids, r.ID)
				}
				return nil
			})
			require.NoError(t, err)
			require.EqualValues(t, 3, n)
			require.ElementsMatch(t, []string{"md5:" + digest1, "md5:" + digest2}, ids)
			require.Equal(t, []int{maxKeptLine}, lines)
		})
	}
}

// TestRowsOfOnePersonCostWhatTheyAre would take minutes if each were compared with all.
func TestRowsOfOnePersonCostWhatTheyAre(t *testing.T) {
	const n = 40_000
	var file, list strings.Builder
	file.WriteString("ss_id,twitter_id\n")
	for i := range 2 * n {
		fmt.Fprintf(&file, "A,%06d\n", i%n)
	}
	list.WriteString(`{"ss_id":"A","twitter_id":["0"`)
	for i := range n {
		fmt.Fprintf(&list, `,"%06d"`, i)
	}
	list.WriteString("]}")
	for _, text := range []string{file.String(), list.String()} {
		rows := new(spill)
		defer rows.close()
		_, err := readOutputFile(strings.NewReader(text), "twitter_id", rows.add)
		require.NoError(t, err)
		for record, err := range rows.records() {
			require.NoError(t, err)
			require.Equal(t, "A", record.ID)
			var person struct {
				IDs []string `json:"twitter_id"`
			}
			require.NoError(t, json.Unmarshal(record.Raw, &person))
			require.GreaterOrEqual(t, len(person.IDs), n, "each once")
			require.LessOrEqual(t, len(person.IDs), n+1)
		}
	}
}

func TestARewoundSpillForgets(t *testing.T) {
	rows := new(spill)
	defer rows.close()
	_, err := readOutputFile(strings.NewReader("A\nB\n"), "ss_id", rows.add)
	require.NoError(t, err)
	start := rows.mark()
	_, err = readOutputFile(strings.NewReader("half a li"), "md5", rows.add)
	require.NoError(t, err)
	require.NoError(t, rows.rewind(start))
	_, err = readOutputFile(strings.NewReader("C\n"), "ss_id", rows.add)
	require.NoError(t, err)
	var ids []string
	for record := range rows.records() {
		ids = append(ids, record.ID)
	}
	require.ElementsMatch(t, []string{"A", "B", "C"}, ids)
}

func FuzzStatSocialFile(f *testing.F) {
	for _, seed := range []string{
		"ss_id,md5\nA,m1\nA,m2\n", "md5\nm1\n", "m1\nm2", `{"ss_id":"A","md5":["m1",2,null]}` + "\n{", "\ufeff\"ss_id\",\"x\"\n\"A\n\",\"\"\"\"\n", "<html>", gzipped("ss_id\nA\n"),
	} {
		f.Add([]byte(seed), "md5")
	}
	f.Fuzz(func(t *testing.T, file []byte, output string) {
		rows := new(spill)
		defer rows.close()
		n, err := readOutputFile(bytes.NewReader(file), output, rows.add)
		seen, records := map[string]bool{}, int64(0)
		for record, groupErr := range rows.records() {
			require.NoError(t, groupErr)
			require.True(t, json.Valid(record.Raw))
			require.False(t, record.ID != "" && seen[record.ID], "one record per key")
			seen[record.ID] = true
			records++
		}
		if err == nil {
			require.LessOrEqual(t, records, n)
			require.Equal(t, records == 0, n == 0)
		}
	})
}

func FuzzStatSocialAudience(f *testing.F) {
	for _, seed := range []string{
		`{"response":{"id":67454,"status":"running"},"information":{"version":"0.0.1"}}`,
		`{"response":[{"id":"67454","status":"done","outputs":[{"type":"md5","url":"https://api.example/f","count":"3"}]}]}`,
		`{"response":"universe for audience 67454 enqueued for generation"}`,
		`{"response":null}`, `{"response":[]}`, `{"response":{"id":1e400,"outputs":{}}}`, `null`,
	} {
		f.Add([]byte(seed), int64(67454))
	}
	f.Fuzz(func(t *testing.T, body []byte, id int64) {
		audience, err := decodeAudience(body, id)
		if err != nil {
			return
		}
		require.True(t, json.Valid([]byte(audience.describe("67454").Attributes)))
		_, _, _ = decodeLookup(body)
		at, _ := extract.Decode[position](schema.Checkpoint(body), nil)
		require.GreaterOrEqual(t, at.Record, int64(0))
	})
}
