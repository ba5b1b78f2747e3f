package store

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/pgxpool"

	"packtide/release"
)

// Options are the pool's few choices; the zero value is right for a server.
type Options struct {
	Name             string          // as the database shows it beside the connections; "packtide"
	MaxConns         int32           // 20, or what the URL says by pool_max_conns
	StatementTimeout time.Duration   // 30 s; what must take longer says so in its own transaction
	Tracer           pgx.QueryTracer // hears of every statement, and of what was attempted with it by Attempt; nil: nobody does
}

// idleLimit ends a transaction whose program went silent in the middle: it would keep its locks for ever.
const idleLimit = time.Minute

// Open makes a pool of connections and checks that the database answers. What the URL says of its own (pool_max_conns,
// statement_timeout, several hosts) holds. Ids and dates of package release travel as uuid and date; instants arrive in UTC.
func Open(ctx context.Context, url string, o Options) (*pgxpool.Pool, error) {
	cfg, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("read the database's URL: %w", err) // pgx leaves the password out
	}
	if o.MaxConns == 0 && !strings.Contains(url, "pool_max_conns") {
		o.MaxConns = 20
	}
	o.apply(cfg)
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return nil, fmt.Errorf("make a pool of database connections: %w", err)
	}
	if err := pool.Ping(ctx); err != nil {
		pool.Close()
		return nil, fmt.Errorf("connect to the database: %w", err)
	}
	return pool, nil
}

// AuditGuarded tells whether the pool's login may only read and add audit events (R33). It may not be so where the login owns
// the tables.
func AuditGuarded(ctx context.Context, pool *pgxpool.Pool) (bool, error) {
	var guarded bool
	err := pool.QueryRow(ctx, `SELECT NOT has_table_privilege('audit_event', 'UPDATE, DELETE, TRUNCATE')`).Scan(&guarded)
	if err != nil {
		return false, fmt.Errorf("look at the rights on audit events: %w", err)
	}
	return guarded, nil
}

func (o Options) apply(cfg *pgxpool.Config) {
	if o.Name == "" {
		o.Name = "packtide"
	}
	if o.StatementTimeout == 0 {
		o.StatementTimeout = 30 * time.Second
	}
	params := cfg.ConnConfig.RuntimeParams
	for name, value := range map[string]string{
		"application_name":                    o.Name,
		"statement_timeout":                   milliseconds(o.StatementTimeout),
		"idle_in_transaction_session_timeout": milliseconds(idleLimit),
		"timezone":                            "UTC",
	} {
		if _, said := params[name]; !said {
			params[name] = value
		}
	}
	if o.MaxConns > 0 {
		cfg.MaxConns = o.MaxConns
	}
	cfg.MaxConnLifetime = time.Hour // so that a moved or grown database is noticed
	cfg.MaxConnLifetimeJitter = 10 * time.Minute
	cfg.MaxConnIdleTime = 10 * time.Minute
	cfg.ConnConfig.ConnectTimeout = 5 * time.Second
	cfg.ConnConfig.Tracer = o.Tracer
	cfg.AfterConnect = func(_ context.Context, conn *pgx.Conn) error {
		registerTypes(conn.TypeMap())
		return nil
	}
}

type attemptKey struct{}

// attempting lets the tracer of a statement learn what it is for.
func attempting(ctx context.Context, what string) context.Context {
	return context.WithValue(ctx, attemptKey{}, what)
}

// Attempt is what the statement of this context is for, in the words of its error; empty outside a statement of ours.
func Attempt(ctx context.Context) string {
	what, _ := ctx.Value(attemptKey{}).(string)
	return what
}

func milliseconds(d time.Duration) string { return strconv.FormatInt(d.Milliseconds(), 10) }

// registerTypes teaches a connection the types of package release.
func registerTypes(m *pgtype.Map) {
	utc := &pgtype.Type{Name: "timestamptz", OID: pgtype.TimestamptzOID, Codec: &pgtype.TimestamptzCodec{ScanLocation: time.UTC}}
	m.RegisterType(utc)
	m.RegisterType(&pgtype.Type{Name: "_timestamptz", OID: pgtype.TimestamptzArrayOID, Codec: &pgtype.ArrayCodec{ElementType: utc}})
	m.TryWrapEncodePlanFuncs = append([]pgtype.TryWrapEncodePlanFunc{encodeOurs}, m.TryWrapEncodePlanFuncs...)
	m.TryWrapScanPlanFuncs = append([]pgtype.TryWrapScanPlanFunc{scanOurs}, m.TryWrapScanPlanFuncs...)
}

// encodeOurs is asked for values that pgx does not know by itself.
func encodeOurs(value any) (pgtype.WrappedEncodePlanNextSetter, any, bool) {
	switch v := value.(type) {
	case release.ID:
		return &encodePlan{}, pgID(v), true
	case release.Date:
		return &encodePlan{}, pgDate(v), true
	}
	return nil, nil, false
}

// scanOurs is asked for targets that pgx does not know by itself.
func scanOurs(target any) (pgtype.WrappedScanPlanNextSetter, any, bool) {
	switch t := target.(type) {
	case *release.ID:
		return &scanPlan{}, (*pgID)(t), true
	case *release.Date:
		return &scanPlan{}, (*pgDate)(t), true
	}
	return nil, nil, false
}

// pgID is an id in the database's words. NULL arrives as the zero id, which names nothing; the zero id itself is sent as
// it is, since it stands before all others in a list: see orNull.
type pgID release.ID

func (id pgID) UUIDValue() (pgtype.UUID, error) { return pgtype.UUID{Bytes: id, Valid: true}, nil }

func (id *pgID) ScanUUID(v pgtype.UUID) error {
	*id = pgID{}
	if v.Valid {
		*id = v.Bytes
	}
	return nil
}

// pgDate is a date in the database's words. NULL needs a pointer: no date of the calendar stands for "none".
type pgDate release.Date

func (d pgDate) DateValue() (pgtype.Date, error) {
	return pgtype.Date{Time: time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC), Valid: true}, nil
}

func (d *pgDate) ScanDate(v pgtype.Date) error {
	if !v.Valid || v.InfinityModifier != pgtype.Finite {
		return fmt.Errorf("%+v is no date", v)
	}
	*d = pgDate(release.DateOf(v.Time, time.UTC))
	return nil
}

// encodePlan hands a value that is wrapped already to the codec of its column.
type encodePlan struct{ next pgtype.EncodePlan }

func (p *encodePlan) SetNext(next pgtype.EncodePlan) { p.next = next }

func (p *encodePlan) Encode(value any, buf []byte) ([]byte, error) {
	_, wrapped, ok := encodeOurs(value)
	if !ok {
		return nil, fmt.Errorf("encode %T: not a type of ours", value)
	}
	return p.next.Encode(wrapped, buf)
}

// scanPlan does the same on the way back.
type scanPlan struct{ next pgtype.ScanPlan }

func (p *scanPlan) SetNext(next pgtype.ScanPlan) { p.next = next }

func (p *scanPlan) Scan(src []byte, target any) error {
	_, wrapped, ok := scanOurs(target)
	if !ok {
		return fmt.Errorf("scan into %T: not a type of ours", target)
	}
	return p.next.Scan(src, wrapped)
}

// orNull is NULL for the zero id.
func orNull(id release.ID) *release.ID {
	if id.IsZero() {
		return nil
	}
	return &id
}
