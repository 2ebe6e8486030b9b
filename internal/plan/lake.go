package plan

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"time"

	"contactsync/internal/run"
	"contactsync/load/export/storage"
	"contactsync/load/lake/bucket"
	"contactsync/load/lake/connect"
	"contactsync/load/lake/oplog"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// sparkTime is how long a check waits for Spark, which may have to start its machines.
const sparkTime = time.Minute

// checkLake tries all that a warehouse rests on that Spark holds: Spark, its catalog, the
// bucket, and the bucket as Spark sees it. It leaves all of it as it was.
func checkLake(ctx context.Context, r *run.Runner) []Checked {
	if !r.Config.Warehouse.InLake() {
		return nil
	}
	named := func(name, detail string, err error) Checked {
		return Checked{Kind: "warehouse", Name: name, OK: err == nil, Detail: detail, Problem: err}
	}
	held, detail, err := checkBucket(ctx, r)
	list := []Checked{named("bucket", detail, err)}
	if held != nil {
		defer held.close()
	}
	ctx, cancel := context.WithTimeout(ctx, sparkTime)
	defer cancel()
	spark, detail, err := checkSpark(ctx, r)
	list = append([]Checked{named("spark", detail, err)}, list...)
	if err != nil {
		return list
	}
	defer spark.Close() //nolint:errcheck // the session ends by itself, too
	detail, err = checkCatalog(ctx, r, spark)
	list = append(list, named("catalog", detail, err))
	if held != nil {
		err = held.seenBy(ctx, spark)
		list = append(list, named("seen_as", "Spark reads the bucket by "+held.URL(""), err))
	}
	return list
}

func checkSpark(ctx context.Context, r *run.Runner) (*connect.Client, string, error) {
	address, err := r.Config.Warehouse.SparkServer()
	if err != nil {
		return nil, "", err
	}
	spark, err := connect.Dial(ctx, address)
	if err != nil {
		return nil, "", err
	}
	return spark, fmt.Sprintf("Spark %s at %s", spark.Version(), address), nil
}

// checkCatalog asks for the namespaces of the catalog.
func checkCatalog(ctx context.Context, r *run.Runner, spark *connect.Client) (string, error) {
	w := r.Config.Warehouse
	rows, err := spark.Query(ctx, "SHOW NAMESPACES IN `"+w.Catalog+"`")
	if err != nil {
		return "", fmt.Errorf("catalog %s: %w", w.Catalog, err)
	}
	for _, row := range rows.Values {
		if name, _ := row[0].(string); strings.Trim(name, "`") == w.Namespace {
			return fmt.Sprintf("catalog %s has the namespace %s", w.Catalog, w.Namespace), nil
		}
	}
	return fmt.Sprintf("catalog %s is there; the first run makes the namespace %s", w.Catalog, w.Namespace), nil
}

// testObject is an object of a check, in its bucket.
type testObject struct {
	*bucket.Bucket
	key string
}

const testContent = "sync check\n"

// checkBucket writes an object into the bucket; its caller closes that. It makes sure
// that the store refuses to write it again as a new one: all else rests on that.
func checkBucket(ctx context.Context, r *run.Runner) (held *testObject, detail string, err error) {
	ctx, cancel := context.WithTimeout(ctx, probeTime)
	defer cancel()
	o := r.Lake()
	b, err := bucket.Open(ctx, o.Bucket)
	if err != nil {
		return nil, "", err
	}
	if o.SeenAs != "" {
		b = b.SeenAs(o.SeenAs)
	}
	t := &testObject{b, oplog.ScratchPrefix + "check-" + strings.ToLower(rand.Text()[:12])}
	if err := t.try(ctx); err != nil {
		t.close()
		return nil, "", err
	}
	detail = "an object was written to " + b.String() + ", read and removed"
	if isVersioned(ctx, o.Bucket) {
		detail += "; versioning is on, so the store keeps what an erasure removes: have a rule of its lifecycle remove old versions soon"
	}
	return t, detail, nil
}

func (t *testObject) try(ctx context.Context) error {
	if err := t.WriteNew(ctx, t.key, []byte(testContent)); err != nil {
		return err
	}
	content, err := t.Read(ctx, t.key)
	if err != nil {
		return err
	}
	if string(content) != testContent {
		return fmt.Errorf("%s: an object that was written is read otherwise", t)
	}
	err = t.WriteNew(ctx, t.key, []byte(testContent))
	switch {
	case errors.Is(err, bucket.ErrExists):
		return nil
	case err == nil:
		return &oplog.UnfitError{Path: t.String()}
	}
	return err
}

// seenBy has Spark read the object.
func (t *testObject) seenBy(ctx context.Context, spark *connect.Client) error {
	rows, err := spark.Query(ctx, "SELECT count(*) FROM text."+connect.Quote(t.URL(t.key)))
	if err != nil {
		return fmt.Errorf("the bucket, %s, cannot be read by Spark (is warehouse.seen_as right, and may Spark read the bucket?): %w", t.URL(""), err)
	}
	if len(rows.Values) != 1 || rows.Values[0][0] != int64(1) {
		return fmt.Errorf("at %s Spark finds something else than what was written there: set warehouse.seen_as", t.URL(""))
	}
	return nil
}

// close removes the object. One that stays is in transit, and goes some time.
func (t *testObject) close() {
	ctx, cancel := context.WithTimeout(context.Background(), probeTime)
	defer cancel()
	_ = errors.Join(t.Delete(ctx, t.key), t.Close())
}

// isVersioned reports whether a bucket of S3 keeps older versions, as far as it tells.
func isVersioned(ctx context.Context, location string) bool {
	place, err := storage.Parse(location)
	if err != nil {
		return false // it is a folder
	}
	objects, err := place.Open(ctx)
	if err != nil {
		return false
	}
	defer objects.Close() //nolint:errcheck // nothing was written
	var client *s3.Client
	if !objects.As(&client) {
		return false
	}
	answer, err := client.GetBucketVersioning(ctx, &s3.GetBucketVersioningInput{Bucket: aws.String(place.Bucket)})
	return err == nil && answer.Status == types.BucketVersioningStatusEnabled
}
