package store_test

import (
	"testing"

	"packtide/release"
)

// What was sent to a webhook is listed by state along an index, also where the few of the state lie behind thousands of others.
func TestDeliveriesByStateReadByIndex(t *testing.T) {
	t.Parallel()
	w := newScene(t)
	hook := release.NewID(start)
	if _, err := w.Pool.Exec(t.Context(), `
		INSERT INTO webhook (id, account_id, url, as_publisher, as_managed, kinds, secret, created_at, created_by)
		VALUES ($1, $2, 'https://hooks.example.com', false, true, '{release.opened}', '\x00', now(), $3)`, hook, w.managed.ID, w.person); err != nil {
		t.Fatal(err)
	}
	owner := w.Owner(t)
	for _, sql := range []string{
		`
		INSERT INTO webhook_delivery (id, webhook_id, account_id, notice_id, kind, payload, state, created_at, next_try, ended_at)
		SELECT (lpad(to_hex(n), 8, '0') || '-0000-7000-8000-000000000000')::uuid, w.id, w.account_id, gen_random_uuid(), 'release.opened', '{}', s.state, now(),
		       CASE WHEN s.state = 'waiting' THEN now() END, CASE WHEN s.state <> 'waiting' THEN now() END
		  FROM webhook w, generate_series(1, 6000) n, LATERAL (SELECT CASE WHEN n <= 3 THEN 'waiting' WHEN n <= 6 THEN 'delivered' ELSE 'dead' END AS state) s`,
		`ANALYZE webhook_delivery`,
	} {
		if _, err := owner.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	by := release.Actor{Account: w.managed.ID, Managed: release.RoleManagedViewer}
	for state, want := range map[release.DeliveryState]int{
		release.DeliveryWaiting: 3, release.DeliveryDelivered: 3, release.DeliveryDead: 20, "": 20,
	} {
		reader, recorded := recording(t, &world{DB: w.DB})
		rows, err := reader.Deliveries(t.Context(), by, hook, state, release.ID{}, 20)
		if err != nil || len(rows) != want {
			t.Errorf("%q: %d deliveries, %v", state, len(rows), err)
		}
		for _, s := range recorded.statements {
			explain(t, &world{DB: w.DB}, s, 50)
		}
	}
}
